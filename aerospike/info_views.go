package aerospike

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// NodeStatistics is what a node counts.
type NodeStatistics struct {
	Node, Addr string
	// Err is an [*Error] that tells why the node said nothing.
	Err    error
	Values InfoMap
}

// Statistics returns the statistics of each node, a row for each, as [Client.Info] does.
func (c *Client) Statistics(ctx context.Context) ([]NodeStatistics, error) {
	rows, err := c.Info(ctx, "statistics")
	if err != nil {
		return nil, err
	}
	stats := make([]NodeStatistics, len(rows))
	for i, row := range rows {
		value, err := row.only()
		stats[i] = NodeStatistics{Node: row.Node, Addr: row.Addr, Err: err, Values: ParseInfoMap(value)}
	}
	return stats, nil
}

// only returns the value of the only reply.
func (r *InfoResult) only() (string, error) {
	switch {
	case r.Err != nil:
		return "", r.Err
	case len(r.Replies) != 1:
		return "", &Error{Op: "info", Node: r.Node, Err: ErrProtocol}
	case r.Replies[0].Err != nil:
		return "", r.Replies[0].Err
	}
	return r.Replies[0].Value, nil
}

// NamespaceInfo is a namespace as all nodes together describe it. Numbers are sums over
// the nodes.
type NamespaceInfo struct {
	Name              string
	ReplicationFactor int   // in effect: not more than there are nodes
	Records           int64 // each counted once
	Copies            int64 // of records, on all nodes
	Tombstones        int64 // each counted once
	DataUsedBytes     int64
	IndexUsedBytes    int64 // primary and secondary indexes, and those of sets
	StopWrites        bool  // some node refuses writes
	// Nodes has all that each node says of the namespace, by the node's name.
	Nodes map[string]InfoMap
}

// Namespaces returns the namespaces of the cluster, sorted by name. If some nodes fail,
// the result is what the others say and the error tells which failed.
func (c *Client) Namespaces(ctx context.Context) ([]NamespaceInfo, error) {
	rows, err := c.Info(ctx, "namespaces")
	if err != nil {
		return nil, err
	}
	var names, commands []string
	merged, faults := merger[NamespaceInfo]{}, []error(nil)
	for i := range rows {
		value, err := rows[i].only()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for name := range strings.SplitSeq(value, ";") {
			if checkNamespace(name) == nil && !slices.Contains(names, name) {
				names = append(names, name)
				commands = append(commands, "namespace/"+name)
			}
		}
	}
	if len(commands) == 0 || len(commands) > maxInfoCommands {
		return nil, errors.Join(faults...)
	}
	rows, err = c.Info(ctx, commands...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.Err != nil {
			faults = append(faults, row.Err)
			continue
		}
		for i, reply := range row.Replies {
			if m := ParseInfoMap(reply.Value); reply.Err == nil && m["type"] != "unknown" {
				merged.at(names[i]).add(names[i], row.Node, m)
			}
		}
	}
	return merged.sorted(), errors.Join(faults...)
}

// add adds what a node says.
func (n *NamespaceInfo) add(name, node string, m InfoMap) {
	n.Name = name
	n.ReplicationFactor = max(n.ReplicationFactor, int(m.number("effective_replication_factor")))
	n.Records += m.number("master_objects")
	n.Copies += m.number("objects")
	n.Tombstones += m.number("master_tombstones")
	n.DataUsedBytes += m.number("data_used_bytes")
	n.IndexUsedBytes += m.number("index_used_bytes") + m.number("set_index_used_bytes") + m.number("sindex_used_bytes")
	n.StopWrites = n.StopWrites || m.flag("stop_writes")
	if n.Nodes == nil {
		n.Nodes = make(map[string]InfoMap)
	}
	n.Nodes[node] = m
}

// SetInfo is a set as all nodes together describe it. Numbers are sums over the nodes.
type SetInfo struct {
	Namespace, Name string
	Copies          int64 // of records, on all nodes: as many for each as the replication factor says
	Tombstones      int64 // counted as copies are
	DataUsedBytes   int64
	Indexes         int // on the set
	// Truncated is the time of the last truncation: what was updated earlier is gone.
	// It is the zero time if there was none.
	Truncated  time.Time
	Truncating bool // some node is still at it
	StopWrites int64
	// Nodes has all that each node says of the set, by the node's name.
	Nodes map[string]InfoMap
}

// Sets returns the sets of a namespace, sorted by name. Sets of which nothing is left are
// among them. If some nodes fail, the result is what the others say and the error
// tells which failed.
func (c *Client) Sets(ctx context.Context, namespace string) ([]SetInfo, error) {
	if err := checkNamespace(namespace); err != nil {
		return nil, &Error{Op: "sets", Namespace: namespace, Err: err}
	}
	rows, err := c.Info(ctx, "sets/"+namespace)
	if err != nil {
		return nil, err
	}
	merged, faults := merger[SetInfo]{}, []error(nil)
	known := false
	for i := range rows {
		value, err := rows[i].only()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		if strings.HasPrefix(value, "ns_type=unknown") {
			continue
		}
		known = true
		for _, m := range ParseInfoList(value) {
			if name := m.text("set"); name != "" {
				merged.at(name).add(namespace, name, rows[i].Node, m)
			}
		}
	}
	if !known && len(faults) == 0 {
		return nil, &Error{Op: "sets", Namespace: namespace, Code: types.ResultNamespace}
	}
	return merged.sorted(), errors.Join(faults...)
}

// add adds what a node says.
func (s *SetInfo) add(namespace, name, node string, m InfoMap) {
	s.Namespace, s.Name = namespace, name
	s.Copies += m.number("objects")
	s.Tombstones += m.number("tombstones")
	s.DataUsedBytes += m.number("data_used_bytes")
	s.Indexes = max(s.Indexes, int(m.number("sindexes")))
	s.StopWrites = max(s.StopWrites, m.number("stop-writes-count"))
	s.Truncating = s.Truncating || m.flag("truncating")
	if lut := m.number("truncate_lut"); lut > 0 && lut < maxVoidMillis {
		if at := recordEpoch.Add(time.Duration(lut) * time.Millisecond); at.After(s.Truncated) {
			s.Truncated = at
		}
	}
	if s.Nodes == nil {
		s.Nodes = make(map[string]InfoMap)
	}
	s.Nodes[node] = m
}

// recordEpoch is where the server's times of records begin (server: cf_clock.h).
var recordEpoch = time.Unix(1262304000, 0).UTC()

// maxVoidMillis is the last time that fits, in milliseconds since recordEpoch: 40 bits
// of them (server: index.h, last_update_time).
const maxVoidMillis = 1 << 40

// merger gathers what nodes say of things by name.
type merger[T any] map[string]*T

func (m merger[T]) at(name string) *T {
	t := m[name]
	if t == nil {
		t = new(T)
		m[name] = t
	}
	return t
}

func (m merger[T]) sorted() []T {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare)
	list := make([]T, len(names))
	for i, name := range names {
		list[i] = *m[name]
	}
	return list
}
