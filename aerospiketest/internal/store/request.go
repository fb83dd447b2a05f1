package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Request is a single-record command. Its slices may alias the message it came in.
type Request struct {
	wire.Header
	Digest wire.Digest
	// Set is the set's name; an empty one is the same as none.
	Set []byte
	// Key is the user's key with its particle type in front; HasKey tells a key
	// field without contents from none.
	Key    []byte
	HasKey bool
	// Filter is a packed expression, nil for none. Predicate takes its place where there
	// is none: a filter of many commands, which is compiled once.
	Filter    []byte
	Predicate Predicate
	// InTransaction is set when the message names a multi-record transaction.
	InTransaction bool
	// UDFPackage, UDFFunction and UDFArgs are nil where the field is missing, and
	// not nil where it is empty. A package makes the command a call to Lua.
	UDFPackage, UDFFunction, UDFArgs []byte
	// MustExist makes a call to Lua one of a query's: it creates no record that is not
	// there (any more), and does not care in which set the record is.
	MustExist bool
	// Ops are the operations, in order.
	Ops []wire.Op
	// Now is when the server took the request up.
	Now Now
}

// Result is the outcome of a command.
type Result struct {
	Code       wire.ResultCode
	Generation uint32
	VoidTime   uint32
	// Ops holds OpCount encoded operations. It belongs to a stored record or to
	// the workspace: it is valid until the workspace is used again.
	Ops     []byte
	OpCount int
}

// Workspace is the memory that a command needs while it runs. It is reused from
// one command to the next by one goroutine; the zero value is ready.
type Workspace struct {
	bins    []Bin
	ops     []byte  // the results
	arena   []byte  // new values, until they are copied into the record
	adopted int     // bytes of new values that are elsewhere
	writing writing // the write under way; here so that it costs no allocation
}

// maxWork bounds the results and the new values of one command, as no message can
// be longer. The real server has no bound but its memory.
const maxWork = wire.MaxFrameBody

// overfull reports whether a command has outgrown its workspace.
func (w *Workspace) overfull() bool { return len(w.ops) > maxWork || len(w.arena)+w.adopted > maxWork }

// maxKept bounds what a workspace keeps between commands.
const maxKept = 1 << 20

func (w *Workspace) reset() {
	if cap(w.ops) > maxKept {
		w.ops = nil
	}
	if cap(w.arena) > maxKept {
		w.arena = nil
	}
	w.bins, w.ops, w.arena, w.adopted = w.bins[:0], w.ops[:0], w.arena[:0], 0
}

// Transaction bits that only a transaction's end sets (proto.h, AS_MSG_INFO4_*).
const (
	info4VerifyRead  wire.Info4 = 0x01
	info4RollForward wire.Info4 = 0x02
	info4RollBack    wire.Info4 = 0x04
)

// Execute runs a command and returns its outcome.
func (ns *Namespace) Execute(q *Request, w *Workspace) Result {
	w.reset()
	switch {
	case q.Info2&wire.Info2Write == 0 && q.Info1&wire.Info1Read == 0:
		return Result{Code: wire.ResultParameter}
	case q.Info2&wire.Info2Write == 0:
		return ns.read(q, w)
	case q.Info2&wire.Info2Delete != 0:
		return ns.delete(q)
	case q.UDFPackage != nil:
		return ns.apply(q, w)
	case q.Info4&(info4RollForward|info4RollBack) != 0:
		return Result{Code: wire.ResultEnterpriseOnly}
	}
	return ns.write(q, w)
}

// describe fills in what an error reply tells of the record that was found.
func describe(code wire.ResultCode, r *Record) Result {
	res := Result{Code: code}
	if r != nil {
		res.Generation, res.VoidTime = uint32(r.Generation), r.VoidTime
	}
	return res
}

// mismatch reports whether the key in the request is not the one stored. Nothing
// is compared if either is missing.
func (q *Request) mismatch(r *Record) bool {
	return q.HasKey && r.Key != nil && string(q.Key) != string(r.Key)
}

// storableKey reports whether the key in the request may be stored: it must not
// be empty, and an integer needs all its bytes.
func (q *Request) storableKey() bool {
	const intKey = 1 + 8
	return len(q.Key) > 0 && (wire.ParticleType(q.Key[0]) != wire.ParticleInt || len(q.Key) == intKey)
}

// generationFails checks the request's condition on the generation, 0 for a
// record that does not exist. The server compares all 32 bits of the header.
func (q *Request) generationFails(generation uint16) bool {
	switch {
	case q.Info2&wire.Info2Generation != 0:
		return q.Generation != uint32(generation)
	case q.Info2&wire.Info2GenerationGT != 0:
		return q.Generation <= uint32(generation)
	}
	return false
}
