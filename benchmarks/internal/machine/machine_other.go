//go:build !linux

package machine

import (
	"os/exec"
	"time"
)

// StartOn starts cmd. Pinning it to a core is for Linux only.
func StartOn(cmd *exec.Cmd, _ int) error { return cmd.Start() }

// CanPin reports whether StartOn can confine a process.
const CanPin = false

// Sleeper sleeps as precisely as Go does.
type Sleeper struct{}

// NewSleeper does not fail.
func NewSleeper() (*Sleeper, error) { return &Sleeper{}, nil }

// Sleep returns after d.
func (*Sleeper) Sleep(d time.Duration) error {
	time.Sleep(d)
	return nil
}

// Close does nothing.
func (*Sleeper) Close() error { return nil }
