package hook

import (
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Operation names what a call or a row of a batch does.
type Operation string

// Operations. There are no others.
const (
	Get        Operation = "get"
	Select     Operation = "select" // a get of some bins
	Exists     Operation = "exists"
	Put        Operation = "put"
	Delete     Operation = "delete"
	Touch      Operation = "touch"
	Append     Operation = "append"
	Prepend    Operation = "prepend"
	Increment  Operation = "increment"
	RemoveBins Operation = "remove_bin"
	Operate    Operation = "operate"
	Apply      Operation = "apply"

	Batch Operation = "batch" // a call whose rows differ; no row is of this kind

	BatchRead    Operation = "batch_read"
	BatchExists  Operation = "batch_exists"
	BatchWrite   Operation = "batch_write"
	BatchRemove  Operation = "batch_remove"
	BatchOperate Operation = "batch_operate"
	BatchApply   Operation = "batch_apply"

	Query   Operation = "query"
	Scan    Operation = "scan"    // a query without a predicate
	Execute Operation = "execute" // work in the background
)

// Call is a call of a client about one record or many.
type Call struct {
	Op Operation
	// Namespace and Set are those of the records; empty if those of a batch differ, or if
	// its rows are not known yet.
	Namespace, Set string
	Cluster        string // the name of the cluster, if it has one
	Write          bool   // it may change records
	Rows           int    // of a batch, -1 if nobody knows how many there will be; else 0
	Start          time.Time
	Timed          bool // Hook.Stages was true
	// Recorded is set by a hook's CallStart if there is a trace of the call in the context that it
	// returned, so that most calls, of which there is none, need not be looked for.
	Recorded bool

	// Node and Addr are the name and the address (host:port) of the node that was asked
	// last, empty if none was; of a batch or query, of any of them.
	Node, Addr string
	Attempts   int // how many have ended

	// The fields below are set for CallEnd.

	Took time.Duration
	// Waited is how much of it was spent in line for a place within the limit on calls.
	Waited time.Duration
	// Err is the error that the caller gets. That a record does not exist is none for
	// calls which ask about just that, and to leave or close a stream early is none either. Rows
	// of a batch have errors of their own.
	Err error
	// Code is the server's verdict, also one that the caller gets no error for.
	Code    wire.ResultCode
	InDoubt bool // it was a write that failed and may have been executed
}

// Attempt is one request to a node.
type Attempt struct {
	Number     int    // from 1; attempts of a batch or query are counted together
	Again      bool   // it repeats one that has failed, or some of its rows or partitions
	Node, Addr string // empty if no node could be chosen
	Rows       int    // of a batch in this request; else 0
	Start      time.Time
	Took       time.Duration
	// Waited is how much of it was spent in line for a connection with room, or for one to be opened.
	Waited time.Duration
	Sent   bool // the whole request may have reached the server
	// Code is the server's verdict; Err is why there is none. Rows have their own.
	Code wire.ResultCode
	Err  error
}

// Rows is some rows of a batch, or records or values of a query, with the same outcome.
type Rows struct {
	Op             Operation
	Namespace, Set string
	Code           wire.ResultCode
	Err            error // of one of them, if they have failed
	InDoubt        bool
	Count          int
}

// Stage is a part of the time that a call takes. Of a batch or query each exchange with a node
// has its own. Aggregations tell only what they wait for a connection and for the node, and work
// in the background only its wait at the limiter.
type Stage uint8

// Stages, in the order of a call. A stage that a call did not come to is not told of.
const (
	LimiterWait Stage = iota // until the limit on the client's calls, if there is one, lets it pass
	Route                    // choosing the node
	Encode                   // writing the request
	PoolWait                 // until it is on its way to the socket: a place, a connection, earlier requests
	Write                    // the write to the socket
	FirstByte                // from then until the reply begins
	Read                     // until the reply is complete
	Deliver                  // until the waiting goroutine runs; of a query, handing its records to a consumer who may be slow
	Decode                   // reading the record
	StageCount               // how many there are
)

var stageNames = [StageCount]string{
	LimiterWait: "limiter_wait", Route: "route", Encode: "encode", PoolWait: "pool_wait", Write: "write",
	FirstByte: "first_byte", Read: "read", Deliver: "deliver", Decode: "decode",
}

// String returns the stage's name, as metrics have it.
func (s Stage) String() string {
	if s < StageCount {
		return stageNames[s]
	}
	return "unknown"
}
