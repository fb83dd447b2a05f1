package aerospike

import (
	"context"
	"errors"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// IndexInfo is an index as the nodes describe it.
type IndexInfo struct {
	Namespace  string
	Set        string // empty if it is about the whole namespace
	Name       string
	Bin        string    // empty if it is made of an expression or of a set
	Type       IndexType // 0 if this package does not know it, and for an index of a set
	Collection IndexCollection
	// Context leads to a list or map within the bin; none if this package cannot read it.
	Context []cdt.Ctx
	// Expression is the packed expression in base64, for [expr.FromBase64].
	Expression string
	// Ready tells that no node is still building it.
	Ready bool
	// Nodes has all that each node says of the index, by the node's name.
	Nodes map[string]InfoMap
}

// Indexes returns the secondary indexes of a namespace, sorted by name. If some nodes
// fail, the result is what the others say and the error tells which failed.
func (c *Client) Indexes(ctx context.Context, namespace string) ([]IndexInfo, error) {
	const op = "indexes"
	if err := checkNamespace(namespace); err != nil {
		return nil, &Error{Op: op, Namespace: namespace, Err: err}
	}
	cmd := adminCommand(ctx, op)
	answers, err := c.cluster.AskAll(ctx, cmd, listIndexes(namespace))
	if err != nil {
		return nil, &Error{Op: op, Namespace: namespace, Err: err}
	}
	merged, faults := merger[IndexInfo]{}, []error(nil)
	for i := range answers {
		row := infoResult(&answers[i])
		value, err := row.only()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for _, m := range ParseInfoList(value) {
			if name := m.text("indexname"); name != "" {
				merged.at(name).add(name, row.Node, m)
			}
		}
	}
	return merged.sorted(), errors.Join(faults...)
}

// add adds what a node says.
func (x *IndexInfo) add(name, node string, m InfoMap) {
	ready := m["state"] == "RW" || m["indextype"] == "set" // that of a set has no state
	if x.Nodes == nil {
		*x = IndexInfo{
			Namespace: m.text("ns"), Set: m.text("set"), Name: name, Bin: m.text("bin"),
			Type:       IndexType(max(0, slices.Index(indexTypes[:], m["type"]))),
			Collection: query.CollectionOf(m["indextype"]),
			Expression: m.text("exp"), Ready: true, Nodes: make(map[string]InfoMap),
		}
		if text := m.text("context"); text != "" {
			x.Context, _ = cdt.DecodeContext(text) // a server before 8.1 gives another form
		}
	}
	x.Ready = x.Ready && ready
	x.Nodes[node] = m
}

// IndexStatistics returns what each node counts of an index: entries, used_bytes,
// load_pct and others. A node without the index is a row with [ErrIndexNotFound].
func (c *Client) IndexStatistics(ctx context.Context, namespace, name string) ([]NodeStatistics, error) {
	const op = "index statistics"
	if err := checkIndexName(namespace, name); err != nil {
		return nil, &Error{Op: op, Namespace: namespace, Err: err}
	}
	answers, err := c.cluster.AskAll(ctx, adminCommand(ctx, op), indexStat(namespace, name))
	if err != nil {
		return nil, &Error{Op: op, Namespace: namespace, Err: err}
	}
	stats := make([]NodeStatistics, len(answers))
	for i := range answers {
		row := infoResult(&answers[i])
		value, err := row.only()
		stats[i] = NodeStatistics{Node: row.Node, Addr: row.Addr, Err: err}
		if err == nil {
			stats[i].Values = ParseInfoMap(value)
		}
	}
	return stats, nil
}

func indexStat(namespace, name string) cluster.Question {
	return func(n *cluster.Node) ([]string, error) {
		if n.AtLeast(8, 1) {
			return []string{"sindex-stat:namespace=" + namespace + ";indexname=" + name}, nil
		}
		return []string{"sindex/" + namespace + "/" + name}, nil
	}
}
