//go:build !linux

package pool

import "syscall"

// setUserTimeout does nothing: only Linux has the option. The watchdog notices a
// dead peer as well, a little later.
func setUserTimeout(_, _ string, _ syscall.RawConn) error { return nil }
