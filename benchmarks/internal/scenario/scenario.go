// Package scenario lists what the benchmark measures.
package scenario

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/load"
)

// Case is one thing that every client in Drivers does.
type Case struct {
	// Name is unique within its section.
	Name       string
	Op         load.Op
	Goroutines int
	// Size is that of a record, 0 for the usual one; see dataset.Dataset.
	Size int
	// Connections to the server, 0 for the client's default.
	Connections int
	// Delayed runs the case through the delay proxy.
	Delayed bool
	// BriefPercent of the calls are given up after half the median latency of the case
	// called Base, by the same client in the same round.
	BriefPercent int
	Base         string
	// Waiting measures memory instead of speed.
	Waiting bool
	// Job is what a case about many records does, empty for the others; Keys is how many
	// keys each batch has; Set is the records.
	Job     driver.Job
	Keys    int
	Set     dataset.Dataset
	Drivers []string
}

// Section is a group of cases that makes one table.
type Section struct {
	// Key selects the section on the command line.
	Key   string
	Title string
	// About says what to know to read the table.
	About string
	Cases []Case
}

// Keys of the sections.
const (
	Goroutines  = "goroutines"
	Sizes       = "sizes"
	Delay       = "delay"
	Cancel      = "cancel"
	Connections = "connections"
	Memory      = "memory"
	Ceiling     = "ceiling"
)

// Keys lists the sections in their order.
func Keys() []string {
	return []string{Goroutines, Sizes, Delay, Cancel, Connections, Memory, Ceiling, Batches, Columns, Streams, Sets}
}

// Scale is how much of everything there is.
type Scale struct {
	Goroutines  []int
	Sizes       []int
	Delayed     []int
	Cancelled   []int
	Swept       []int // goroutines of the sweep over connections
	Connections []int
	Waiting     int
	Ceiling     []int
	Batches     []int // keys
	Sets        []int // records
}

// Full is the scale of a real run, Quick that of a smoke test.
func Full() Scale {
	return Scale{
		Goroutines:  []int{1, 16, 64, 256, 1024, 10_000},
		Sizes:       []int{100, 1000, 10_000, 100_000, 1_000_000},
		Delayed:     []int{64, 1024},
		Cancelled:   []int{64, 256},
		Swept:       []int{256, 1024},
		Connections: []int{1, 2, 4, 8, 16, 32, 64},
		Waiting:     10_000,
		Ceiling:     []int{1, 64, 256, 1024},
		Batches:     []int{1, 10, 100, 1000, 10_000, 100_000},
		Sets:        []int{1000, 10_000, 100_000, 1_000_000},
	}
}

// Quick is small in everything, so that a test can run it.
func Quick() Scale {
	return Scale{
		Goroutines: []int{1, 64}, Sizes: []int{1000}, Delayed: []int{64}, Cancelled: []int{64},
		Swept: []int{64}, Connections: []int{4}, Waiting: 200, Ceiling: []int{64},
		Batches: []int{10, 1000}, Sets: []int{100, 1000},
	}
}

// Sections lists all cases at a scale. rtt is the round trip of the delay proxy, for
// the text.
func Sections(s Scale, rtt fmt.Stringer) []Section {
	return []Section{
		{
			Key: Goroutines, Title: "Goroutines",
			About: "Each goroutine calls as soon as its last call has returned.",
			Cases: byGoroutines(s.Goroutines, Case{}),
		},
		{
			Key: Sizes, Title: "Record size",
			About: "16 goroutines, records of a single blob.",
			Cases: bySize(s.Sizes),
		},
		{
			Key: Delay, Title: "A link with a round trip of " + rtt.String(),
			About: "A proxy on the server's core holds all bytes back.",
			Cases: byGoroutines(s.Delayed, Case{Delayed: true}),
		},
		{
			Key: Cancel, Title: "Cancelled calls",
			About: "20 % of the calls are given up after half of what such a call usually takes this client; " +
				"some of them still succeed. \"kept\" is the rate of successful calls, as a share of the rate without " +
				"cancelling less the share of calls given up. \"opened\" counts new connections at the server.",
			Cases: cancelled(s.Cancelled),
		},
		{
			Key: Connections, Title: "Number of connections",
			About: "With few cores at the server few connections do; a server with many cores works on one command " +
				"for each connection.",
			Cases: swept(s.Swept, s.Connections),
		},
		{
			Key: Memory, Title: "Memory of a waiting call",
			About: "All goroutines call while the server does not answer. Heap and stack in use, with the goroutine " +
				"that waits, which costs 2 kB at least.",
			Cases: []Case{{
				Name: fmt.Sprintf("%d waiting gets", s.Waiting), Op: load.Get, Goroutines: s.Waiting,
				Delayed: true, Waiting: true, Drivers: driver.Names(),
			}},
		},
	}
}

// CeilingSection is for the embedded server beside a real one: it answers faster, so
// that the client is what limits the rate.
func CeilingSection(s Scale) Section {
	return Section{
		Key: Ceiling, Title: "Against the embedded server",
		About: "The embedded server as a process, on the core that the real server has above.",
		Cases: byGoroutines(s.Ceiling, Case{}),
	}
}

func byGoroutines(counts []int, like Case) (cases []Case) {
	for _, op := range []load.Op{load.Get, load.Put} {
		for _, n := range counts {
			c := like
			c.Name = Name(op, n)
			c.Op, c.Goroutines, c.Drivers = op, n, driver.Names()
			cases = append(cases, c)
		}
	}
	return cases
}

// Name is the name of a case that is known by its operation and its goroutines.
func Name(op load.Op, goroutines int) string { return fmt.Sprintf("%s, %d", op, goroutines) }

func bySize(sizes []int) (cases []Case) {
	for _, op := range []load.Op{load.Get, load.Put} {
		for _, size := range sizes {
			cases = append(cases, Case{
				Name: fmt.Sprintf("%s, %d bytes", op, size), Op: op,
				Goroutines: 16, Size: size, Drivers: driver.Names(),
			})
		}
	}
	return cases
}

func cancelled(counts []int) (cases []Case) {
	for _, n := range counts {
		none := Case{Name: Name(load.Get, n) + ", none cancelled", Op: load.Get, Goroutines: n, Drivers: driver.Names()}
		some := none
		some.Name, some.BriefPercent, some.Base = CancelledName(n), 20, none.Name
		cases = append(cases, none, some)
	}
	return cases
}

// CancelledName is the name of the case with cancelled calls.
func CancelledName(goroutines int) string { return Name(load.Get, goroutines) + ", 20 % cancelled" }

func swept(goroutines, connections []int) (cases []Case) {
	for _, n := range goroutines {
		for _, k := range connections {
			cases = append(cases, Case{
				Name: fmt.Sprintf("get, %d, %d connections", n, k), Op: load.Get,
				Goroutines: n, Connections: k, Drivers: []string{driver.Ours, driver.Raw},
			})
		}
	}
	return cases
}
