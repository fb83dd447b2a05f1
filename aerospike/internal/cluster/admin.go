package cluster

import (
	"context"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// AdminAnswer is what a node said to a request of the admin protocol.
type AdminAnswer struct {
	Node *Node
	Rows []wire.AdminReply // the users or roles of a list
}

// Admin sends a request of the admin protocol to one node, cmd.Node or a random one.
// request makes it for the node's version; an error of it ends the call, and nothing is
// sent. The answer to a list has a row for each user or role.
//
// It is repeated as Do repeats requests: if Write is set without Idempotent not once it may
// have been executed. A refusal is a verdict of the server and fails the call.
func (c *Cluster) Admin(ctx context.Context, cmd *Command, request func(*Node) ([]byte, error), list bool) (a AdminAnswer, err error) {
	a.Node, _, err = c.askOne(ctx, cmd, func(node *Node, end time.Time) failure {
		frame, err := request(node)
		if err != nil {
			return failure{kind: hopeless, err: err}
		}
		var f failure
		a.Rows, f = c.admin(ctx, node, frame, list, end)
		return f
	})
	return a, err
}

// admin makes one attempt at one node.
func (c *Cluster) admin(ctx context.Context, node *Node, request []byte, list bool, end time.Time) ([]wire.AdminReply, failure) {
	attempt, cancel := until(ctx, end)
	defer cancel()
	reply, err := node.pool.Admin(attempt, request, list)
	if err != nil {
		return nil, c.poolFailure(ctx, err)
	}
	rows, last := reply[:len(reply)-1], reply[len(reply)-1]
	if list && last.Result == wire.ResultQueryEnd || !list && last.Result == wire.ResultOK {
		return rows, failure{}
	}
	return nil, failure{kind: verdict, code: last.Result, sent: true}
}
