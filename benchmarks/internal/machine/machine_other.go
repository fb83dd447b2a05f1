//go:build !linux

package machine

import "os/exec"

// StartOn starts cmd. Pinning it to a core is for Linux only.
func StartOn(cmd *exec.Cmd, _ int) error { return cmd.Start() }

// CanPin reports whether StartOn can confine a process.
const CanPin = false
