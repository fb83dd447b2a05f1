package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// confined is the environment variable that tells the program that it is on its core.
const confined = "HOOKS_CONFINED"

// confine runs the program once more, with all its threads on one core: those of this process
// run already, anywhere.
func confine(ctx context.Context, o *options, args []string, out, complaints io.Writer) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	// Seen from a single core, the defaults are others.
	args = append(slices.Clip(args), fmt.Sprintf("-server-core=%d", o.serverCore), fmt.Sprintf("-client-core=%d", o.clientCore))
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), confined+"=1", "GOMAXPROCS=1")
	cmd.Stdout, cmd.Stderr = out, complaints
	if err := machine.StartOn(cmd, o.clientCore); err != nil {
		return fmt.Errorf("on core %d: %w", o.clientCore, err)
	}
	return cmd.Wait()
}
