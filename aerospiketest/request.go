package aerospiketest

import (
	"slices"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Request is an intercepted request. It and its Frame are good only until the hook
// returns.
type Request struct {
	// Node is the node that received the request.
	Node *Node
	// User is who has logged in on the connection, empty for nobody.
	User string
	// Type is the kind of request.
	Type wire.FrameType
	// Frame is the request as it came, with its frame header.
	Frame []byte
	// Header, Namespace, Set, Digest and Ops are those of a well-formed record
	// command. A digest of zeros is none.
	Header    wire.Header
	Namespace string
	Set       string
	Digest    wire.Digest
	Ops       []wire.OpType
	// Rows is the rows of a batch, whose Header is the batch's and which has neither
	// Namespace nor Digest nor Ops of its own.
	Rows []Row
	// Info is the commands of an info request.
	Info []string
	// Admin is the command of a well-formed admin request.
	Admin wire.AdminCommand
}

func newRequest(c *conn, frame []byte, t wire.FrameType) *Request {
	r := &Request{Node: c.node, User: c.login.User(), Type: t, Frame: slices.Clip(frame)}
	body := frame[wire.FrameHeaderSize:]
	switch t {
	case wire.FrameInfo:
		r.Info, _ = wire.ParseInfoCommands(body)
	case wire.FrameAdmin:
		if m, err := wire.ParseAdminRequest(body); err == nil {
			r.Admin = m.Command
		}
	case wire.FrameMessage:
		r.message(c, body)
	}
	return r
}

func (r *Request) message(c *conn, body []byte) {
	if isBatch(body) {
		r.batch(body)
		return
	}
	namespace, digest, ok := c.parse(body)
	if !ok {
		return
	}
	r.Header, r.Namespace, r.Set = c.request.Header, string(namespace), string(c.request.Set)
	if digest == digestGood {
		r.Digest = c.request.Digest
	}
	r.Ops = opTypes(c.ops)
}

// IsRead reports whether the request is a record command that does not write, or a
// batch of such rows.
func (r *Request) IsRead() bool {
	return r.Type == wire.FrameMessage && r.Header.Info1 != 0 && !r.IsWrite()
}

// IsWrite reports whether the request is a record command that writes, or a batch with
// a row that does.
func (r *Request) IsWrite() bool {
	return r.Type == wire.FrameMessage &&
		(r.Header.Info2&wire.Info2Write != 0 || slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Writes() }))
}

// IsBatch reports whether the request is a batch that the server does not refuse
// before it looks at the rows.
func (r *Request) IsBatch() bool { return r.Header.Info1&wire.Info1Batch != 0 }

// Partition returns the partition that the request is for. A batch has none: see Rows.
func (r *Request) Partition() int { return r.Digest.Partition() }

// Filter picks requests for [Server.Inject].
type Filter func(*Request) bool

// Reads picks record commands that do not write, and batches of such rows.
func Reads() Filter { return (*Request).IsRead }

// Writes picks record commands that write, and batches with a row that does.
func Writes() Filter { return (*Request).IsWrite }

// Batches picks batches.
func Batches() Filter { return (*Request).IsBatch }

// Messages picks record commands and batches.
func Messages() Filter {
	return func(r *Request) bool { return r.Type == wire.FrameMessage }
}

// InfoCommands picks info requests with a command that begins with prefix.
func InfoCommands(prefix string) Filter {
	return func(r *Request) bool {
		return slices.ContainsFunc(r.Info, func(s string) bool { return strings.HasPrefix(s, prefix) })
	}
}

// AdminCommands picks admin requests of one kind.
func AdminCommands(cmd wire.AdminCommand) Filter {
	return func(r *Request) bool { return r.Type == wire.FrameAdmin && r.Admin == cmd }
}

// OnNode picks requests that a node received.
func OnNode(n *Node) Filter { return func(r *Request) bool { return r.Node == n } }

// OnDigest picks commands for one record, and batches with a row for it.
func OnDigest(d wire.Digest) Filter { return func(r *Request) bool { return r.concerns(d) } }

// WithOp picks record commands that have an operation of type t, and batches with such
// a row.
func WithOp(t wire.OpType) Filter { return func(r *Request) bool { return r.has(t) } }
