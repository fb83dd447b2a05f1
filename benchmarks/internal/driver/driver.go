// Package driver puts the clients that are compared behind one interface.
package driver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// Driver is one client at work on one dataset. Its methods are safe for concurrent
// use, but for Close, which comes last.
type Driver interface {
	// Get reads record i with all its bins and checks that it is the right one.
	Get(i int) error
	// GetBriefly is a Get that its caller gives up after Options.GiveUp.
	GetBriefly(i int) error
	// Put writes all bins of record i.
	Put(i int) error
	// Kind names the sort of an error in a word or two.
	Kind(err error) string
	Close()
}

// ErrWrongRecord is what Get returns for a record that is not the one asked for.
var ErrWrongRecord = errors.New("wrong record")

// Timeout is the kind of an error for a call whose time was over.
const Timeout = "timeout"

// Options tell a driver what to do.
type Options struct {
	// Addr is the server's address, host:port.
	Addr string
	Data dataset.Dataset
	// Goroutines is how many will call at the same time.
	Goroutines int
	// Connections to the server, 0 for the client's own default.
	Connections int
	// Writes says that there will be calls of Put.
	Writes bool
	// GiveUp is for GetBriefly.
	GiveUp time.Duration
}

// Names of the drivers. The others are compared with the official one.
const (
	Official = "official"
	Ours     = "ours"
	Raw      = "raw"
)

// Names lists the drivers in the order in which they are shown.
func Names() []string { return []string{Official, Ours, Raw} }

// Open connects the driver of that name.
func Open(ctx context.Context, name string, o Options) (Driver, error) {
	switch name {
	case Official:
		return openOfficial(o)
	case Ours:
		return openOurs(ctx, o)
	case Raw:
		return openRaw(ctx, o)
	}
	return nil, fmt.Errorf("no driver %q, there are %v", name, Names())
}
