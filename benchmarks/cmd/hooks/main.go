// Command hooks measures what a hook costs: the same load without one, with one that does
// nothing, with metrics, with metrics and tracing, in turn and over again, so that what else
// the machine does falls on all of them.
//
//	hooks -embedded ../bin/aerospike-embedded -out hooks/RESULTS.md
//
// It measures against AEROSPIKE_HOST:AEROSPIKE_PORT (default port 3000) if that is set, else
// against the embedded server, which is a process of its own.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/server"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "hooks:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	embedded, out string
	rounds        int
	duration      time.Duration
	goroutines    int

	serverCore, clientCore int
}

func parse(args []string, complaints io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("hooks", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&o.embedded, "embedded", "", "program of the embedded server")
	flags.StringVar(&o.out, "out", "", "file to put the results into, besides standard output")
	flags.IntVar(&o.rounds, "rounds", 200, "how often to measure each mode")
	flags.DurationVar(&o.duration, "duration", 150*time.Millisecond, "time of each measurement")
	flags.IntVar(&o.goroutines, "goroutines", 64, "how many call at the same time")
	flags.IntVar(&o.serverCore, "server-core", machine.Core(0), "core for the embedded server, negative for any")
	flags.IntVar(&o.clientCore, "client-core", machine.Core(1), "core for the clients, negative for any")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 || o.rounds < 1 || o.duration <= 0 || o.goroutines < 1 {
		return o, errors.New("see -help: rounds, duration and goroutines are greater than 0, and there are no arguments")
	}
	return o, nil
}

// run measures and writes what it found.
func run(ctx context.Context, args []string, out, complaints io.Writer) (err error) {
	o, err := parse(args, complaints)
	if err != nil {
		return err
	}
	if o.clientCore >= 0 && os.Getenv(confined) == "" {
		return confine(ctx, &o, args, out, complaints)
	}
	addr, stop, err := target(&o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	modes, err := connect(ctx, addr)
	if err != nil {
		return err
	}
	defer func() {
		for _, m := range modes {
			err = errors.Join(err, m.close())
		}
	}()
	if err := measure(modes, &o); err != nil {
		return err
	}
	text := report(modes, &o)
	if _, err := io.WriteString(out, text); err != nil {
		return err
	}
	if o.out == "" {
		return nil
	}
	return os.WriteFile(o.out, []byte(text), 0o644)
}

// target returns where the server is, and what ends it.
func target(o *options) (addr string, stop func() error, err error) {
	if host := os.Getenv("AEROSPIKE_HOST"); host != "" {
		return net.JoinHostPort(host, cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000")), func() error { return nil }, nil
	}
	if o.embedded == "" {
		return "", nil, errors.New("neither AEROSPIKE_HOST nor -embedded is given")
	}
	e, err := server.StartEmbedded(o.embedded, o.serverCore)
	if err != nil {
		return "", nil, err
	}
	return e.Addr, e.Close, nil
}

// measure runs the modes in turn, in each round in another order: what one leaves behind for
// the next, such as memory to be cleared away, falls on all of them.
func measure(modes []*mode, o *options) error {
	for _, m := range modes {
		if _, err := m.load(o.goroutines, o.duration/4); err != nil { // connections open, pools fill up
			return err
		}
	}
	for round := range o.rounds {
		for _, i := range rand.New(rand.NewPCG(uint64(round), 0)).Perm(len(modes)) {
			m := modes[i]
			s, err := m.load(o.goroutines, o.duration)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			m.samples = append(m.samples, s)
		}
	}
	return nil
}
