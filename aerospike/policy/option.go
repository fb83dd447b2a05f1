package policy

import "time"

// ReadOption is an option of a call that reads: [CallOption], [SelectOption],
// [Replica], [ReadModeAP], [ReadModeSC], [ReadTouch], [FilterOption], or a whole
// [Read].
type ReadOption interface{ readOption() }

// WriteOption is an option of a call that writes: [CallOption], [ChangeOption],
// [ExistsAction], [CommitLevel], [Expiration], [FilterOption], [StructOption], or a
// whole [Write].
type WriteOption interface{ writeOption() }

// OperateOption is an option of a call that may both read and write: every
// [WriteOption], and every [ReadOption] but [SelectOption].
type OperateOption interface{ operateOption() }

// The methods below are all there is to know which option fits where. The options
// are applied by a switch over their types and not by a method: so the compiler sees
// that they do not outlive the call and keeps them on the caller's stack.

func (CallOption) readOption()    {}
func (CallOption) writeOption()   {}
func (CallOption) operateOption() {}

func (FilterOption) readOption()    {}
func (FilterOption) writeOption()   {}
func (FilterOption) operateOption() {}

func (SelectOption) readOption() {}

func (Replica) readOption()    {}
func (ReadModeAP) readOption() {}
func (ReadModeSC) readOption() {}
func (ReadTouch) readOption()  {}
func (Read) readOption()       {}

func (Replica) operateOption()    {}
func (ReadModeAP) operateOption() {}
func (ReadModeSC) operateOption() {}
func (ReadTouch) operateOption()  {}
func (Read) operateOption()       {}

func (ChangeOption) writeOption() {}
func (ExistsAction) writeOption() {}
func (CommitLevel) writeOption()  {}
func (Expiration) writeOption()   {}
func (Write) writeOption()        {}
func (StructOption) writeOption() {}

func (ChangeOption) operateOption() {}
func (ExistsAction) operateOption() {}
func (CommitLevel) operateOption()  {}
func (Expiration) operateOption()   {}
func (Write) operateOption()        {}

// CallOption is an option of every call; see [Timeout] and the functions after it.
type CallOption struct {
	knob  callKnob
	value int64
}

type callKnob uint8

const (
	knobTimeout callKnob = iota + 1
	knobAttemptTimeout
	knobRetries
	knobBackoff
	knobSendKey
	knobCompress
)

// Timeout bounds the whole call, see [Read.Timeout]. Zero or less leaves the
// context's deadline alone.
func Timeout(d time.Duration) CallOption { return CallOption{knobTimeout, orNone(int64(d))} }

// AttemptTimeout bounds one attempt of the call, see [Read.AttemptTimeout]. Zero or
// less gives each attempt all the time there is.
func AttemptTimeout(d time.Duration) CallOption {
	return CallOption{knobAttemptTimeout, orNone(int64(d))}
}

// Retries is how often a failed attempt is repeated, see [Read.Retries]. Zero or less
// means never.
func Retries(n int) CallOption { return CallOption{knobRetries, orNone(int64(n))} }

// Backoff is the pause before the first repetition, see [Read.Backoff]. Zero or less
// means none.
func Backoff(d time.Duration) CallOption { return CallOption{knobBackoff, orNone(int64(d))} }

// SendKey sends the user's key along, see [Write.SendKey] and [Read.SendKey].
func SendKey(on bool) CallOption { return CallOption{knobSendKey, toggle(on)} }

// Compress allows compression, see [Write.Compress] and [Read.Compress].
func Compress(on bool) CallOption { return CallOption{knobCompress, toggle(on)} }

func orNone(v int64) int64 {
	if v <= 0 {
		return None
	}
	return v
}

func toggle(on bool) int64 {
	if on {
		return int64(On)
	}
	return int64(Off)
}

// ChangeOption is an option of writes; see [IfGeneration] and the functions after it.
type ChangeOption struct {
	knob  changeKnob
	value uint32
}

type changeKnob uint8

const (
	knobGenerationEqual changeKnob = iota + 1
	knobGenerationGreater
	knobDurableDelete
	knobIdempotent
)

// IfGeneration makes the write only if the record's generation is gen, usually that
// of an earlier read; otherwise it fails with ErrGeneration. gen is at most 65535.
// With 0 the record must not exist.
func IfGeneration(gen uint32) ChangeOption { return ChangeOption{knobGenerationEqual, gen} }

// IfGenerationGreater makes the write only if gen is greater than the record's
// generation or the record does not exist, as when a copy is restored; otherwise it
// fails with ErrGeneration. gen is at most 65535.
func IfGenerationGreater(gen uint32) ChangeOption { return ChangeOption{knobGenerationGreater, gen} }

// DurableDelete leaves a tombstone if the call deletes the record, see
// [Write.DurableDelete].
func DurableDelete(on bool) ChangeOption { return ChangeOption{knobDurableDelete, uint32(toggle(on))} }

// Idempotent says whether making the write twice does no harm, see
// [Write.Idempotent].
func Idempotent(on bool) ChangeOption { return ChangeOption{knobIdempotent, uint32(toggle(on))} }

// SelectOption restricts what a read returns; see [Select] and [HeaderOnly].
type SelectOption struct {
	names  []string
	header bool
}

// Select returns the named bins and no others. A name that the record does not have is
// no error; the record just has no such bin. No names select nothing: the call fails
// with ErrInvalidArg, see [HeaderOnly].
func Select(bins ...string) SelectOption { return SelectOption{names: bins} }

// HeaderOnly returns the record without bins: generation and expiry.
func HeaderOnly() SelectOption { return SelectOption{header: true} }

// FilterOption is a packed expression; Filter of package aerospike makes it from one of
// package expr.
type FilterOption struct {
	Packed []byte
	Err    error // why there is none; the call fails with it
}

// StructOption takes a condition or the expiry of a write from a field of the struct
// that is written. A call that writes no struct fails with ErrInvalidArg.
type StructOption uint8

// The options. They need a field with the tag in their comment.
const (
	IfUnchanged StructOption = iota + 1 // `as:",generation"`: as IfGeneration with what the field says
	FieldTTL                            // `as:",ttl"`: 0 for the client's default, negative for never
)
