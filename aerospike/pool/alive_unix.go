//go:build unix

package pool

import (
	"net"
	"syscall"
)

// alive looks, without waiting, whether an idle connection is still open and silent. A
// peer that has closed it, or that sends what nobody asked for, makes it useless.
func alive(raw net.Conn) bool {
	c, ok := raw.(syscall.Conn)
	if !ok {
		return true // it will show
	}
	rc, err := c.SyscallConn()
	if err != nil {
		return false
	}
	silent := false
	err = rc.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		silent = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && silent
}
