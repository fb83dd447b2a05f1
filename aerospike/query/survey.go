package query

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// survey is how the nodes see the cluster.
type survey struct {
	key   string // of the cluster, equal on all nodes
	nodes []surveyed
}

type surveyed struct {
	node       *cluster.Node
	generation string // of its partition map
}

// surveyTime bounds a survey.
const surveyTime = 5 * time.Second

// survey asks all nodes whether the cluster is complete and no partition is on its way:
// only then does each record have exactly one node that counts it.
func (p *Partials) survey() (survey, error) {
	c := p.src.Cluster
	size := len(c.Nodes())
	ask := func(*cluster.Node) ([]string, error) {
		return []string{
			"cluster-stable:size=" + strconv.Itoa(size) + ";namespace=" + p.stmt.namespace,
			"partition-generation",
		}, nil
	}
	cmd := p.cmd
	cmd.Timeout = surveyTime
	answers, err := c.AskAll(p.ctx, &cmd, ask)
	if err != nil {
		return survey{}, err
	}
	var s survey
	for _, a := range answers {
		if a.Err != nil {
			return survey{}, a.Err
		}
		for _, reply := range a.Replies {
			if err := wire.InfoError(reply.Value); err != nil {
				return survey{}, fmt.Errorf("node %s: %w", a.Node.Name(), err)
			}
		}
		key := a.Replies[0].Value
		if cmp.Or(s.key, key) != key {
			return survey{}, errSplit
		}
		s.key = key
		s.nodes = append(s.nodes, surveyed{a.Node, a.Replies[1].Value})
	}
	return s, nil
}

// errSplit tells that some nodes have heard of a change and others have not.
var errSplit = errors.New("the nodes do not agree on the cluster")

func (s survey) same(t survey) bool { return s.key == t.key && slices.Equal(s.nodes, t.nodes) }
