package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// Argument is the program's first argument when it is to run a trial; the Spec
// follows.
const Argument = "trial"

// grace is how long a trial may take beyond the time of its work.
const grace = 2 * time.Minute

// Launcher starts trials.
type Launcher struct {
	// Program is this program's file.
	Program string
	// ClientCore and ProxyCore confine the processes; negative for any core.
	ClientCore, ProxyCore int
}

func (l Launcher) command(ctx context.Context, s Spec) (*exec.Cmd, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return exec.CommandContext(ctx, l.Program, Argument, string(text)), nil
}

// Run runs a trial to its end.
func (l Launcher) Run(ctx context.Context, s Spec) (Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Work.Warmup+s.Work.Duration+s.Bulk.Warmup+s.Bulk.Duration+grace)
	defer cancel()
	cmd, err := l.command(ctx, s)
	if err != nil {
		return Outcome{}, err
	}
	if l.ClientCore >= 0 {
		cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	}
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := machine.StartOn(cmd, l.ClientCore); err != nil {
		return Outcome{}, err
	}
	if err := cmd.Wait(); err != nil {
		return Outcome{}, fmt.Errorf("%s %s: %w: %s", s.Driver, s.what(), err, bytes.TrimSpace(complaints.Bytes()))
	}
	var o Outcome
	if err := json.Unmarshal(out.Bytes(), &o); err != nil {
		return o, fmt.Errorf("%s %s: outcome: %w", s.Driver, s.what(), err)
	}
	return o, nil
}

// what says what the trial does, for an error message.
func (s Spec) what() fmt.Stringer {
	if s.Kind == Bulk {
		return s.Bulk
	}
	return s.Work
}

// Proxy is a delay proxy in a process of its own.
type Proxy struct {
	Addr string
	// PID is there to be stopped.
	PID  int
	cmd  *exec.Cmd
	live io.Closer // the proxy ends when this is closed
}

// StartProxy starts a delay proxy. It shares the server's core: on the client's, it
// would be counted against the client.
func (l Launcher) StartProxy(target string, delay time.Duration) (*Proxy, error) {
	cmd, err := l.command(context.Background(), Spec{Kind: Delay, Server: target, Delay: delay})
	if err != nil {
		return nil, err
	}
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1") // it has one core, and switching threads costs
	cmd.Stderr = os.Stderr
	live, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := machine.StartOn(cmd, l.ProxyCore); err != nil {
		return nil, fmt.Errorf("delay proxy: %w", err)
	}
	var o Outcome
	if err := json.NewDecoder(out).Decode(&o); err != nil {
		live.Close()
		return nil, errors.Join(fmt.Errorf("delay proxy: %w", err), cmd.Wait())
	}
	return &Proxy{Addr: o.Addr, PID: cmd.Process.Pid, cmd: cmd, live: live}, nil
}

// Close ends the proxy and waits for it.
func (p *Proxy) Close() error {
	p.live.Close()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("delay proxy: %w", err)
	}
	return nil
}
