package aerospike

import (
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
)

// Options say how one call is made. Each is a small value; which one fits which call
// is checked by the compiler. The last of several that contradict each other counts.
// Without options the client's defaults hold: [Config.ReadPolicy] and
// [Config.WritePolicy]. See package policy for the whole story.
type (
	// ReadOption is an option of a call that reads.
	ReadOption = policy.ReadOption
	// WriteOption is an option of a call that writes.
	WriteOption = policy.WriteOption
	// OperateOption is an option of [Client.Operate].
	OperateOption = policy.OperateOption

	// ReadPolicy is a set of rules for reads, and a ReadOption. Zero fields inherit.
	ReadPolicy = policy.Read
	// WritePolicy is a set of rules for writes, and a WriteOption. Zero fields inherit.
	WritePolicy = policy.Write

	// Toggle is a switch of a policy: [Inherit], [On] or [Off].
	Toggle = policy.Toggle
	// ExistsAction is what a write requires of the record; each is a WriteOption.
	ExistsAction = policy.ExistsAction
	// GenerationCheck is how a WritePolicy compares generations.
	GenerationCheck = policy.GenerationCheck
	// CommitLevel is how many copies a write waits for; each is a WriteOption.
	CommitLevel = policy.CommitLevel
	// Expiration is how long a record lives after a write; see [TTL]. It is a
	// WriteOption.
	Expiration = policy.Expiration
	// Replica is which copy a read comes from; each is a ReadOption.
	Replica = policy.Replica
	// ReadModeAP is how a read treats copies that differ; each is a ReadOption.
	ReadModeAP = policy.ReadModeAP
	// ReadModeSC is how consistent a read is where the namespace is strongly
	// consistent; each is a ReadOption.
	ReadModeSC = policy.ReadModeSC
	// ReadTouch is when a read renews the record's time to live; see [ReadTouchTTL].
	// It is a ReadOption.
	ReadTouch = policy.ReadTouch

	// CallOption is an option of every call, such as [Timeout].
	CallOption = policy.CallOption
	// ChangeOption is an option of writes, such as [IfGeneration].
	ChangeOption = policy.ChangeOption
	// SelectOption is an option of reads: [Select] or [HeaderOnly].
	SelectOption = policy.SelectOption
	// FilterOption is an option of every call: [Filter].
	FilterOption = policy.FilterOption
	// StructOption is an option of [PutFrom]: [IfUnchanged] or [FieldTTL].
	StructOption = policy.StructOption
)

// Options of [PutFrom], which take their value from a field of the struct.
const (
	IfUnchanged = policy.IfUnchanged // only if the record's generation is that of the field `as:",generation"`
	FieldTTL    = policy.FieldTTL    // expire by the field `as:",ttl"`: 0 for the default, negative for never
)

// Positions of a switch in a policy.
const (
	Inherit = policy.Inherit
	On      = policy.On
	Off     = policy.Off
)

// None switches off a knob of a policy whose zero value inherits: a timeout, the
// retries, the back-off.
const None = policy.None

// What a write requires of the record. Each is a [WriteOption].
const (
	CreateOrUpdate  = policy.CreateOrUpdate  // the default: create, or change the bins named
	UpdateOnly      = policy.UpdateOnly      // the record must exist, else ErrRecordNotFound
	CreateOrReplace = policy.CreateOrReplace // the record has the bins named and no others afterwards
	ReplaceOnly     = policy.ReplaceOnly     // as CreateOrReplace; the record must exist, else ErrRecordNotFound
	CreateOnly      = policy.CreateOnly      // the record must not exist, else ErrRecordExists
)

// How a [WritePolicy] compares generations; single calls have [IfGeneration] and
// [IfGenerationGreater].
const (
	GenerationIgnore  = policy.GenerationIgnore
	GenerationEqual   = policy.GenerationEqual
	GenerationGreater = policy.GenerationGreater
)

// How many copies a write waits for. Each is a [WriteOption].
const (
	CommitAll    = policy.CommitAll    // the default: the master and its replicas
	CommitMaster = policy.CommitMaster // the master alone
)

// Expirations that are no duration. Each is a [WriteOption].
const (
	TTLDefault = policy.TTLDefault // the default of the set, else of the namespace
	TTLNever   = policy.TTLNever   // the record does not expire
	TTLKeep    = policy.TTLKeep    // an update leaves the expiry as it is
)

// Which copy of the record a read comes from. Each is a [ReadOption].
const (
	ReplicaSequence   = policy.ReplicaSequence   // the default: the master, and each retry asks the next copy
	ReplicaMaster     = policy.ReplicaMaster     // the master, retries included
	ReplicaAny        = policy.ReplicaAny        // the copies in turn
	ReplicaRandom     = policy.ReplicaRandom     // any node, which passes the request on if it must
	ReplicaPreferRack = policy.ReplicaPreferRack // a copy on one of Config.Racks
)

