package delayproxy

import (
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// sleeper sleeps to within some 20 µs, other than time.Sleep, which rounds up to a
// whole millisecond when the process has nothing else to do. It is for one goroutine.
type sleeper struct{ timer *os.File }

// newSleeper takes a timer from the system, until close.
func newSleeper() (*sleeper, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("timerfd: %w", err)
	}
	return &sleeper{os.NewFile(uintptr(fd), "timerfd")}, nil
}

// sleep returns after d, at once if that is not positive.
func (s *sleeper) sleep(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	control, err := s.timer.SyscallConn()
	if err != nil {
		return err
	}
	var set error
	err = control.Control(func(fd uintptr) {
		once := unix.ItimerSpec{Value: unix.NsecToTimespec(d.Nanoseconds())}
		set = unix.TimerfdSettime(int(fd), 0, &once, nil)
	})
	if err := errors.Join(err, set); err != nil {
		return fmt.Errorf("timerfd: %w", err)
	}
	var expirations [8]byte
	_, err = s.timer.Read(expirations[:])
	return err
}

// close gives the timer back.
func (s *sleeper) close() error { return s.timer.Close() }
