// Package server starts the embedded server as a process of its own and asks a
// server about itself.
package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// startTime is how long the embedded server may take to say where it listens.
const startTime = 10 * time.Second

// Embedded is a running embedded server.
type Embedded struct {
	Addr       string
	cmd        *exec.Cmd
	complaints bytes.Buffer
	exited     chan struct{} // closed when the process has ended
}

// StartEmbedded starts the program on a free port, confined to a core; a negative core
// stands for any. It returns once the server listens.
func StartEmbedded(binary string, core int) (*Embedded, error) {
	e := &Embedded{cmd: exec.Command(binary, "-addr", "127.0.0.1:0"), exited: make(chan struct{})}
	e.cmd.Stderr = &e.complaints
	if core >= 0 {
		e.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	}
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := machine.StartOn(e.cmd, core); err != nil {
		return nil, fmt.Errorf("embedded server: %w", err)
	}
	addr := make(chan string, 1)
	// It ends with the process, which Close ends; Close waits for it.
	go func() {
		defer close(e.exited)
		line, _ := bufio.NewReader(out).ReadString('\n') // without a line, the process has ended
		addr <- strings.TrimSpace(line)
		e.cmd.Wait()
	}()
	select {
	case e.Addr = <-addr:
	case <-time.After(startTime):
		return nil, errors.Join(errors.New("embedded server does not listen"), e.Close())
	}
	if _, _, err := net.SplitHostPort(e.Addr); err != nil {
		closed := e.Close()
		return nil, errors.Join(fmt.Errorf("embedded server: printed %q: %s", e.Addr, &e.complaints), closed)
	}
	return e, nil
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
		return fmt.Errorf("embedded server did not end on interrupt: %s", &e.complaints)
	}
}
