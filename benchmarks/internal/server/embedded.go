// Package server starts the embedded server as a process of its own and asks a
// server about itself.
package server

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// startTime is how long the embedded server may take to answer.
const startTime = 10 * time.Second

// Embedded is a running embedded server.
type Embedded struct {
	Addr   string
	cmd    *exec.Cmd
	output bytes.Buffer
	exited chan struct{} // closed when the process has ended
}

// StartEmbedded starts the program on a free port, confined to a core; a negative core
// stands for any. It returns once the server answers.
func StartEmbedded(binary string, core int) (*Embedded, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	e := &Embedded{Addr: addr, cmd: exec.Command(binary, "-addr", addr), exited: make(chan struct{})}
	e.cmd.Stdout, e.cmd.Stderr = &e.output, &e.output
	if core >= 0 {
		e.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	}
	if err := machine.StartOn(e.cmd, core); err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	// It ends with the process, which Close ends; Close waits for it.
	go func() {
		e.cmd.Wait()
		close(e.exited)
	}()
	for deadline := time.Now().Add(startTime); ; {
		if err = answers(addr); err == nil {
			return e, nil
		}
		select {
		case <-e.exited:
			return nil, fmt.Errorf("embedded server ended: %s", e.output.Bytes())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("embedded server: %w", err), e.Close())
		}
	}
}

// Close ends the process and waits for it.
func (e *Embedded) Close() error {
	if err := e.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("embedded server: %w", err)
	}
	select {
	case <-e.exited:
		return nil
	case <-time.After(5 * time.Second):
		e.cmd.Process.Kill()
		<-e.exited
		return fmt.Errorf("embedded server did not end on interrupt: %s", e.output.Bytes())
	}
}

func answers(addr string) error {
	info, err := DialInfo(addr)
	if err != nil {
		return err
	}
	defer info.Close()
	_, err = info.Ask("build")
	return err
}

func freeAddr() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}
