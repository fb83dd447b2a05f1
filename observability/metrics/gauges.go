package metrics

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// meaning is the name of a metric and what it says.
type meaning struct{ name, help string }

// Gauges of a node.
const (
	gaugeAvailable = iota
	gaugeBreaker
	gaugeConns
	gaugeDialing
	gaugeStreams
	gaugeInFlight
	gaugeWaiting
	gaugeQueued
	nodeGaugeCount
)

var nodeGauges = [nodeGaugeCount]meaning{
	gaugeAvailable: {"node_available", "Whether the node answered the last look of every client and none has shut it out."},
	gaugeBreaker:   {"breaker_open", "Whether a client has shut the node out because it failed too often."},
	gaugeConns:     {"connections", "Open connections."},
	gaugeDialing:   {"connections_dialing", "Connections being opened."},
	gaugeStreams:   {"streams", "Batches and queries under way, each on a connection of its own."},
	gaugeInFlight:  {"calls_in_flight", "Calls queued or sent, those given up included until their reply has come."},
	gaugeWaiting:   {"calls_waiting", "Calls in line for a connection with room."},
	gaugeQueued:    {"queued_bytes", "Requests not yet written."},
}

// nodeTotals are counters of a node.
type nodeTotals [10]uint64

var nodeCounters = [len(nodeTotals{})]meaning{
	{"calls_abandoned_total", "Calls given up after their request was sent."},
	{"calls_not_sent_total", "Calls given up or refused before their request was sent."},
	{"calls_overloaded_total", "Calls refused because too many were waiting."},
	{"connections_stalled_total", "Connections closed because nothing moved on them."},
	{"connections_idled_total", "Connections closed for being idle."},
	{"connections_lost_total", "Connections closed by the peer, the network or a protocol error."},
	{"socket_writes_total", "Write calls on sockets; with replies_total, how many requests go together."},
	{"replies_total", "Replies received."},
	{"received_bytes_total", "Bytes of replies, before encryption."},
	{"written_bytes_total", "Bytes of requests, before encryption."},
}

func totalsOf(s *pool.Stats) nodeTotals {
	return nodeTotals{s.Abandoned, s.NotSent, s.Overloaded, s.Stalled, s.Idled, s.Lost, s.Writes, s.Replies, s.Received, s.Written}
}

// Gauges of clients.
const (
	gaugeLimit = iota
	gaugeCalls
	gaugeCallsWaiting
	gaugeTendSeconds
	clientGaugeCount
)

var clientGauges = [clientGaugeCount]meaning{
	gaugeLimit:        {"limit_calls", "Calls that may be under way at the same time; 0 is no limit."},
	gaugeCalls:        {"limited_calls", "Calls under way, if there is a limit."},
	gaugeCallsWaiting: {"limited_calls_waiting", "Calls that wait for their turn within the limit."},
	gaugeTendSeconds:  {"tend_last_seconds", "How long the last look at a node took."},
}

// clientTotals are counters of clients.
type clientTotals [5]uint64

var clientCounters = [len(clientTotals{})]meaning{
	{"limited_calls_refused_total", "Calls refused by the limit."},
	{"tend_rounds_total", "Looks at the whole cluster."},
	{"tend_looks_total", "Looks at single nodes that have ended."},
	{"tend_looks_failed_total", "Looks at single nodes that failed."},
	{"partition_maps_total", "Partition maps put into use."},
}

// gaugeDescs describe what is read of clients.
type gaugeDescs struct {
	clients, nodes, info *prometheus.Desc
	client               [clientGaugeCount]*prometheus.Desc
	clientTotals         [len(clientTotals{})]*prometheus.Desc
	node                 [nodeGaugeCount]*prometheus.Desc
	nodeTotals           [len(nodeTotals{})]*prometheus.Desc
}

func newGaugeDescs(constant prometheus.Labels) gaugeDescs {
	desc := func(m meaning, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(namespace+"_"+m.name, m.help, labels, constant)
	}
	d := gaugeDescs{
		clients: desc(meaning{"clients", "Clients under watch."}),
		nodes:   desc(meaning{"nodes", "Nodes of the cluster that clients know."}),
		info:    desc(meaning{"node_info", "Names and versions of nodes; always 1."}, labelNode, "node", "build"),
	}
	for i, m := range clientGauges {
		d.client[i] = desc(m)
	}
	for i, m := range clientCounters {
		d.clientTotals[i] = desc(m)
	}
	for i, m := range nodeGauges {
		d.node[i] = desc(m, labelNode)
	}
	for i, m := range nodeCounters {
		d.nodeTotals[i] = desc(m, labelNode)
	}
	return d
}

func (d *gaugeDescs) all() []*prometheus.Desc {
	all := append([]*prometheus.Desc{d.clients, d.nodes, d.info}, d.client[:]...)
	all = append(all, d.clientTotals[:]...)
	all = append(all, d.node[:]...)
	return append(all, d.nodeTotals[:]...)
}
