package report

import (
	"fmt"
	"slices"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/load"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
)

// goal is a bound on a figure of ours, or on its ratio to another client's.
type goal struct {
	text    string
	section string
	name    string // of the case
	figure  metric
	than    string // the client of the ratio, empty for the figure itself
	kept    bool   // the figure is the share kept of the case's base
	atLeast float64
	atMost  float64 // looked at if atLeast is 0
}

// goals is what the project set out to reach; see the design.
func goals() []goal {
	var all []goal
	for _, op := range []load.Op{load.Get, load.Put} {
		at := func(n int, text string, figure metric, than string, atLeast, atMost float64) {
			name := scenario.Name(op, n)
			all = append(all, goal{
				text: name + ": " + text, section: scenario.Goroutines, name: name,
				figure: figure, than: than, atLeast: atLeast, atMost: atMost,
			})
		}
		at(1, "ops/s ÷ official", rate, driver.Official, 1, 0)
		at(1, "p99 ÷ official", p99, driver.Official, 0, 1.05)
		at(64, "ops/s ÷ official", rate, driver.Official, 1.4, 0)
		at(64, "ops/s ÷ raw", rate, driver.Raw, 0.9, 0)
		at(256, "ops/s ÷ official", rate, driver.Official, 2, 0)
		at(256, "p99.9 ÷ official", p999, driver.Official, 0, 0.05)
		at(256, "errors", failures, "", 0, 0)
		at(1024, "ops/s ÷ official", rate, driver.Official, 20, 0)
		at(1024, "p99 ÷ official", p99, driver.Official, 0, 0.05)
		at(1024, "errors", failures, "", 0, 0)
		at(1024, "connections", connections, "", 0, 64)
		at(10_000, "ops/s ÷ raw", rate, driver.Raw, 0.85, 0)
		at(10_000, "errors", failures, "", 0, 0)
		at(64, "allocations", allocsPerOp, "", 0, map[load.Op]float64{load.Get: 4.05, load.Put: 2.05}[op])
	}
	get := func(n int) string { return scenario.Name(load.Get, n) }
	all = append(all,
		goal{text: "bytes of a waiting call", section: scenario.Memory, figure: perWaitingCall, atMost: 4096},
		goal{text: get(1024) + ", delayed link: ops/s ÷ official", section: scenario.Delay, name: get(1024),
			figure: rate, than: driver.Official, atLeast: 5},
		goal{text: get(256) + ", embedded server: ops/s ÷ official", section: scenario.Ceiling, name: get(256),
			figure: rate, than: driver.Official, atLeast: 3})
	for _, n := range []int{64, 256} {
		name := scenario.CancelledName(n)
		all = append(all,
			goal{text: name + ": successes kept", section: scenario.Cancel, name: name, kept: true, atLeast: 0.95},
			goal{text: name + ": connections opened", section: scenario.Cancel, name: name, figure: opened})
	}
	return append(all, bulkGoals()...)
}

// measure looks for the goal's figure; ok is false if it was not measured.
func (g goal) measure(all []*suite.Results) (figure float64, ok bool) {
	i := slices.IndexFunc(all, func(r *suite.Results) bool { return r.Section.Key == g.section })
	if i < 0 {
		return 0, false
	}
	r := all[i]
	name := g.name
	if name == "" {
		name = r.Section.Cases[0].Name
	}
	ours := r.Of(name, driver.Ours)
	switch {
	case g.kept:
		for _, c := range r.Section.Cases {
			if c.Name == name {
				return kept(ours, r.Of(c.Base, driver.Ours))
			}
		}
		return 0, false
	case g.than != "":
		return medianRatio(ours, r.Of(name, g.than), g.figure)
	}
	return median(ours, g.figure)
}

func (g goal) met(figure float64) bool {
	if g.atLeast > 0 {
		return figure >= g.atLeast
	}
	return figure <= g.atMost
}

func (g goal) bound() string {
	if g.atLeast > 0 {
		return fmt.Sprintf("≥ %g", g.atLeast)
	}
	return fmt.Sprintf("≤ %g", g.atMost)
}

// goalTable lists the goals that were measured.
func goalTable(all []*suite.Results) *table {
	t := &table{header: []string{"goal", "bound", "measured", "met"}}
	for _, g := range goals() {
		figure, ok := g.measure(all)
		if !ok {
			continue
		}
		met := "no"
		if g.met(figure) {
			met = "yes"
		}
		t.add(g.text, g.bound(), fmt.Sprintf("%.4g", figure), met)
	}
	return t
}
