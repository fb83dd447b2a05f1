// Package machine asks the operating system what a measurement needs: CPU time, a
// core of one's own, and what to write about the machine.
package machine

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// CPUTime is how much CPU this process has used, in user and kernel mode, all its
// threads together.
func CPUTime() (time.Duration, error) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, fmt.Errorf("getrusage: %w", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

// Core returns n as the core to confine a process to, or -1, which is any, if that is not
// possible or there is one core only.
func Core(n int) int {
	if CanPin && runtime.NumCPU() > 1 {
		return n
	}
	return -1
}

// Describe names the processor, the number of cores, also of those that this process is kept
// from, and the operating system.
func Describe() string {
	model, cores := runtime.GOARCH, 0
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				cores++
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s/%s", model, max(cores, runtime.NumCPU()), runtime.GOOS, runtime.GOARCH)
}
