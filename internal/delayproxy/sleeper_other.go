//go:build !linux

package delayproxy

import "time"

// sleeper sleeps as precisely as Go does.
type sleeper struct{}

// newSleeper does not fail.
func newSleeper() (*sleeper, error) { return &sleeper{}, nil }

// sleep returns after d.
func (*sleeper) sleep(d time.Duration) error {
	time.Sleep(d)
	return nil
}

// close does nothing.
func (*sleeper) close() error { return nil }
