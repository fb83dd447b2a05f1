package aerospiketest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// dataCommands tell of namespaces and sets, truncate them, and list what there may
// be of indexes, Lua modules and running queries: nothing.
var dataCommands = map[string]infoCommand{
	"namespaces":         {answer: namespaces},
	"sets":               {answer: sets},
	"truncate":           {answer: truncateSet},
	"truncate-namespace": {answer: truncateNamespace},
	"udf-list":           fixed(""),
	"udf-get":            {answer: udfGet},
	"udf-remove":         {answer: udfRemove},
	"query-show":         {answer: queryShow},
	"query-abort":        {answer: queryAbort},
	"query-abort-all":    fixed("number-of-queries-killed:0"),
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

func truncateSet(c *infoCall) string {
	name, fault := c.required(wire.ResultNamespace, "namespace", "id")
	if fault != "" {
		return fault
	}
	set, fault := c.required(wire.ResultParameter, "set")
	if fault != "" {
		return fault
	}
	return c.truncate(name, set)
}

func truncateNamespace(c *infoCall) string {
	name, fault := c.required(wire.ResultNamespace, "namespace", "id")
	if fault != "" {
		return fault
	}
	return c.truncate(name, "")
}

// truncate removes what was last written before the parameter lut, in nanoseconds
// since 1970, or everything without one.
func (c *infoCall) truncate(name, set string) string {
	now := c.server.clock.storeNow()
	var lut store.Now
	if text, ok := c.param("lut"); ok {
		nanos, err := strconv.ParseUint(text, 0, 64)
		ms := nanos / uint64(time.Millisecond)
		const epoch = wire.Epoch * 1000
		switch {
		case err != nil || ms <= epoch:
			return "ERROR:4:would truncate to 0"
		case ms-epoch > uint64(now):
			return "ERROR:4:would truncate in the future"
		}
		lut = store.Now(ms - epoch)
	}
	if ns := c.server.byName[name]; ns != nil { // an unknown one is answered the same
		ns.store.Truncate(set, lut, now)
	}
	return infoOK
}

func udfGet(c *infoCall) string {
	if _, ok := c.param("filename"); !ok {
		return "error=invalid_filename"
	}
	return "error=not_found"
}

func udfRemove(c *infoCall) string {
	if _, ok := c.param("filename"); !ok {
		return "error=invalid_filename"
	}
	return infoOK
}

func queryShow(c *infoCall) string {
	text, ok := c.param("id", "trid")
	if !ok {
		return ""
	}
	if _, err := strconv.ParseUint(text, 0, 64); err != nil {
		return "ERROR:4:bad id"
	}
	return "ERROR:2:job not found"
}

func queryAbort(c *infoCall) string {
	text, fault := c.required(wire.ResultParameter, "id", "trid")
	if fault != "" {
		return fault
	}
	if _, err := strconv.ParseUint(text, 0, 64); err != nil {
		return "ERROR:4:bad id"
	}
	return "ERROR:2:id not active"
}