// How a read treats copies that differ, without strong consistency. Each is a
// [ReadOption].
const (
	ReadAPOne = policy.ReadAPOne // the default: the node's own copy
	ReadAPAll = policy.ReadAPAll // all copies are asked first while they may differ
)

// How consistent a read is where the namespace is strongly consistent (Enterprise).
// Each is a [ReadOption].
const (
	ReadSCSession          = policy.ReadSCSession          // the default: a client sees its own writes
	ReadSCLinearize        = policy.ReadSCLinearize        // every client sees every finished write
	ReadSCAllowReplica     = policy.ReadSCAllowReplica     // a replica may answer
	ReadSCAllowUnavailable = policy.ReadSCAllowUnavailable // an unavailable partition may answer
)

// When a read renews the record's time to live, besides [ReadTouchTTL]. Each is a
// [ReadOption].
const (
	ReadTouchDefault = policy.ReadTouchDefault // the default: as the server is configured
	ReadTouchNever   = policy.ReadTouchNever   // it does not
)

// Timeout bounds the whole call: waiting, dialling, attempts, pauses. The default is
// [policy.DefaultTimeout]; the context's deadline counts if it is earlier. Zero or
// less leaves the call to its context.
func Timeout(d time.Duration) CallOption { return policy.Timeout(d) }

// AttemptTimeout bounds one attempt of the call, see [policy.Read.AttemptTimeout] and
// [policy.Write.AttemptTimeout]. Zero or less lets it take all the time there is.
func AttemptTimeout(d time.Duration) CallOption { return policy.AttemptTimeout(d) }

// Retries is how often a failed attempt may be repeated, see [policy.Read.Retries] and
// [policy.Write.Retries]; the default is 2. Zero or less means never.
func Retries(n int) CallOption { return policy.Retries(n) }

// Backoff bounds the random pause before the first repetition, see
// [policy.Read.Backoff]. Zero or less means none.
func Backoff(d time.Duration) CallOption { return policy.Backoff(d) }

// SendKey sends the user's key along. A write stores it with the record; any call
// fails with [ErrKeyMismatch] if another is stored.
func SendKey(on bool) CallOption { return policy.SendKey(on) }

// Compress allows compressed replies, and compresses large writes. Enterprise only.
func Compress(on bool) CallOption { return policy.Compress(on) }

// TTL lets the record expire d after the write: one second to ten years; a fraction of
// a second counts as a whole one. Anything else fails with [ErrInvalidArg].
func TTL(d time.Duration) Expiration { return policy.TTL(d) }

// IfGeneration makes the write only if the record's generation is gen, usually that of
// an earlier read; otherwise it fails with [ErrGeneration]. With 0 the record must not
// exist.
func IfGeneration(gen uint32) ChangeOption { return policy.IfGeneration(gen) }

// IfGenerationGreater makes the write only if gen is greater than the record's
// generation or the record does not exist; otherwise it fails with [ErrGeneration].
func IfGenerationGreater(gen uint32) ChangeOption { return policy.IfGenerationGreater(gen) }

// DurableDelete leaves a tombstone if the call deletes the record. Enterprise only.
func DurableDelete(on bool) ChangeOption { return policy.DurableDelete(on) }

// Idempotent says that making the write twice does no harm, so that it may be sent
// again although it is unknown whether the first attempt was executed.
func Idempotent(on bool) ChangeOption { return policy.Idempotent(on) }

// Filter makes the call only if e is true of the record as it is before the call;
// otherwise, and if e is unknown, the call fails with [ErrFilteredOut]. A record that does
// not exist is not asked: a read finds none ([ErrRecordNotFound]), a write creates it. An
// expression that could not be made fails the call with [ErrInvalidArg].
//
// A filter that is decided by metadata alone spares the server reading the record. An
// expression can be kept and used for any number of calls, which then cost no more memory
// than without.
func Filter(e expr.Exp[bool]) FilterOption {
	packed, err := e.Packed()
	return FilterOption{Packed: packed, Err: err}
}

// Select returns the named bins and no others.
func Select(bins ...string) SelectOption { return policy.Select(bins...) }

// HeaderOnly returns the record without bins: generation and expiry.
func HeaderOnly() SelectOption { return policy.HeaderOnly() }

// ReadTouchTTL renews the record's time to live if at most percent of it is left, 1 to
// 100; see [policy.ReadTouchTTL].
func ReadTouchTTL(percent int) ReadTouch { return policy.ReadTouchTTL(percent) }
