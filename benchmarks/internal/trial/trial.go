// Package trial measures one client doing one thing, in a process of its own: a
// client's heap, goroutines and connections must not weigh on the next one, and CPU
// time and allocations are counted for a whole process. The benchmark program runs
// itself again for each trial.
package trial

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/load"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/server"
	"github.com/aerospike-go/aerospike-go/internal/delayproxy"
)

// Kind is what a trial does.
type Kind string

// The kinds.
const (
	Populate Kind = "populate" // write all records
	Load     Kind = "load"     // drive the client and measure it
	Bulk     Kind = "bulk"     // the same for work on many records at once
	Waiting  Kind = "waiting"  // measure the memory of calls that wait
	Delay    Kind = "delay"    // be a delay proxy until standard input ends
)

// connectTime bounds connecting and populating.
const connectTime = time.Minute

// populators is how many goroutines write the records.
const populators = 64

// Spec is a trial, as it is handed to the process that runs it.
type Spec struct {
	Kind   Kind
	Driver string
	// Addr is what the client connects to, Server the server itself; they differ when
	// there is a proxy between them.
	Addr, Server string
	Data         dataset.Dataset
	// Connections to the server, 0 for the client's default.
	Connections int
	Work        load.Work
	Bulk        load.BulkWork
	// GiveUp is when brief calls end.
	GiveUp time.Duration
	// Pause is the process to stop while calls wait.
	Pause int
	// Delay holds bytes back in each direction.
	Delay time.Duration
}

// Outcome is what a trial found; which fields are set depends on its kind.
type Outcome struct {
	Load    load.Result
	Waiting load.Waiting
	// Addr is where the proxy listens.
	Addr string
}

// Execute runs the trial in this process. It is for the child: it writes the outcome
// to out, and a proxy reads from in.
func (s Spec) Execute(in io.Reader, out io.Writer) error {
	var outcome Outcome
	var err error
	switch s.Kind {
	case Delay:
		return s.delay(in, out)
	case Bulk:
		outcome, err = s.bulk()
	case Populate, Load, Waiting:
		outcome, err = s.drive()
	default:
		err = fmt.Errorf("trial of unknown kind %q", s.Kind)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(outcome)
}

func (s Spec) drive() (o Outcome, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), connectTime)
	defer cancel()
	info, err := server.DialInfo(s.Server)
	if err != nil {
		return o, err
	}
	defer info.Close()
	others, err := connectionsOfOthers(info)
	if err != nil {
		return o, err
	}
	d, err := driver.Open(ctx, s.Driver, driver.Options{
		Addr: s.Addr, Data: s.Data, Connections: s.Connections, GiveUp: s.GiveUp,
		Goroutines: s.Work.Goroutines, Writes: s.Kind == Populate || s.Work.Op == load.Put,
	})
	if err != nil {
		return o, err
	}
	defer d.Close()
	switch s.Kind {
	case Populate:
		if s.Data.Use != dataset.Single {
			// Nothing but these records is ever written there.
			if there, err := info.Objects(dataset.Namespace, s.Data.Set()); err != nil || there == s.Data.Records {
				return o, errors.Join(err, index(info, s.Data))
			}
		}
		if err := load.Populate(d, s.Data.Records, populators); err != nil {
			return o, err
		}
		return o, index(info, s.Data)
	case Waiting:
		o.Waiting, err = load.MeasureWaiting(d, s.Work.Goroutines, s.Data.Records,
			func() error { return syscall.Kill(s.Pause, syscall.SIGSTOP) },
			func() error { return syscall.Kill(s.Pause, syscall.SIGCONT) })
		return o, err
	}
	o.Load, err = load.Run(d, s.Work, info.Connections)
	if o.Load.Connections >= 0 {
		o.Load.Connections = max(o.Load.Connections-others, 0)
	}
	return o, err
}

// index makes the indexes of a dataset.
func index(info *server.Info, data dataset.Dataset) error {
	for _, i := range data.Indexes() {
		if err := info.Index(dataset.Namespace, i.Name, i.Command); err != nil {
			return err
		}
	}
	return nil
}

// bulk measures work on many records.
func (s Spec) bulk() (o Outcome, err error) {
	d, err := driver.OpenBulk(s.Driver, s.Bulk.Job, driver.Options{Addr: s.Addr, Data: s.Data})
	if err != nil {
		return o, err
	}
	defer d.Close()
	o.Load, err = load.RunBulk(d, s.Bulk)
	return o, err
}

// drained is how long to wait for the connections of the last trial to be gone.
const drained = 2 * time.Second

// connectionsOfOthers returns how many connections the server has before this client
// connects. It takes a while to notice those that an earlier one has closed.
func connectionsOfOthers(info *server.Info) (int, error) {
	for deadline := time.Now().Add(drained); ; time.Sleep(20 * time.Millisecond) {
		now, _, err := info.Connections()
		if err != nil || now <= 0 || time.Now().After(deadline) {
			return max(now, 0), err
		}
	}
}

// delay says where it listens, then forwards until the parent closes its standard
// input or ends.
func (s Spec) delay(in io.Reader, out io.Writer) error {
	signal.Ignore(os.Interrupt) // the parent gets it too, and then closes our input
	proxy, err := delayproxy.Start(s.Server, s.Delay)
	if err != nil {
		return err
	}
	defer proxy.Close()
	if err := json.NewEncoder(out).Encode(Outcome{Addr: proxy.Addr()}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, in)
	return err
}

// Parse reads a Spec as Start writes it.
func Parse(text string) (s Spec, err error) {
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, fmt.Errorf("trial: %w", err)
	}
	return s, nil
}
