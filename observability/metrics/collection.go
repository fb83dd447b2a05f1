package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// place is a namespace and a set.
type place struct{ namespace, set string }

// collections are the places that have label values of their own. Sets come from the
// program's data and there may be any number of them: so there is a limit, and the rest
// are counted together.
type collections struct {
	vectors *vectors
	chosen  []string // if not nil, no other sets have values of their own

	own    *table[place, *collection]
	others *table[string, *collection] // by namespace
	rest   *collection                 // neither set nor namespace
}

func newCollections(v *vectors, maxSets int, chosen []string) *collections {
	return &collections{
		vectors: v, chosen: chosen,
		own: newTable[place, *collection](maxSets), others: newTable[string, *collection](maxNamespaces),
		rest: newCollection(v, other, other),
	}
}

// at returns the collection that a namespace and a set are counted in. Those that have
// been seen before cost neither a lock nor memory.
func (c *collections) at(namespace, set string) *collection {
	if found, ok := c.own.get(place{namespace, set}); ok {
		return found
	}
	return c.missing(namespace, set)
}

func (c *collections) missing(namespace, set string) *collection {
	if !c.own.full() && (c.chosen == nil || set == "" || slices.Contains(c.chosen, set)) {
		at := place{strings.Clone(namespace), strings.Clone(set)} // they may be parts of something big
		if found, ok := c.own.add(at, func() *collection { return newCollection(c.vectors, at.namespace, at.set) }); ok {
			return found
		}
	}
	if found, ok := c.others.get(namespace); ok {
		return found
	}
	if c.others.full() {
		return c.rest
	}
	if found, ok := c.others.add(strings.Clone(namespace), func() *collection { return newCollection(c.vectors, namespace, other) }); ok {
		return found
	}
	return c.rest
}

// collection is what is counted of a namespace and set.
type collection struct {
	vectors        *vectors
	namespace, set string // as label values
	operations     *table[hook.Operation, *series]
}

func newCollection(v *vectors, namespace, set string) *collection {
	return &collection{
		vectors: v, namespace: label(namespace), set: label(set),
		operations: newTable[hook.Operation, *series](maxKinds),
	}
}

// label makes a label value of a name, which is whatever bytes the program has chosen.
func label(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

// of returns the series of an operation.
func (c *collection) of(op hook.Operation) *series {
	if s, ok := c.operations.get(op); ok {
		return s
	}
	s, ok := c.operations.add(op, func() *series { return newSeries(c, op) })
	if !ok { // there are far fewer operations
		return newSeries(c, other)
	}
	return s
}

// series is what is counted of an operation on a set, by what became of it: the values of
// error_type, empty for success. Each is made when it is needed first, for a scrape should
// not have series that never count.
type series struct {
	vectors            *vectors
	namespace, set, op string
	durations          *table[string, *timer]
	rows               *table[string, prometheus.Counter]
	doubts             *table[string, prometheus.Counter] // one at most
}

func newSeries(c *collection, op hook.Operation) *series {
	return &series{
		vectors: c.vectors, namespace: c.namespace, set: c.set, op: string(op),
		durations: newTable[string, *timer](maxKinds), rows: newTable[string, prometheus.Counter](maxKinds),
		doubts: newTable[string, prometheus.Counter](1),
	}
}

// duration returns the histogram of calls that ended with a kind of error.
func (s *series) duration(kind string) *timer {
	if t, ok := s.durations.get(kind); ok {
		return t
	}
	create := func() *timer {
		return newTimer(s.vectors.durations.WithLabelValues(system, s.namespace, s.set, s.op, kind))
	}
	if t, ok := s.durations.add(kind, create); ok {
		return t
	}
	kind = other
	return create()
}

// row returns the counter of rows that ended with a kind of error.
func (s *series) row(kind string) prometheus.Counter {
	if c, ok := s.rows.get(kind); ok {
		return c
	}
	create := func() prometheus.Counter { return s.vectors.rows.WithLabelValues(s.namespace, s.set, s.op, kind) }
	if c, ok := s.rows.add(kind, create); ok {
		return c
	}
	kind = other
	return create()
}

// doubt returns the counter of writes that may have been executed.
func (s *series) doubt() prometheus.Counter {
	c, _ := s.doubts.add("", func() prometheus.Counter {
		return s.vectors.doubts.WithLabelValues(s.namespace, s.set, s.op)
	})
	return c
}
