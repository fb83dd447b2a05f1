// Package suite runs the cases and keeps what they found.
package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/load"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

// Suite says how to run the cases.
type Suite struct {
	Launcher trial.Launcher
	// Server is the address of the server.
	Server string
	// Rounds is how often each case is run with each client.
	Rounds           int
	Warmup, Duration time.Duration
	// Records is the number of the usual records.
	Records int
	// RTT is the round trip time through the delay proxy.
	RTT time.Duration
	// Progress is told what is being run.
	Progress io.Writer
}

// Results holds the outcomes of one section.
type Results struct {
	Section scenario.Section
	// outcomes has, for each case and client, one for each round.
	outcomes map[key][]trial.Outcome
}

type key struct{ name, driver string }

// NewResults is empty.
func NewResults(section scenario.Section) *Results {
	return &Results{Section: section, outcomes: map[key][]trial.Outcome{}}
}

// Add keeps the outcome of one round.
func (r *Results) Add(name, driver string, o trial.Outcome) {
	k := key{name, driver}
	r.outcomes[k] = append(r.outcomes[k], o)
}

// Of returns the outcomes of a case and a client, one for each round.
func (r *Results) Of(name, driver string) []trial.Outcome { return r.outcomes[key{name, driver}] }

// data is the records of a case.
func (s *Suite) data(c scenario.Case) dataset.Dataset {
	if c.Job != "" {
		return c.Set
	}
	return dataset.New(c.Size, s.Records)
}

// Run runs all rounds of all sections. Within a round, the clients take turns case by
// case, and each round lets another one begin, so that whatever slows the machine
// down for a while hits all of them. A trial that fails is left out of the results and
// reported in the error; the others go on.
func (s *Suite) Run(ctx context.Context, sections []scenario.Section) (all []*Results, err error) {
	proxy, err := s.Launcher.StartProxy(s.Server, s.RTT/2)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, proxy.Close()) }()
	if err := s.populate(ctx, sections); err != nil {
		return nil, err
	}
	for _, section := range sections {
		all = append(all, NewResults(section))
	}
	var failures []error
	for round := range s.Rounds {
		for _, results := range all {
			for _, c := range results.Section.Cases {
				failures = append(failures, s.runCase(ctx, c, round, results, proxy))
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
			}
		}
	}
	return all, errors.Join(failures...)
}

// populate writes the records of each size that the cases need.
func (s *Suite) populate(ctx context.Context, sections []scenario.Section) error {
	done := map[dataset.Dataset]bool{}
	for _, section := range sections {
		for _, c := range section.Cases {
			data := s.data(c)
			if done[data] {
				continue
			}
			done[data] = true
			fmt.Fprintf(s.Progress, "writing %d records to set %s\n", data.Records, data.Set())
			spec := trial.Spec{Kind: trial.Populate, Driver: driver.Raw, Addr: s.Server, Server: s.Server, Data: data}
			if _, err := s.Launcher.Run(ctx, spec); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Suite) runCase(ctx context.Context, c scenario.Case, round int, results *Results, proxy *trial.Proxy) error {
	var failures []error
	for i := range c.Drivers {
		name := c.Drivers[(i+round)%len(c.Drivers)]
		spec := s.spec(c, name, proxy)
		if base := results.Of(c.Base, name); len(base) > 0 {
			spec.GiveUp = max(base[len(base)-1].Load.P50/2, time.Microsecond)
		}
		fmt.Fprintf(s.Progress, "round %d/%d  %-12s %-32s %-9s", round+1, s.Rounds, results.Section.Key, c.Name, name)
		outcome, err := s.Launcher.Run(ctx, spec)
		if err != nil {
			fmt.Fprintln(s.Progress, " failed:", err)
			failures = append(failures, fmt.Errorf("%s: %w", c.Name, err))
			continue
		}
		fmt.Fprintln(s.Progress, summary(c, outcome))
		results.Add(c.Name, name, outcome)
	}
	return errors.Join(failures...)
}

func (s *Suite) spec(c scenario.Case, name string, proxy *trial.Proxy) trial.Spec {
	data := s.data(c)
	if c.Job != "" {
		return trial.Spec{
			Kind: trial.Bulk, Driver: name, Addr: s.Server, Server: s.Server, Data: data,
			Bulk: load.BulkWork{Job: c.Job, Keys: c.Keys, Records: data.Records, Warmup: s.Warmup, Duration: s.Duration},
		}
	}
	spec := trial.Spec{
		Kind: trial.Load, Driver: name, Addr: s.Server, Server: s.Server,
		Data: data, Connections: c.Connections,
		Work: load.Work{
			Op: c.Op, Goroutines: c.Goroutines, Records: data.Records,
			Warmup: s.Warmup, Duration: s.Duration, BriefPercent: c.BriefPercent,
		},
	}
	if c.Delayed {
		spec.Addr = proxy.Addr
	}
	if c.Waiting {
		spec.Kind, spec.Pause = trial.Waiting, proxy.PID
	}
	return spec
}

// summary is the line that tells the user something is happening.
func summary(c scenario.Case, o trial.Outcome) string {
	if c.Waiting {
		return fmt.Sprintf("%8d B/call", o.Waiting.PerCall)
	}
	if c.Job != "" {
		return fmt.Sprintf("%8.0f records/s", float64(o.Load.Records)/o.Load.Elapsed.Seconds())
	}
	return fmt.Sprintf("%8.0f ops/s", float64(o.Load.Ops)/o.Load.Elapsed.Seconds())
}
