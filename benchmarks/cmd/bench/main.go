// Command bench compares this client with the official one and with a raw pipeline
// against the same server, and writes what it found as Markdown.
//
//	bench -embedded ../bin/aerospike-embedded -out RESULTS.md
//
// It measures against AEROSPIKE_HOST:AEROSPIKE_PORT (default port 3000) if that is
// set, and then against the embedded server for the limit of the clients; else
// everything against the embedded server. A real server on this machine should be
// confined to the core of -server-core before (taskset).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

func main() {
	var err error
	if len(os.Args) == 3 && os.Args[1] == trial.Argument {
		err = runTrial(os.Args[2])
	} else {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		err = run(ctx, os.Args[1:], os.Stdout, os.Stderr)
		stop()
	}
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func runTrial(text string) error {
	spec, err := trial.Parse(text)
	if err != nil {
		return err
	}
	return spec.Execute(os.Stdin, os.Stdout)
}

// options are the command line.
type options struct {
	embedded, out          string
	quick, many            bool
	rounds, records        int
	warmup, duration, rtt  time.Duration
	sections, drivers      string
	serverCore, clientCore int
}

func parse(args []string, complaints io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&o.embedded, "embedded", "", "program of the embedded server")
	flags.StringVar(&o.out, "out", "", "file to put the results into, besides standard output")
	flags.BoolVar(&o.quick, "quick", false, "a smoke test of half a minute: few cases, one short round")
	flags.BoolVar(&o.many, "many", false, "batches, scans and queries instead of calls about one record")
	flags.IntVar(&o.rounds, "rounds", 3, "how often to run each case")
	flags.IntVar(&o.records, "records", 100_000, "number of records")
	flags.DurationVar(&o.warmup, "warmup", time.Second, "time before each measurement")
	flags.DurationVar(&o.duration, "duration", 3*time.Second, "time of each measurement")
	flags.DurationVar(&o.rtt, "rtt", time.Millisecond, "round trip of the delayed link")
	flags.StringVar(&o.sections, "sections", "", "comma-separated, empty for all: "+strings.Join(scenario.Keys(), ","))
	flags.StringVar(&o.drivers, "drivers", "", "comma-separated, empty for all: "+strings.Join(driver.Names(), ","))
	flags.IntVar(&o.serverCore, "server-core", machine.Core(0), "core for the embedded server and the proxy, negative for any")
	flags.IntVar(&o.clientCore, "client-core", machine.Core(1), "core for the clients, negative for any")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.quick {
		o.hurry(flags)
	}
	return o, o.check(flags.NArg())
}

// hurry shortens what the command line does not fix.
func (o *options) hurry(flags *flag.FlagSet) {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if !given["rounds"] {
		o.rounds = 1
	}
	if !given["records"] {
		o.records = 2000
	}
	if !given["warmup"] {
		o.warmup = 50 * time.Millisecond
	}
	if !given["duration"] {
		o.duration = 200 * time.Millisecond
	}
}

func (o *options) check(rest int) error {
	switch {
	case rest > 0:
		return errors.New("there are only flags, no arguments")
	case o.rounds < 1 || o.records < 1 || o.duration <= 0 || o.warmup < 0 || o.rtt < 0:
		return errors.New("rounds, records and duration must be positive, times not negative")
	}
	if unknown := unknownOf(o.sections, scenario.Keys()); unknown != "" {
		return fmt.Errorf("no section %q, there are %v", unknown, scenario.Keys())
	}
	if unknown := unknownOf(o.drivers, driver.Names()); unknown != "" {
		return fmt.Errorf("no client %q, there are %v", unknown, driver.Names())
	}
	return nil
}

// unknownOf returns the first of the comma-separated names that is not known.
func unknownOf(names string, known []string) string {
	if names == "" {
		return ""
	}
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains(known, name) {
			return name
		}
	}
	return ""
}

// pick leaves the sections and clients that were asked for.
func (o *options) pick(sections []scenario.Section) []scenario.Section {
	var picked []scenario.Section
	for _, s := range sections {
		if o.sections != "" && !slices.Contains(strings.Split(o.sections, ","), s.Key) {
			continue
		}
		for i := range s.Cases {
			if o.drivers != "" {
				s.Cases[i].Drivers = slices.DeleteFunc(s.Cases[i].Drivers, func(name string) bool {
					return !slices.Contains(strings.Split(o.drivers, ","), name)
				})
			}
		}
		picked = append(picked, s)
	}
	return picked
}

func (o *options) suite(server string, progress io.Writer) (*suite.Suite, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return &suite.Suite{
		Launcher: trial.Launcher{Program: program, ClientCore: o.clientCore, ProxyCore: o.serverCore},
		Server:   server, Rounds: o.rounds, Warmup: o.warmup, Duration: o.duration,
		Records: o.records, RTT: o.rtt, Progress: progress,
	}, nil
}
