package aerospike

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// DefaultAdminTimeout bounds a call for information or administration whose context has
// no deadline. It is as long as the server itself works on an info command
// (info-max-ms).
const DefaultAdminTimeout = 10 * time.Second

// InfoReply is the answer to one info command.
type InfoReply struct {
	Command string
	Value   string // as the server sent it, an error's text too
	// Err is an [*Error] if the server answered with an error, such as one of its codes
	// or "unrecognized command".
	Err error
}

// InfoResult is what one node answered.
type InfoResult struct {
	Node string // its name
	Addr string // its host:port
	// Err is an [*Error] that tells why the node gave no answer.
	Err error
	// Replies has one entry for each command, in order; none if Err is set.
	Replies []InfoReply
}

// Info sends info commands to all nodes at once and returns a row for each, sorted by
// name. A node that fails is a row with an error; the call itself fails only if the
// commands are wrong ([ErrInvalidArg]) or there is nobody to ask ([ErrClosed],
// [ErrNoNode]). Each node is asked once.
//
// A command is as the server documents it, such as "namespaces" or
// "sets/test". It must not have control characters. ctx bounds the call;
// [DefaultAdminTimeout] does if it has no deadline. The connections are opened for the
// call, so that no other call waits behind it.
func (c *Client) Info(ctx context.Context, commands ...string) ([]InfoResult, error) {
	if err := checkCommands(commands); err != nil {
		return nil, &Error{Op: "info", Err: err}
	}
	answers, err := c.cluster.AskAll(ctx, adminCommand(ctx, "info"), always(commands...))
	if err != nil {
		return nil, &Error{Op: "info", Err: err}
	}
	rows := make([]InfoResult, len(answers))
	for i := range answers {
		rows[i] = infoResult(&answers[i])
	}
	return rows, nil
}

// InfoNode sends info commands to one node, named as in [Client.Nodes]. Commands that may
// have reached it are not sent again, since they may change something: such an error
// is in doubt.
func (c *Client) InfoNode(ctx context.Context, node string, commands ...string) ([]InfoReply, error) {
	err := checkCommands(commands)
	n := c.cluster.Node(node)
	if err == nil && n == nil {
		err = fmt.Errorf("%w: no node is named %.32q", ErrNoNode, node)
	}
	if err != nil {
		return nil, &Error{Op: "info", Err: err}
	}
	cmd := adminCommand(ctx, "info")
	cmd.Node = n
	result, err := c.infoOne(ctx, cmd, commands)
	return result.Replies, err
}

// InfoRandom sends info commands to a node chosen at random. Another one is tried if the
// commands cannot have reached the first.
func (c *Client) InfoRandom(ctx context.Context, commands ...string) (InfoResult, error) {
	if err := checkCommands(commands); err != nil {
		return InfoResult{}, &Error{Op: "info", Err: err}
	}
	return c.infoOne(ctx, adminCommand(ctx, "info"), commands)
}

func (c *Client) infoOne(ctx context.Context, cmd *cluster.Command, commands []string) (InfoResult, error) {
	answer, err := c.cluster.Ask(ctx, cmd, always(commands...), true)
	if err != nil {
		return InfoResult{}, err
	}
	return infoResult(&answer), nil
}

// infoResult turns an answer into a row.
func infoResult(a *cluster.Answer) InfoResult {
	row := InfoResult{Node: a.Node.Name(), Addr: a.Node.Addr(), Err: a.Err}
	for _, r := range a.Replies {
		row.Replies = append(row.Replies, InfoReply{Command: r.Command, Value: r.Value, Err: replyError(r.Value, row.Node)})
	}
	return row
}

// replyError returns the error that a reply is, if it is one.
func replyError(value, node string) error {
	fault, ok := wire.InfoError(value).(*wire.InfoFault)
	if !ok {
		return nil
	}
	e := &Error{Op: "info", Node: node, Code: fault.Code}
	if fault.Message != "" {
		e.Err = words(fault.Message)
	}
	return e
}

// words is what a server says about a failure.
type words string

func (w words) Error() string { return string(w) }

// adminCommand is a command that is sent once, unless it is certain that it was not
// executed.
func adminCommand(ctx context.Context, op string) *cluster.Command {
	cmd := &cluster.Command{Op: op, Write: true, MaxRetries: policy.DefaultWriteRetries}
	if _, limited := ctx.Deadline(); !limited {
		cmd.Timeout = DefaultAdminTimeout
	}
	return cmd
}

// always asks the same of every node.
func always(commands ...string) cluster.Question {
	return func(*cluster.Node) ([]string, error) { return commands, nil }
}

// maxInfoCommands bounds the commands of one call.
const maxInfoCommands = 1024

// checkCommands refuses what would not be taken for the commands that it looks like.
func checkCommands(commands []string) error {
	if len(commands) == 0 || len(commands) > maxInfoCommands {
		return invalidArg("%d info commands, the range is 1 to %d", len(commands), maxInfoCommands)
	}
	size := 0
	for i, command := range commands {
		if command == "" {
			return invalidArg("info command %d is empty", i)
		}
		if at := strings.IndexFunc(command, isControl); at >= 0 {
			return invalidArg("info command %d has a control character at byte %d", i, at)
		}
		size += len(command) + 1
	}
	if size > maxInfoRequest {
		return invalidArg("info commands of %d bytes, the limit is %d", size, maxInfoRequest)
	}
	return nil
}

// maxInfoRequest bounds the text of one call. The longest that makes sense is the upload
// of a Lua module, of which a server takes 1 MiB.
const maxInfoRequest = 2 << 20

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
