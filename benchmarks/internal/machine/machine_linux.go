package machine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// StartOn starts cmd with all its threads confined to one core; a negative core
// stands for any.
func StartOn(cmd *exec.Cmd, core int) error {
	if core < 0 {
		return cmd.Start()
	}
	// A child inherits the cores of the thread that forks it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var before, pinned unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return fmt.Errorf("sched_getaffinity: %w", err)
	}
	pinned.Set(core)
	if err := unix.SchedSetaffinity(0, &pinned); err != nil {
		return fmt.Errorf("pin to core %d: %w", core, err)
	}
	started := cmd.Start()
	if err := unix.SchedSetaffinity(0, &before); err != nil {
		return fmt.Errorf("unpin: %w", err)
	}
	return started
}

// CanPin reports whether StartOn can confine a process.
const CanPin = true

// Sleeper sleeps to within some 20 µs, other than time.Sleep, which rounds up to a
// whole millisecond when the process has nothing else to do. It is for one goroutine.
type Sleeper struct{ timer *os.File }

// NewSleeper takes a timer from the system, until Close.
func NewSleeper() (*Sleeper, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("timerfd: %w", err)
	}
	return &Sleeper{os.NewFile(uintptr(fd), "timerfd")}, nil
}

// Sleep returns after d, at once if that is not positive.
func (s *Sleeper) Sleep(d time.Duration) error {
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

// Close gives the timer back.
func (s *Sleeper) Close() error { return s.timer.Close() }
