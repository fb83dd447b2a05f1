package cluster

import (
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Command is one request to the node that holds a partition. [Cluster.Do] reads it
// only; it may be used again once Do has returned, and by several calls at once if
// its Request allows it.
type Command struct {
	Op             string // names the call in errors, for example "get"
	Namespace, Set string // of the record
	Partition      int    // 0 to 4095, see wire.Digest
	// Node, if set, is the only node asked; Partition, Replica and ReadMode play no
	// part then.
	Node *Node

	Write bool // the command may change the record
	// Idempotent marks a write that does no harm if it is executed twice. It may be
	// sent again although it may have been executed. Reads always may.
	Idempotent bool

	Replica  Replica
	ReadMode ReadMode // of a read, in a namespace with strong consistency

	// Timeout is the budget of the whole call: waiting, dialling, every attempt and
	// the pauses between them. 0 leaves the limit to the context.
	Timeout time.Duration
	// Started is when the first attempt begins, if somebody has just looked at the clock;
	// the zero time else. Looking costs more than choosing the node.
	Started time.Time
	// AttemptTimeout is the time that one attempt may take of it; a negative one is all
	// of it. 0 lets an attempt go on while its connection shows signs of life, and ends
	// it after silence for an equal share of the time; see budget.share.
	AttemptTimeout time.Duration
	// MaxRetries is how many attempts may follow the first; see decide for what is
	// tried again. An attempt that reached no node, or a node that does not hold the
	// partition, is not counted, for nothing was executed: the call waits for the
	// cluster to settle until its budget ends.
	MaxRetries int
	Backoff    Backoff

	Request Request
	// Compress sends a request of more than 128 bytes compressed (Enterprise only).
	Compress bool
	// Slow keeps the request off the connections of small ones, which would have to wait
	// behind it.
	Slow bool

	// Call is what Hook knows the call by; nil if there is no hook.
	Call *hook.Call
	Hook hook.Hook
	// Attempts counts those of all commands of the call; nil if this is the only one.
	Attempts *atomic.Int64

	message wire.Message // of the reply, see Reply
	watch   watch        // used if Call is set
}

// Request encodes one attempt of a command.
type Request interface {
	// AppendRequest appends a whole frame. timeout is for the header: how long, in
	// milliseconds, the server may work on the request; 0 if there is no limit, which
	// the server takes for its own limit (transaction-max-ms, 1 s). An error ends the
	// call: nothing has been sent.
	AppendRequest(dst []byte, timeout uint32) ([]byte, error)
}

// Backoff is the pause before an attempt that must not come at once: a random time
// of up to First, then up to Multiplier times as long for each pause, up to Max.
// The zero value of a field means its default.
type Backoff struct {
	First      time.Duration // DefaultBackoffFirst
	Max        time.Duration // DefaultBackoffMax
	Multiplier float64       // DefaultBackoffMultiplier; at least 1
}

// Defaults of Backoff.
const (
	DefaultBackoffFirst      = 5 * time.Millisecond
	DefaultBackoffMax        = 250 * time.Millisecond
	DefaultBackoffMultiplier = 2
)

// Replica says which of the nodes that hold a partition is asked. Writes go to the
// master under any of them.
type Replica uint8

// Replica policies.
const (
	ReplicaSequence    Replica = iota // the master, then the next replica after each failure
	ReplicaMaster                     // the master only
	ReplicaMasterProle                // any of them, so that reads spread over the copies
	ReplicaRandom                     // any node of the cluster; it passes the request on if it must
	ReplicaPreferRack                 // one in the preferred racks, else by sequence
)

// ReadMode is how fresh a read in a namespace with strong consistency must be.
// Other namespaces ignore it. It decides which replica may be asked; the bits in
// the request's header are its maker's business.
type ReadMode uint8

// Read modes.
const (
	ReadSession          ReadMode = iota // master only
	ReadLinearize                        // no rack preference
	ReadAllowReplica                     // any replica
	ReadAllowUnavailable                 // any replica, and partitions that are not available
)

// Reply is the answer to a command. Message and all that is read from it are valid
// until Release.
//
// It is small, and the message lies within the Command: while a call waits, every
// byte here stands several times on its stack, and thousands wait at once.
type Reply struct {
	Message *wire.Message
	Node    *Node // who answered

	call *pool.Call
}

// Distrust closes the connection of the reply if the message turned out to be broken
// when it was read. It is called before Release.
func (r *Reply) Distrust() {
	if err := r.Message.Finish(); err != nil {
		r.call.Distrust(err)
	}
}

// Release gives the memory of the reply back. It is called once.
func (r *Reply) Release() {
	if r.call != nil {
		*r.Message = wire.Message{}
		r.call.Release()
		r.call = nil
	}
}
