package machine

import (
	"fmt"
	"os/exec"
	"runtime"

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
