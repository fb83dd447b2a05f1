package metrics

import (
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
	"github.com/aerospike-go/aerospike-go/observability/internal/table"
)

// nodes are the addresses that have label values of their own. In a cluster whose nodes
// change their addresses there may be many in the course of time, so there is a limit.
type nodes struct {
	vectors *vectors
	recent  shortcuts[node]
	own     *table.Table[string, *node]
	rest    *node
}

func newNodes(v *vectors) *nodes {
	return &nodes{vectors: v, own: table.New[string, *node](maxNodes), rest: newNode(v, other)}
}

// at returns the node of an address.
func (n *nodes) at(addr string) *node {
	short := n.recent.at(spot(0).with(addr))
	if found := short.Load(); found != nil && found.addr == addr {
		return found
	}
	found := n.find(addr)
	if short.Load() == nil && found.addr == addr {
		short.Store(found)
	}
	return found
}

func (n *nodes) find(addr string) *node {
	if found, ok := n.own.Get(addr); ok {
		return found
	}
	if n.own.Full() {
		return n.rest
	}
	addr = strings.Clone(addr)
	if found, ok := n.own.Add(addr, func() *node { return newNode(n.vectors, label(addr)) }); ok {
		return found
	}
	return n.rest
}

// node is what is counted of a node.
type node struct {
	vectors  *vectors
	addr     string                                   // as a label value
	answered func() prometheus.Counter                // attempts without an error
	attempts *table.Table[string, prometheus.Counter] // the others
	wait     func() prometheus.Observer
}

func newNode(v *vectors, addr string) *node {
	return &node{
		vectors: v, addr: addr, attempts: table.New[string, prometheus.Counter](maxKinds),
		answered: sync.OnceValue(func() prometheus.Counter { return v.attempts.WithLabelValues(addr, "") }),
		wait:     sync.OnceValue(func() prometheus.Observer { return v.waits.WithLabelValues(addr) }),
	}
}

// attempt returns the counter of attempts that ended with a kind of error.
func (n *node) attempt(kind string) prometheus.Counter {
	if kind == "" {
		return n.answered()
	}
	if c, ok := n.attempts.Get(kind); ok {
		return c
	}
	create := func() prometheus.Counter { return n.vectors.attempts.WithLabelValues(n.addr, kind) }
	if c, ok := n.attempts.Add(kind, create); ok {
		return c
	}
	kind = other
	return create()
}

// Conn counts a connection that was opened or closed, or could not be opened.
func (m *Metrics) Conn(c *hook.Conn) {
	if m.off.Load() {
		return
	}
	addr, lane := m.nodes.at(c.Addr).addr, c.Lane.String()
	switch c.Kind {
	case hook.ConnOpened:
		m.vectors.opened.WithLabelValues(addr, lane).Inc()
		m.vectors.opening.WithLabelValues(lane).Observe(c.Took.Seconds())
	case hook.ConnFailed:
		m.vectors.failed.WithLabelValues(addr, lane, outcome.Type(types.ResultOK, c.Err)).Inc()
	case hook.ConnClosed:
		reason := "unneeded"
		if c.Err != nil {
			reason = "error"
		}
		m.vectors.closed.WithLabelValues(addr, lane, reason).Inc()
	}
}

// Event counts a change in the cluster.
func (m *Metrics) Event(e hook.Event) {
	name, ok := eventNames[e.Kind]
	if !ok {
		name = other
	}
	if !m.off.Load() {
		m.vectors.events.WithLabelValues(name).Inc()
	}
}
