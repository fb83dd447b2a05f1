package policy

import "time"

// Defaults of [Read] and [Write]. They hold even if a call's context has no deadline.
const (
	DefaultTimeout      = time.Second
	DefaultReadRetries  = 2
	DefaultWriteRetries = 2
	DefaultBackoff      = 5 * time.Millisecond
)

// None switches a knob off whose zero value inherits: no timeout, no retries, no
// back-off.
const None = -1

// Read is how reads are made. The zero value of each field inherits from the client's
// default ([Config.ReadPolicy] of package aerospike), and there stands for what the
// comment says. As an option of a call its other fields win.
type Read struct {
	// Timeout bounds the whole call: waiting for room, dialling, every attempt, the
	// pauses between them. 1 s; a negative value leaves the context's deadline alone.
	// The earlier of the two counts, and is what the server is told. With neither the
	// server's own limit holds for what it has to wait for: transaction-max-ms, 1 s unless
	// it was changed. Then it answers with ErrServerTimeout.
	Timeout time.Duration
	// AttemptTimeout bounds one attempt, so that a silent node leaves time to ask
	// another. By default an attempt ends after silence for an equal share of the call's
	// time for each attempt that Retries allows, but at least 100 ms: for 2 retries a
	// third of it. It goes on while replies to earlier calls come on its connection,
	// for they come in order. A negative value lets an attempt take all the time that is
	// left.
	AttemptTimeout time.Duration
	// Retries is how often a failed attempt is repeated: 2; a negative value means
	// never. Repeated are failures of connections and nodes, attempts whose time was
	// up, and verdicts that another try may change (ResultCode.Retryable). An attempt
	// that reached no node, or one that does not hold the partition, is not counted: the
	// call waits for the cluster to settle until its time is up.
	Retries int
	// Backoff bounds the pause before the first repetition, a random time up to it; the
	// bound doubles for each further one: 5 ms; a negative value means none. There is
	// no pause before asking another node after a failed connection.
	Backoff time.Duration
	// SendKey sends the user's key along; the server compares it with the one that it
	// has stored, if any (ErrKeyMismatch). Off.
	SendKey Toggle
	// Compress lets the server compress the reply. Off. Enterprise only; the Community
	// Edition ignores it.
	Compress Toggle
	// Filter is a packed expression. A record for which it is false is refused with
	// ErrFilteredOut. None.
	Filter []byte

	Replica    Replica    // which copy is asked; ReplicaSequence
	ReadModeAP ReadModeAP // ReadAPOne
	ReadModeSC ReadModeSC // ReadSCSession
	ReadTouch  ReadTouch  // ReadTouchDefault
}

// Write is how writes are made. The zero value of each field inherits from the
// client's default ([Config.WritePolicy] of package aerospike), and there stands for
// what the comment says. As an option of a call its other fields win.
type Write struct {
	// Timeout bounds the whole call, as in [Read]: 1 s; negative for none.
	Timeout time.Duration
	// AttemptTimeout bounds one attempt, as in [Read]. By default a write that may be
	// repeated although it was sent ([Write.Idempotent]) has its share of the time, any
	// other all of it: after its time is up it could not be repeated.
	AttemptTimeout time.Duration
	// Retries is how often a failed attempt is repeated: 2; negative for never. Unless
	// it is idempotent a write is repeated only if the first attempt is proven not to
	// have been executed: it was never sent, or the server refused it.
	Retries int
	// Backoff is the pause before the first repetition, as in [Read]: 5 ms; negative
	// for none.
	Backoff time.Duration
	// SendKey stores the user's key with the record, so that queries return it. Off.
	SendKey Toggle
	// Compress compresses large requests and lets the server compress the reply. Off.
	// Enterprise only: the Community Edition answers with ErrEnterpriseOnly.
	Compress Toggle
	// Filter is a packed expression. A record for which it is false is left alone and
	// the call fails with ErrFilteredOut. None.
	Filter []byte

	// Exists is what the write requires of the record: CreateOrUpdate.
	Exists ExistsAction
	// GenerationCheck is how Generation is compared: GenerationIgnore.
	GenerationCheck GenerationCheck
	// Generation is compared with the record's: 0 to 65535, where 0 is no record's.
	Generation uint32
	// TTL is how long the record lives after the write: TTLDefault.
	TTL Expiration
	// Commit is how many copies the write waits for: CommitAll.
	Commit CommitLevel
	// DurableDelete leaves a tombstone when the record is deleted, so that the deletion
	// survives restarts. Off. Enterprise only: the Community Edition answers with
	// ErrEnterpriseOnly.
	DurableDelete Toggle
	// Idempotent says that making the write twice does no harm, so that it may be sent
	// again although it is unknown whether the first attempt was executed. Off.
	Idempotent Toggle
}

// MaxGeneration is the highest generation of a record; the next write makes it 1
// again (server: record generations have 16 bits).
const MaxGeneration = 65535
