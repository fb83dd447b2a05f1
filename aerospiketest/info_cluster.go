package aerospiketest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
)

// clusterCommands tell where the nodes are and who owns what.
var clusterCommands = map[string]infoCommand{
	"service-clear-std":    {answer: func(c *infoCall) string { return c.service(false) }},
	"service-clear-alt":    fixed(""),
	"service-tls-std":      {answer: func(c *infoCall) string { return c.service(true) }, enterprise: true},
	"service-tls-alt":      {answer: func(*infoCall) string { return "" }, enterprise: true},
	"service":              {answer: legacyService},
	"services":             {answer: legacyServices},
	"services-alternate":   fixed(""),
	"services-alumni":      {answer: legacyServices},
	"peers-clear-std":      {answer: func(c *infoCall) string { return c.peers(false, false, false) }},
	"peers-clear-alt":      {answer: func(c *infoCall) string { return c.peers(false, true, false) }},
	"peers-tls-std":        {answer: func(c *infoCall) string { return c.peers(true, false, false) }, enterprise: true},
	"peers-tls-alt":        {answer: func(c *infoCall) string { return c.peers(true, true, false) }, enterprise: true},
	"alumni-clear-std":     {answer: func(c *infoCall) string { return c.peers(false, false, true) }},
	"alumni-clear-alt":     {answer: func(c *infoCall) string { return c.peers(false, true, true) }},
	"alumni-tls-std":       {answer: func(c *infoCall) string { return c.peers(true, false, true) }, enterprise: true},
	"alumni-tls-alt":       {answer: func(c *infoCall) string { return c.peers(true, true, true) }, enterprise: true},
	"peers-generation":     {answer: peersGeneration},
	"partition-generation": {answer: partitionGeneration},
	"rebalance-generation": {answer: rebalanceGeneration},
	"replicas":             {answer: replicas},
	"replicas-all":         {answer: replicasAll},
	"replicas-master":      {answer: replicasMaster},
	"cluster-stable":       {answer: clusterStable},
	"recluster":            {answer: recluster, needs: security.ServiceCtrl},
	"get-sl":               {answer: successionList},
	"rack-ids":             {answer: rackIDs, enterprise: true},
	"racks":                {answer: racks, enterprise: true},
}

// service tells the node's own address, if it is of the kind asked for.
func (c *infoCall) service(secure bool) string {
	if secure != (c.server.config.tls != nil) {
		return ""
	}
	return string(wire.AppendEndpoints(nil, []wire.Endpoint{c.node.endpoint()}))
}

func legacyService(c *infoCall) string { return c.node.Addr() }

func legacyServices(c *infoCall) string {
	list := c.server.cluster.peerList(c.node, peersQuery{since: -1})
	addrs := make([]string, 0, len(list.Peers))
	for _, p := range list.Peers {
		for _, e := range p.Endpoints {
			addrs = append(addrs, e.String())
		}
	}
	return joined(addrs)
}

func (c *infoCall) peers(secure, alternate, alumni bool) string {
	q := peersQuery{since: -1, alumni: alumni, bare: alternate || secure != (c.server.config.tls != nil)}
	if text, ok := c.param("generation"); ok {
		if n, err := strconv.Atoi(text); err == nil && n >= 0 {
			q.since = n
		}
	}
	return string(wire.AppendPeers(nil, c.server.cluster.peerList(c.node, q)))
}

func peersGeneration(c *infoCall) string {
	n, _, _ := c.server.cluster.generations(c.node)
	return strconv.Itoa(n)
}

func partitionGeneration(c *infoCall) string {
	_, n, _ := c.server.cluster.generations(c.node)
	return strconv.Itoa(n)
}

func rebalanceGeneration(c *infoCall) string {
	_, _, n := c.server.cluster.generations(c.node)
	return strconv.Itoa(n)
}

// columns collects the partition maps of all namespaces.
func (c *infoCall) columns(limit int) []wire.NamespaceReplicas {
	v := c.server.cluster.current.Load()
	list := make([]wire.NamespaceReplicas, len(c.server.namespaces))
	for i, ns := range c.server.namespaces {
		list[i] = v.columns(ns, c.node, limit)
	}
	return list
}

func replicas(c *infoCall) string {
	limit := 0
	if text, ok := c.param("max"); ok {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return "ERROR:4:bad max"
		}
		limit = n
	}
	return string(wire.AppendReplicas(nil, c.columns(limit)))
}

// replicasAll is replicas as it was before it told the regime.
func replicasAll(c *infoCall) string {
	list := c.columns(0)
	parts := make([]string, len(list))
	for i := range list {
		maps := make([]string, len(list[i].Columns))
		for j := range maps {
			maps[j] = base64.StdEncoding.EncodeToString(list[i].Columns[j][:])
		}
		parts[i] = fmt.Sprintf("%s:%d,%s", list[i].Namespace, len(maps), strings.Join(maps, ","))
	}
	return joined(parts)
}

func replicasMaster(c *infoCall) string {
	list := c.columns(1)
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = list[i].Namespace + ":" + base64.StdEncoding.EncodeToString(list[i].Columns[0][:])
	}
	return joined(parts)
}

func clusterStable(c *infoCall) string {
	v := c.server.cluster.current.Load()
	if name, ok := c.param("namespace"); ok && c.server.byName[name] == nil {
		return infoNoNamespace
	}
	if text, ok := c.param("size"); ok {
		n, err := strconv.Atoi(text)
		if err != nil {
			return "ERROR:4:bad size"
		}
		if n != len(v.members) {
			return "ERROR:7:cluster not specified size"
		}
	}
	return fmt.Sprintf("%X", v.key)
}

// principal is the member with the greatest id.
func (v *view) principal() *Node {
	var greatest *Node
	for _, n := range v.members {
		if greatest == nil || n.index > greatest.index {
			greatest = n
		}
	}
	return greatest
}

func recluster(c *infoCall) string {
	if c.server.cluster.current.Load().principal() != c.node {
		return "ignored-by-non-principal"
	}
	return infoOK
}

func successionList(c *infoCall) string {
	v := c.server.cluster.current.Load()
	ids := make([]string, len(v.members))
	for i, n := range v.members {
		ids[i] = n.id
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return strings.Join(ids, ",")
}

func rackIDs(c *infoCall) string {
	parts := make([]string, len(c.server.namespaces))
	for i, ns := range c.server.namespaces {
		parts[i] = fmt.Sprintf("%s:%d", ns.Name, c.node.rack)
	}
	return joined(parts)
}

// racks lists the nodes of each rack, the same for every namespace.
func racks(c *infoCall) string {
	byRack := make(map[int][]string)
	for _, n := range c.server.cluster.current.Load().members {
		byRack[n.rack] = append(byRack[n.rack], n.id)
	}
	var list strings.Builder
	for _, rack := range slices.Sorted(maps.Keys(byRack)) {
		ids := byRack[rack]
		slices.Sort(ids)
		slices.Reverse(ids)
		fmt.Fprintf(&list, ":rack_%d=%s", rack, strings.Join(ids, ","))
	}
	if name, ok := c.param("namespace"); ok {
		if c.server.byName[name] == nil {
			return infoNoNamespace
		}
		return strings.TrimPrefix(list.String(), ":")
	}
	parts := make([]string, len(c.server.namespaces))
	for i, ns := range c.server.namespaces {
		parts[i] = "ns=" + ns.Name + list.String()
	}
	return joined(parts)
}
