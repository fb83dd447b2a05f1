package aerospiketest

import (
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// dataCommands tell of namespaces and sets.
var dataCommands = map[string]infoCommand{
	"namespaces": {answer: namespaces},
	"sets":       {answer: sets},
}

func namespaces(c *infoCall) string {
	names := make([]string, len(c.server.namespaces))
	for i, ns := range c.server.namespaces {
		names[i] = ns.Name
	}
	return joined(names)
}

// sets answers sets, sets/namespace and sets/namespace/set.
func sets(c *infoCall) string {
	var out strings.Builder
	if c.rest == "" {
		for _, ns := range c.server.namespaces {
			c.writeSets(&out, ns)
		}
		return out.String()
	}
	name, set, one := strings.Cut(c.rest, "/")
	ns := c.server.byName[name]
	if ns == nil {
		return "ns_type=unknown"
	}
	if !one {
		c.writeSets(&out, ns)
		return out.String()
	}
	for _, s := range c.countSets(ns) {
		if s.Name == set {
			writeSet(&out, ns, s)
		}
	}
	return out.String()
}

func (c *infoCall) writeSets(out *strings.Builder, ns *namespace) {
	for _, s := range c.countSets(ns) {
		fmt.Fprintf(out, "ns=%s:set=%s:", ns.Name, s.Name)
		writeSet(out, ns, s)
	}
}

// countSets counts what this node holds, as master or as replica.
func (c *infoCall) countSets(ns *namespace) []store.SetCount {
	row := c.server.cluster.current.Load().owners[ns.index]
	return ns.store.CountSets(func(pid int) bool { return c.conn.holds(row[pid]) })
}

func writeSet(out *strings.Builder, ns *namespace, s store.SetCount) {
	indexes, indexed := ns.countIndexes(s.Name)
	fmt.Fprintf(out, "objects=%d:tombstones=0:data_used_bytes=%d:truncate_lut=%d:sindexes=%d:index_populating=false:"+
		"truncating=false:default-read-touch-ttl-pct=0:default-ttl=0:disable-eviction=false:enable-index=%t:"+
		"stop-writes-count=0:stop-writes-size=0;", s.Objects, s.Bytes, uint64(s.Truncated()), indexes, indexed)
}
