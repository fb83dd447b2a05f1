package aerospiketest

import (
	"fmt"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// statCommands tell of load and settings. Only what the embedded server really
// counts or heeds is told, under the server's names.
var statCommands = map[string]infoCommand{
	"statistics": {answer: statistics},
	"namespace":  {answer: namespaceStats},
	"get-config": {answer: getConfig},
	"config-get": {answer: getConfig},
	"get-stats":  {answer: getStats},
	"latencies":  {answer: latencies},
}

// pairs writes name=value;name=value.
type pairs struct{ strings.Builder }

func (p *pairs) add(name string, value any) {
	if p.Len() > 0 {
		p.WriteByte(';')
	}
	fmt.Fprintf(p, "%s=%v", name, value)
}

// holdings counts the records of a namespace that a node has as master and as
// replica.
func (c *infoCall) holdings(ns *namespace) (master, replica int) {
	for pid, row := range c.server.cluster.current.Load().owners[ns.index] {
		switch {
		case len(row) == 0 || !c.conn.holds(row):
		case row[0] == c.node:
			master += ns.store.PartitionObjects(pid)
		default:
			replica += ns.store.PartitionObjects(pid)
		}
	}
	return master, replica
}

func statistics(c *infoCall) string {
	v := c.server.cluster.current.Load()
	_, _, rebalances := c.server.cluster.generations(c.node)
	objects := 0
	for _, ns := range c.server.namespaces {
		master, replica := c.holdings(ns)
		objects += master + replica
	}
	var p pairs
	p.add("failed_best_practices", false)
	p.add("cluster_size", len(v.members))
	p.add("cluster_key", fmt.Sprintf("%X", v.key))
	p.add("cluster_generation", rebalances)
	if n := v.principal(); n != nil {
		p.add("cluster_principal", n.id)
	}
	p.add("cluster_min_compatibility_id", compatibilityID)
	p.add("cluster_max_compatibility_id", compatibilityID)
	p.add("cluster_integrity", true)
	p.add("cluster_is_member", true)
	p.add("cluster_duplicate_nodes", "null")
	p.add("cluster_clock_skew_stop_writes_sec", 0)
	p.add("cluster_clock_skew_ms", 0)
	p.add("cluster_clock_skew_outliers", "null")
	p.add("uptime", int(time.Since(c.server.started)/time.Second))
	p.add("objects", objects)
	p.add("tombstones", 0)
	p.add("client_connections", c.node.open.Load())
	p.add("client_connections_opened", c.node.open.Load()+c.node.closed.Load())
	p.add("client_connections_closed", c.node.closed.Load())
	p.add("long_queries_active", 0)
	if n := v.principal(); n != nil {
		p.add("paxos_principal", n.id)
	}
	p.add("migrate_allowed", true)
	p.add("migrate_partitions_remaining", 0)
	return p.String()
}

func namespaceStats(c *infoCall) string {
	ns := c.server.byName[c.rest]
	if ns == nil {
		return "type=unknown"
	}
	v := c.server.cluster.current.Load()
	master, replica := c.holdings(ns)
	st := &ns.store.Stats
	var p pairs
	p.add("ns_cluster_size", len(v.members))
	p.add("effective_replication_factor", min(ns.ReplicationFactor, len(v.members)))
	p.add("objects", master+replica)
	p.add("tombstones", 0)
	p.add("master_objects", master)
	p.add("master_tombstones", 0)
	p.add("prole_objects", replica)
	p.add("prole_tombstones", 0)
	p.add("non_replica_objects", 0)
	p.add("dead_partitions", 0)
	p.add("unavailable_partitions", 0)
	p.add("clock_skew_stop_writes", false)
	p.add("stop_writes", false)
	p.add("hwm_breached", false)
	p.add("current_time", c.server.clock.storeNow().Seconds())
	p.add("expired_objects", st.ExpiredObjects.Load())
	p.add("evicted_objects", 0)
	p.add("truncate_lut", uint64(ns.store.Truncated()))
	p.add("truncating", false)
	p.add("migrate_tx_partitions_remaining", 0)
	p.add("migrate_rx_partitions_remaining", 0)
	// What follows is counted for the whole cluster, as the nodes share the records.
	p.add("client_read_success", st.ReadSuccess.Load())
	p.add("client_read_error", st.ReadError.Load())
	p.add("client_read_not_found", st.ReadNotFound.Load())
	p.add("client_write_success", st.WriteSuccess.Load())
	p.add("client_write_error", st.WriteError.Load())
	p.add("client_delete_success", st.DeleteSuccess.Load())
	p.add("client_delete_error", st.DeleteError.Load())
	p.add("client_delete_not_found", st.DeleteNotFound.Load())
	p.add("fail_generation", st.FailGeneration.Load())
	p.add("fail_record_too_big", st.FailRecordTooBig.Load())
	p.add("deleted_last_bin", st.DeletedLastBin.Load())
	p.addNamespaceConfig(c, ns)
	return p.String()
}

func (p *pairs) addNamespaceConfig(c *infoCall, ns *namespace) {
	p.add("default-read-touch-ttl-pct", ns.DefaultReadTouch)
	p.add("default-ttl", int(ns.DefaultTTL/time.Second))
	p.add("max-record-size", ns.MaxRecordSize)
	p.add("nsup-period", max(1, int(ns.ReapAfter/time.Second)))
	p.add("rack-id", c.node.rack)
	p.add("replication-factor", ns.ReplicationFactor)
	p.add("strong-consistency", false)
	p.add("index-type", "mem")
	p.add("sindex-type", "mem")
	p.add("storage-engine", "memory")
}

func getConfig(c *infoCall) string {
	var p pairs
	context, given := c.param("context")
	switch {
	case !given || context == "service":
		p.add("cluster-name", c.server.config.clusterName)
		p.add("node-id", c.node.id)
		p.add("proto-fd-idle-ms", c.server.config.idleTimeout.Milliseconds())
		p.add("proto-fd-max", c.server.config.maxConnections)
		p.add("transaction-max-ms", transactionMax.Milliseconds())
	case context == "namespace":
		name, fault := c.required(wire.ResultNamespace, "namespace", "id")
		if fault != "" {
			return fault
		}
		ns := c.server.byName[name]
		if ns == nil {
			return infoNoNamespace
		}
		p.addNamespaceConfig(c, ns)
	case context == "network":
		e := c.node.endpoint()
		p.add("service.port", e.Port)
		p.add("service.address", e.Host)
		p.add("service.access-address", e.Host)
	case context == "security":
		if c.conn.login != nil { // otherwise it is empty
			p.add("enable-quotas", c.server.config.quotas)
			p.add("session-ttl", int(c.server.config.sessionTTL/time.Second))
		}
	default:
		return "ERROR:4:invalid context"
	}
	return p.String()
}

func getStats(c *infoCall) string {
	if _, fault := c.required(wire.ResultParameter, "context"); fault != "" {
		return fault
	}
	return "ERROR:4:unknown context"
}

// latencies answers as an idle server does: no time is measured.
func latencies(c *infoCall) string {
	const idle = ":msec,0.0" + ",0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00"
	want, one := c.param("hist")
	var list []string
	for _, ns := range c.server.namespaces {
		for _, kind := range []string{"read", "write"} {
			name := "{" + ns.Name + "}-" + kind
			if !one || want == name {
				list = append(list, name+idle)
			}
		}
	}
	if one && len(list) == 0 {
		return "ERROR:4:bad hist name"
	}
	return joined(list)
}
