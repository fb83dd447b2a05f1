package aerospiketest

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// peerState tells whether the other end of a connection has closed its side. The
// real server drops such a connection at once, with every request not yet begun
// (as/src/base/service.c, EPOLLRDHUP), whereas a Read would deliver them first.
type peerState struct {
	raw   syscall.RawConn
	poll  [1]unix.PollFd
	check func(fd uintptr) // bound once, so that a check allocates nothing
}

func newPeerState(nc *net.TCPConn) *peerState {
	raw, err := nc.SyscallConn()
	if err != nil {
		return &peerState{}
	}
	p := &peerState{raw: raw}
	p.check = func(fd uintptr) {
		p.poll[0] = unix.PollFd{Fd: int32(fd), Events: unix.POLLRDHUP}
		if n, err := unix.Poll(p.poll[:], 0); err != nil || n == 0 {
			p.poll[0].Revents = 0
		}
	}
	return p
}

// closed looks without waiting.
func (p *peerState) closed() bool {
	if p.raw == nil || p.raw.Control(p.check) != nil {
		return false // the next read will tell
	}
	return p.poll[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
}
