package metrics

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// Client is what gauges are read of: an *aerospike.Client.
type Client interface {
	Stats() aerospike.Stats
	Limits() aerospike.Limits
}

// Watch adds a client's gauges and counters: its nodes, their connections and queues, its
// limits, its looks at the cluster. They are read when metrics are asked for. Several clients
// are added up, node by node. It ends with the client, or when the function that it returns
// is called; what was counted stays counted.
func (m *Metrics) Watch(c Client) (stop func()) {
	w := &m.watched
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.clients[c] == nil {
		w.clients[c] = &known{nodes: map[string]nodeTotals{}}
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if k := w.clients[c]; k != nil {
			w.addLocked(k, c.Stats())
			delete(w.clients, c)
		}
	}
}

// watched are the clients under watch. A client's counters end with it, and a node's with
// the node, but those of a metric must not fall: so what they have grown by is added up here.
type watched struct {
	descs gaugeDescs

	mu      sync.Mutex
	clients map[Client]*known     // guarded by mu, like all below
	nodes   map[string]nodeTotals // by address
	totals  clientTotals
}

// known is what a client's counters were when they were read last.
type known struct {
	nodes  map[string]nodeTotals // by address
	totals clientTotals
}

func (w *watched) init(labels prometheus.Labels) {
	w.descs = newGaugeDescs(labels)
	w.clients, w.nodes = map[Client]*known{}, map[string]nodeTotals{}
}

// addLocked adds what a client's counters have grown by.
func (w *watched) addLocked(k *known, s aerospike.Stats) {
	nodes := make(map[string]nodeTotals, len(s.Nodes))
	for i := range s.Nodes {
		n := &s.Nodes[i]
		addr := label(n.Addr)
		now := totalsOf(&n.Pool)
		w.nodes[addr] = grown(w.nodes[addr], k.nodes[addr], now)
		nodes[addr] = now
	}
	k.nodes = nodes
	now := clientTotals{s.Limits.Refused, s.Tend.Rounds, s.Tend.Looks, s.Tend.Failed, s.Tend.Maps}
	w.totals = grown(w.totals, k.totals, now)
	k.totals = now
}

// grown adds to a sum what counters have grown by. Counters that are lower than before have
// begun anew.
func grown[T nodeTotals | clientTotals](sum, before, now T) T {
	for i := range len(now) {
		if now[i] < before[i] {
			before[i] = 0
		}
		sum[i] += now[i] - before[i]
	}
	return sum
}

// reading is what all clients have at a moment.
type reading struct {
	clients int
	nodes   map[string]*nodeReading // by address
	names   map[nodeName]struct{}
	client  [clientGaugeCount]float64
}

type nodeName struct{ addr, name, build string }

// nodeReading is what all clients have with a node.
type nodeReading [nodeGaugeCount]float64

// readLocked reads all clients, and forgets those that have been closed.
func (w *watched) readLocked() *reading {
	r := &reading{nodes: map[string]*nodeReading{}, names: map[nodeName]struct{}{}}
	for c, k := range w.clients {
		s := c.Stats()
		w.addLocked(k, s)
		if s.Closed {
			delete(w.clients, c)
			continue
		}
		r.clients++
		r.add(&s, c.Limits())
	}
	if len(w.nodes) > maxNodes {
		for addr := range w.nodes {
			if r.nodes[addr] == nil {
				delete(w.nodes, addr)
			}
		}
	}
	return r
}

// add adds what a client has.
func (r *reading) add(s *aerospike.Stats, limits aerospike.Limits) {
	r.client[gaugeLimit] += float64(limits.MaxCalls)
	r.client[gaugeCalls] += float64(s.Limits.Calls)
	r.client[gaugeCallsWaiting] += float64(s.Limits.Waiting)
	r.client[gaugeTendSeconds] = max(r.client[gaugeTendSeconds], s.Tend.Took.Seconds())
	for i := range s.Nodes {
		n := &s.Nodes[i]
		addr := label(n.Addr)
		r.names[nodeName{addr, label(n.Name), label(n.Build)}] = struct{}{}
		v := r.nodes[addr]
		if v == nil {
			v = &nodeReading{gaugeAvailable: 1}
			r.nodes[addr] = v
		}
		if !n.Available {
			v[gaugeAvailable] = 0
		}
		if n.BreakerOpen {
			v[gaugeBreaker] = 1
		}
		v[gaugeConns] += float64(n.Pool.Conns)
		v[gaugeDialing] += float64(n.Pool.Dialing)
		v[gaugeStreams] += float64(n.Pool.Streams)
		v[gaugeInFlight] += float64(n.Pool.InFlight)
		v[gaugeWaiting] += float64(n.Pool.Waiting)
		v[gaugeQueued] += float64(n.Pool.QueuedLen)
	}
}

func (w *watched) describe(ch chan<- *prometheus.Desc) {
	for _, d := range w.descs.all() {
		ch <- d
	}
}

func (w *watched) collect(ch chan<- prometheus.Metric) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, d := w.readLocked(), &w.descs
	tell := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	tell(d.clients, prometheus.GaugeValue, float64(r.clients))
	tell(d.nodes, prometheus.GaugeValue, float64(len(r.nodes)))
	for name := range r.names {
		tell(d.info, prometheus.GaugeValue, 1, name.addr, name.name, name.build)
	}
	for i, v := range r.client {
		tell(d.client[i], prometheus.GaugeValue, v)
	}
	for i, v := range w.totals {
		tell(d.clientTotals[i], prometheus.CounterValue, float64(v))
	}
	for addr, n := range r.nodes {
		for i, v := range n {
			tell(d.node[i], prometheus.GaugeValue, v, addr)
		}
	}
	for addr, n := range w.nodes {
		for i, v := range n {
			tell(d.nodeTotals[i], prometheus.CounterValue, float64(v), addr)
		}
	}
}
