package policy

import (
	"fmt"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Settings are the complete rules of one call: every knob of [Read] and [Write] with
// its default filled in. Code that builds or sends commands looks at nothing else.
//
// A Settings is a plain value. Start with [ReadDefaults] or [WriteDefaults], apply a
// client's default policy, copy, apply a call's options.
type Settings struct {
	// Err is the first fault met in an option. The call must not be made then.
	Err error

	Timeout        time.Duration // 0: none
	AttemptTimeout time.Duration // 0: a share, see Read.AttemptTimeout; negative: none
	Backoff        time.Duration // 0: none
	Retries        int
	SendKey        bool
	Compress       bool
	Filter         []byte

	Replica    Replica
	ReadModeAP ReadModeAP
	ReadModeSC ReadModeSC
	ReadTouch  uint32 // as Header.TTL has it

	Exists          ExistsAction
	GenerationCheck GenerationCheck
	Generation      uint32
	TTL             uint32 // as Header.TTL has it
	Commit          CommitLevel
	DurableDelete   bool
	Idempotent      bool

	Bins     []string // what to read; nil for all
	Selected bool     // Bins or NoBins was asked for by Select or HeaderOnly
	NoBins   bool     // read generation and expiry only
}

// ReadDefaults returns the documented defaults of reads.
func ReadDefaults() Settings {
	s := WriteDefaults()
	s.Retries = DefaultReadRetries
	return s
}

// WriteDefaults returns the documented defaults of writes.
func WriteDefaults() Settings {
	return Settings{
		Timeout:         DefaultTimeout,
		Backoff:         DefaultBackoff,
		Retries:         DefaultWriteRetries,
		Replica:         ReplicaSequence,
		ReadModeAP:      ReadAPOne,
		ReadModeSC:      ReadSCSession,
		ReadTouch:       wire.ReadTouchDefault,
		Exists:          CreateOrUpdate,
		GenerationCheck: GenerationIgnore,
		TTL:             wire.TTLDefault,
		Commit:          CommitAll,
	}
}

// The three methods below apply options, in order; the last word counts. See
// Settings.Err for faults.

// ApplyRead applies the options of a read.
func (s *Settings) ApplyRead(opts []ReadOption) {
	for _, opt := range opts {
		switch o := opt.(type) {
		case CallOption:
			s.call(o)
		case FilterOption:
			s.filter(o)
		case SelectOption:
			s.selection(o)
		case Replica:
			s.replica(o)
		case ReadModeAP:
			s.readModeAP(o)
		case ReadModeSC:
			s.readModeSC(o)
		case ReadTouch:
			s.readTouch(o)
		case Read:
			s.Read(&o)
		}
	}
}

// ApplyWrite applies the options of a write.
func (s *Settings) ApplyWrite(opts []WriteOption) {
	for _, opt := range opts {
		switch o := opt.(type) {
		case CallOption:
			s.call(o)
		case FilterOption:
			s.filter(o)
		case ChangeOption:
			s.change(o)
		case ExistsAction:
			s.exists(o)
		case CommitLevel:
			s.commit(o)
		case Expiration:
			s.expiration(o)
		case Write:
			s.Write(&o)
		case StructOption:
			s.fail("IfUnchanged and FieldTTL need a struct to write")
		}
	}
}

// ApplyOperate applies the options of a call that may read and write.
func (s *Settings) ApplyOperate(opts []OperateOption) {
	for _, opt := range opts {
		switch o := opt.(type) {
		case CallOption:
			s.call(o)
		case FilterOption:
			s.filter(o)
		case Replica:
			s.replica(o)
		case ReadModeAP:
			s.readModeAP(o)
		case ReadModeSC:
			s.readModeSC(o)
		case ReadTouch:
			s.readTouch(o)
		case Read:
			s.Read(&o)
		case ChangeOption:
			s.change(o)
		case ExistsAction:
			s.exists(o)
		case CommitLevel:
			s.commit(o)
		case Expiration:
			s.expiration(o)
		case Write:
			s.Write(&o)
		}
	}
}

// Read applies a policy: the fields that are not zero.
func (s *Settings) Read(p *Read) {
	s.common(p.Timeout, p.AttemptTimeout, p.Backoff, p.Retries, p.SendKey, p.Compress, p.Filter)
	if p.Replica != 0 {
		s.replica(p.Replica)
	}
	if p.ReadModeAP != 0 {
		s.readModeAP(p.ReadModeAP)
	}
	if p.ReadModeSC != 0 {
		s.readModeSC(p.ReadModeSC)
	}
	if p.ReadTouch != 0 {
		s.readTouch(p.ReadTouch)
	}
}

// Write applies a policy: the fields that are not zero.
func (s *Settings) Write(p *Write) {
	s.common(p.Timeout, p.AttemptTimeout, p.Backoff, p.Retries, p.SendKey, p.Compress, p.Filter)
	if p.Exists != 0 {
		s.exists(p.Exists)
	}
	if p.GenerationCheck != 0 || p.Generation != 0 {
		s.generation(p.GenerationCheck, p.Generation)
	}
	if p.TTL != 0 {
		s.expiration(p.TTL)
	}
	if p.Commit != 0 {
		s.commit(p.Commit)
	}
	p.DurableDelete.apply(&s.DurableDelete)
	p.Idempotent.apply(&s.Idempotent)
	s.switches(p.DurableDelete, p.Idempotent)
}

func (s *Settings) common(timeout, attempt, backoff time.Duration, retries int, sendKey, compress Toggle, filter []byte) {
	if timeout != 0 {
		s.Timeout = max(timeout, 0)
	}
	if attempt != 0 {
		s.AttemptTimeout = max(attempt, None)
	}
	if backoff != 0 {
		s.Backoff = max(backoff, 0)
	}
	if retries != 0 {
		s.Retries = max(retries, 0)
	}
	sendKey.apply(&s.SendKey)
	compress.apply(&s.Compress)
	s.switches(sendKey, compress)
	if filter != nil {
		s.Filter = filter
	}
}

func (s *Settings) switches(toggles ...Toggle) {
	for _, t := range toggles {
		if t > Off {
			s.fail("switch: %d is neither Inherit nor On nor Off", t)
		}
	}
}

func (s *Settings) call(o CallOption) {
	switch o.knob {
	case knobTimeout:
		s.Timeout = max(time.Duration(o.value), 0)
	case knobAttemptTimeout:
		s.AttemptTimeout = max(time.Duration(o.value), None)
	case knobRetries:
		s.Retries = max(int(o.value), 0)
	case knobBackoff:
		s.Backoff = max(time.Duration(o.value), 0)
	case knobSendKey:
		Toggle(o.value).apply(&s.SendKey)
	case knobCompress:
		Toggle(o.value).apply(&s.Compress)
	}
}

func (s *Settings) change(o ChangeOption) {
	switch o.knob {
	case knobGenerationEqual:
		s.generation(GenerationEqual, o.value)
	case knobGenerationGreater:
		s.generation(GenerationGreater, o.value)
	case knobDurableDelete:
		Toggle(o.value).apply(&s.DurableDelete)
	case knobIdempotent:
		Toggle(o.value).apply(&s.Idempotent)
	}
}

func (s *Settings) filter(o FilterOption) {
	s.Filter = o.Packed
	s.note(o.Err)
}

func (s *Settings) selection(o SelectOption) {
	s.Bins, s.NoBins, s.Selected = o.names, o.header, true
	if len(o.names) == 0 && !o.header {
		s.fail("select: no bins named; HeaderOnly reads none")
	}
}

func (s *Settings) replica(v Replica) {
	if enum(s, "replica", v, ReplicaPreferRack) {
		s.Replica = v
	}
}

func (s *Settings) readModeAP(v ReadModeAP) {
	if enum(s, "read mode AP", v, ReadAPAll) {
		s.ReadModeAP = v
	}
}

func (s *Settings) readModeSC(v ReadModeSC) {
	if enum(s, "read mode SC", v, ReadSCAllowUnavailable) {
		s.ReadModeSC = v
	}
}

func (s *Settings) exists(v ExistsAction) {
	if enum(s, "exists action", v, CreateOnly) {
		s.Exists = v
	}
}

func (s *Settings) commit(v CommitLevel) {
	if enum(s, "commit level", v, CommitMaster) {
		s.Commit = v
	}
}

func (s *Settings) readTouch(t ReadTouch) {
	percent, err := t.percent()
	s.note(err)
	s.ReadTouch = percent
}

func (s *Settings) expiration(e Expiration) {
	seconds, err := e.seconds()
	s.note(err)
	s.TTL = seconds
}

// generation applies a comparison. A policy may name one of the two parts and inherit
// the other.
func (s *Settings) generation(check GenerationCheck, gen uint32) {
	if check != 0 && enum(s, "generation check", check, GenerationGreater) {
		s.GenerationCheck = check
	}
	if gen > MaxGeneration {
		s.fail("generation: %d, the maximum is %d", gen, MaxGeneration)
	}
	s.Generation = gen
}

// enum reports whether v is one of an enumeration that begins with 1 and ends with
// last.
func enum[T ~uint8](s *Settings, name string, v, last T) bool {
	if v >= 1 && v <= last {
		return true
	}
	s.fail("%s: %d, the range is 1 to %d", name, v, last)
	return false
}

func (s *Settings) fail(format string, args ...any) { s.note(invalid(format, args...)) }

func (s *Settings) note(err error) {
	if s.Err == nil {
		s.Err = err
	}
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", types.ErrInvalidArg, fmt.Sprintf(format, args...))
}
