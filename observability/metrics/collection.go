package metrics

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/observability/internal/table"
)

// collections are the namespaces and sets that have label values of their own. Sets come
// from the program's data and there may be any number of them: so there is a limit, and the
// rest are counted together.
type collections struct {
	vectors *vectors
	maxSets int
	chosen  []string // if not nil, no other sets have values of their own

	recent shortcuts[series]
	spaces *table.Table[string, *space]
	rest   *space
}

// space is a namespace. With tables of strings, one for each step, looking up takes less
// than half the time that it takes with a table of structs.
type space struct {
	sets *table.Table[string, *collection]
	rest *collection
}

func newCollections(v *vectors, maxSets int, chosen []string) *collections {
	c := &collections{vectors: v, maxSets: maxSets, chosen: chosen, spaces: table.New[string, *space](maxNamespaces)}
	c.rest = &space{sets: table.New[string, *collection](0), rest: newCollection(v, other, other)}
	return c
}

// series returns what calls of an operation on a set are counted in. What has been seen
// before costs neither a lock nor memory.
func (c *collections) series(namespace, set string, op hook.Operation) *series {
	short := c.recent.at(spot(0).with(set).with(string(op)))
	if s := short.Load(); s.is(namespace, set, op) {
		return s
	}
	s := c.at(namespace, set).of(op)
	if short.Load() == nil && s.is(namespace, set, op) {
		short.Store(s)
	}
	return s
}

// at returns the collection that a namespace and a set are counted in.
func (c *collections) at(namespace, set string) *collection {
	s, ok := c.spaces.Get(namespace)
	if !ok {
		s = c.space(namespace)
	}
	if found, ok := s.sets.Get(set); ok {
		return found
	}
	if s.sets.Full() || c.chosen != nil && set != "" && !slices.Contains(c.chosen, set) {
		return s.rest
	}
	set = strings.Clone(set) // it may be part of something big
	if found, ok := s.sets.Add(set, func() *collection { return newCollection(c.vectors, s.rest.namespace, set) }); ok {
		return found
	}
	return s.rest
}

// space returns a namespace that has not been seen before.
func (c *collections) space(namespace string) *space {
	if c.spaces.Full() {
		return c.rest
	}
	namespace = strings.Clone(namespace)
	s, ok := c.spaces.Add(namespace, func() *space {
		return &space{sets: table.New[string, *collection](c.maxSets), rest: newCollection(c.vectors, namespace, other)}
	})
	if !ok {
		return c.rest
	}
	return s
}

// collection is what is counted of a namespace and set.
type collection struct {
	vectors        *vectors
	namespace, set string // as label values
	operations     *table.Table[hook.Operation, *series]
}

func newCollection(v *vectors, namespace, set string) *collection {
	return &collection{
		vectors: v, namespace: label(namespace), set: label(set),
		operations: table.New[hook.Operation, *series](maxKinds),
	}
}

// label makes a label value of a name, which is whatever bytes the program has chosen.
func label(name string) string {
	if len(name) > maxName {
		name = name[:maxName] + "..."
	}
	return strings.ToValidUTF8(name, "\uFFFD")
}

// of returns the series of an operation.
func (c *collection) of(op hook.Operation) *series {
	if s, ok := c.operations.Get(op); ok {
		return s
	}
	s, ok := c.operations.Add(op, func() *series { return newSeries(c, op) })
	if !ok { // there are far fewer operations
		return newSeries(c, other)
	}
	return s
}

// series is what is counted of an operation on a set, by what became of it: the values of
// error_type, empty for success. Each is made when it is needed first, for a scrape should
// not have series that never count. But writes have a counter of those in doubt at once: what
// begins at 1 has not grown, for rules that look at the growth.
type series struct {
	vectors            *vectors
	namespace, set, op string                // as label values
	done               atomic.Pointer[timer] // of success
	durations          *table.Table[string, *timer]
	rows               *table.Table[string, prometheus.Counter]
	doubts             prometheus.Counter // nil for reads
}

func newSeries(c *collection, op hook.Operation) *series {
	s := &series{
		vectors: c.vectors, namespace: c.namespace, set: c.set, op: string(op),
		durations: table.New[string, *timer](maxKinds), rows: table.New[string, prometheus.Counter](maxKinds),
	}
	if !reads[op] && c.namespace != "" { // there is none if a batch is in several
		s.doubts = c.vectors.doubts.WithLabelValues(s.namespace, s.set, s.op)
	}
	return s
}

// reads are the operations that are never in doubt. Of batches the rows are.
var reads = map[hook.Operation]bool{
	hook.Get: true, hook.Select: true, hook.Exists: true, hook.Query: true, hook.Scan: true,
	hook.BatchRead: true, hook.BatchExists: true, hook.Batch: true,
}

// is reports whether the series is that of an operation, and not that of others as well.
func (s *series) is(namespace, set string, op hook.Operation) bool {
	return s != nil && s.set == set && s.op == string(op) && s.namespace == namespace
}

// duration returns the histogram of calls that ended with a kind of error.
func (s *series) duration(kind string) *timer {
	if kind != "" {
		return s.durationOf(kind)
	}
	t := s.done.Load()
	if t == nil {
		t = s.durationOf(kind)
		s.done.Store(t)
	}
	return t
}

func (s *series) durationOf(kind string) *timer {
	if t, ok := s.durations.Get(kind); ok {
		return t
	}
	create := func() *timer {
		return newTimer(s.vectors.durations.WithLabelValues(system, s.namespace, s.set, s.op, kind))
	}
	if t, ok := s.durations.Add(kind, create); ok {
		return t
	}
	kind = other
	return create()
}

// row returns the counter of rows that ended with a kind of error.
func (s *series) row(kind string) prometheus.Counter {
	if c, ok := s.rows.Get(kind); ok {
		return c
	}
	create := func() prometheus.Counter { return s.vectors.rows.WithLabelValues(s.namespace, s.set, s.op, kind) }
	if c, ok := s.rows.Add(kind, create); ok {
		return c
	}
	kind = other
	return create()
}

// doubt counts writes that may have been executed.
func (s *series) doubt(n int) {
	c := s.doubts
	if c == nil { // which the client never tells of reads
		c = s.vectors.doubts.WithLabelValues(s.namespace, s.set, s.op)
	}
	c.Add(float64(n))
}
