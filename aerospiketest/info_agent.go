package aerospiketest

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// agentCommands are those by which clients tell what they are.
var agentCommands = map[string]infoCommand{
	"features":       {answer: tellFeatures},
	"user-agent-set": {answer: setUserAgent},
	"user-agents":    {answer: func(c *infoCall) string { return c.node.agents.list() }},
}

// unknownAgent stands for connections that have asked for the features, as clients do when
// they look at a cluster, and not said what they are.
const unknownAgent = "unknown"

// agents counts the connections of a node by what is at their other end. The real server
// counts anew every second; this one is always right.
type agents struct {
	mu     sync.Mutex
	counts map[string]int // by the text as it came, in base64; guarded by mu
}

// move counts a connection as another agent than before; empty is none.
func (a *agents) move(from, to string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts == nil {
		a.counts = make(map[string]int)
	}
	if to != "" {
		a.counts[to]++
	}
	if a.counts[from]--; a.counts[from] <= 0 {
		delete(a.counts, from)
	}
}

// list returns the counts as the server does.
func (a *agents) list() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var b strings.Builder
	for _, agent := range slices.Sorted(maps.Keys(a.counts)) {
		fmt.Fprintf(&b, "user-agent=%s:count=%d;", agent, a.counts[agent])
	}
	return b.String()
}

// UserAgents returns what clients have said that they are, such as
// "1,aerospike-go-1.0.0,shop", and on how many connections.
func (n *Node) UserAgents() map[string]int {
	n.agents.mu.Lock()
	defer n.agents.mu.Unlock()
	list := make(map[string]int, len(n.agents.counts))
	for agent, count := range n.agents.counts {
		text, _ := base64.StdEncoding.DecodeString(agent) // was checked when it came
		list[string(text)] += count
	}
	return list
}

// setUserAgent takes a client's name, once for each connection.
func setUserAgent(c *infoCall) string {
	const maxText = 88 // of 64 bytes in base64
	value, fault := c.required(4, "value")
	if fault != "" {
		return fault
	}
	if _, err := base64.StdEncoding.DecodeString(value); err != nil || len(value) > maxText {
		return "ERROR:4:'value' invalid base64"
	}
	if c.conn.named {
		return "ERROR:4:already set"
	}
	c.conn.named = true
	c.conn.isAgent(value)
	return infoOK
}

// tellFeatures is asked by clients that look at a cluster.
func tellFeatures(c *infoCall) string {
	if c.conn.agent == "" {
		c.conn.isAgent(base64.StdEncoding.EncodeToString([]byte(unknownAgent)))
	}
	return features
}

// isAgent tells what is at the other end of the connection; empty at its end.
func (c *conn) isAgent(agent string) {
	if agent == c.agent {
		return
	}
	c.node.agents.move(c.agent, agent)
	c.agent = agent
}
