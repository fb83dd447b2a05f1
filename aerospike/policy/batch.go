package policy

import "time"

// Defaults of [Batch].
const (
	DefaultBatchChunk = 1024
	// MaxBatchChunk is the most rows that one message may have.
	MaxBatchChunk = 1 << 20
)

// Batch is how batches are made. The zero value of each field inherits from the client's
// default ([Config.BatchPolicy] of package aerospike). There it inherits from that of reads or
// writes if they have one, else it stands for what the comment says. As an option of a call its other fields win.
type Batch struct {
	// Timeout bounds the work on each row: from the time at which its part of the batch is
	// ready to be sent until there is a verdict, with waiting, dialling, every attempt and
	// the pauses between them. As in [Read]: 1 s; negative for none. A batch small enough
	// to be sent at once is bounded by it as a whole; a long one, or one that is consumed
	// slowly, may take longer. The context bounds all of it. As in [Read] the server is told
	// the earlier of the two, and has a limit of its own if there is neither.
	Timeout time.Duration
	// AttemptTimeout bounds one attempt, as in [Read]. By default a node may be silent for
	// an equal share of Timeout for each attempt that Retries allows, if every row may be
	// repeated, and for all of it if some may not.
	AttemptTimeout time.Duration
	// Retries is how often a row is repeated that failed for a cause that may go away: 2;
	// negative for never. Only such rows are sent again, and of writes that may have been
	// executed only those that are idempotent.
	Retries int
	// Backoff bounds the random pause before the first repetition, as in [Read]: 5 ms;
	// negative for none.
	Backoff time.Duration
	// SendKey sends the users' keys along, see [Read] and [Write]. Off. It makes requests
	// larger, for no row of a batch can then be abbreviated.
	SendKey Toggle
	// Compress compresses large requests and lets the server compress replies. Off.
	// Enterprise only: the Community Edition answers with ErrEnterpriseOnly.
	Compress Toggle
	// Filter is a packed expression for the rows that have none of their own. None.
	Filter []byte

	// Inline lets a node work on the rows of namespaces in memory in the thread that
	// received them, rather than spread them over its threads: less work in all for small
	// records. On.
	Inline Toggle
	// InlineSSD does the same for namespaces on devices. Off.
	InlineSSD Toggle
	// RespondAll lets a node go on after a row has failed, so that each row has a verdict
	// of its own. On. Without it, a row that fails (other than by being missing or filtered
	// out) ends its part of the batch: the other rows of that part have its code, whether
	// they were executed or not.
	RespondAll Toggle
	// ConcurrentNodes is how many nodes are at work at once: all; negative for all.
	ConcurrentNodes int
	// Chunk is how many rows are sent to a node in one message: 1024, at most
	// [MaxBatchChunk]. It bounds the memory that a stream of any length takes: some chunks
	// for each node are under way at once.
	Chunk int

	// Replica is which copies are read: ReplicaSequence.
	Replica    Replica
	ReadModeAP ReadModeAP // ReadAPOne
	ReadModeSC ReadModeSC // ReadSCSession
	ReadTouch  ReadTouch  // ReadTouchDefault
}

// BatchOption is an option of a batch: a [BatchKnob], such as Inline, [CallOption],
// [FilterOption], [SelectOption] for the reads that name no bins, or a whole [Batch].
// Every option of reads and writes is one as well, such as [Replica] or [Expiration], and
// holds for the rows of its kind that do not say otherwise; so are [Read] and [Write], of
// which the time and the retries are those of the whole batch and are not looked at.
type BatchOption interface{ batchOption() }

func (BatchKnob) batchOption()    {}
func (Batch) batchOption()        {}
func (CallOption) batchOption()   {}
func (FilterOption) batchOption() {}
func (SelectOption) batchOption() {}
func (Replica) batchOption()      {}
func (ReadModeAP) batchOption()   {}
func (ReadModeSC) batchOption()   {}
func (ReadTouch) batchOption()    {}
func (ChangeOption) batchOption() {}
func (ExistsAction) batchOption() {}
func (CommitLevel) batchOption()  {}
func (Expiration) batchOption()   {}
func (Read) batchOption()         {}
func (Write) batchOption()        {}

// BatchKnob is an option of batches alone; see [Inline] and the functions after it.
type BatchKnob struct {
	knob  batchKnob
	value int
}

type batchKnob uint8

const (
	knobInline batchKnob = iota + 1
	knobInlineSSD
	knobRespondAll
	knobConcurrentNodes
	knobChunk
)

// Inline lets nodes work on rows in memory where they receive them, see [Batch.Inline].
func Inline(on bool) BatchKnob { return BatchKnob{knobInline, int(toggle(on))} }

// InlineSSD does the same for rows on devices, see [Batch.InlineSSD].
func InlineSSD(on bool) BatchKnob { return BatchKnob{knobInlineSSD, int(toggle(on))} }

// RespondAll lets nodes go on after a row has failed, see [Batch.RespondAll].
func RespondAll(on bool) BatchKnob { return BatchKnob{knobRespondAll, int(toggle(on))} }

// ConcurrentNodes is how many nodes are at work at once, see [Batch.ConcurrentNodes]. Zero
// or less means all.
func ConcurrentNodes(n int) BatchKnob {
	return BatchKnob{knobConcurrentNodes, int(orNone(int64(n)))}
}

// Chunk is how many rows are sent to a node in one message, see [Batch.Chunk]. It is 1 or
// more.
func Chunk(n int) BatchKnob { return BatchKnob{knobChunk, n} }

// BatchSettings are the complete rules of one batch. It is a plain value, see [Settings].
type BatchSettings struct {
	// Err is the first fault met in an option. The batch must not be made then.
	Err error

	Timeout        time.Duration // 0: none
	AttemptTimeout time.Duration // 0: a share; negative: none
	Backoff        time.Duration // 0: none
	Retries        int
	Compress       bool

	Inline, InlineSSD, RespondAll bool
	ConcurrentNodes               int // 0: all
	Chunk                         int

	// Reads and Writes are what rows begin with. What is above is not looked at in them.
	Reads, Writes Settings
}

// BatchDefaults returns the defaults of batches for a client's rules of reads, from which
// they have their time and retries, and of writes.
func BatchDefaults(reads, writes Settings) BatchSettings {
	return BatchSettings{
		Timeout: reads.Timeout, AttemptTimeout: reads.AttemptTimeout, Backoff: reads.Backoff, Retries: reads.Retries, Compress: reads.Compress,
		Inline: true, RespondAll: true, Chunk: DefaultBatchChunk,
		Reads: reads, Writes: writes,
	}
}

// Apply applies options, in order; the last word counts. See Err for faults.
func (b *BatchSettings) Apply(opts []BatchOption) {
	for _, opt := range opts {
		switch o := opt.(type) {
		case BatchKnob:
			b.knob(o)
		case Batch:
			b.Batch(&o)
		case CallOption:
			b.call(o)
		case FilterOption:
			b.Reads.filter(o)
			b.Writes.filter(o)
		case SelectOption:
			b.Reads.selection(o)
		case Replica:
			b.Reads.replica(o)
		case ReadModeAP:
			b.Reads.readModeAP(o)
			b.Writes.readModeAP(o)
		case ReadModeSC:
			b.Reads.readModeSC(o)
			b.Writes.readModeSC(o)
		case ReadTouch:
			b.Reads.readTouch(o)
		case Read:
			b.Reads.Read(&o)
		case ChangeOption:
			b.Writes.change(o)
		case ExistsAction:
			b.Writes.exists(o)
		case CommitLevel:
			b.Writes.commit(o)
		case Expiration:
			b.Writes.expiration(o)
		case Write:
			b.Writes.Write(&o)
		}
	}
	b.note(b.Reads.Err)
	b.note(b.Writes.Err)
}

// Batch applies a policy: the fields that are not zero.
func (b *BatchSettings) Batch(p *Batch) {
	read := Read{
		SendKey: p.SendKey, Filter: p.Filter,
		Replica: p.Replica, ReadModeAP: p.ReadModeAP, ReadModeSC: p.ReadModeSC, ReadTouch: p.ReadTouch,
	}
	b.Reads.Read(&read)
	b.Writes.Read(&Read{ReadModeAP: p.ReadModeAP, ReadModeSC: p.ReadModeSC})
	b.Writes.Write(&Write{SendKey: p.SendKey, Filter: p.Filter})
	s := Settings{Timeout: b.Timeout, AttemptTimeout: b.AttemptTimeout, Backoff: b.Backoff, Retries: b.Retries, Compress: b.Compress}
	s.common(p.Timeout, p.AttemptTimeout, p.Backoff, p.Retries, Inherit, p.Compress, nil)
	s.switches(p.Inline, p.InlineSSD, p.RespondAll)
	b.common(&s)
	p.Inline.apply(&b.Inline)
	p.InlineSSD.apply(&b.InlineSSD)
	p.RespondAll.apply(&b.RespondAll)
	if p.ConcurrentNodes != 0 {
		b.ConcurrentNodes = max(p.ConcurrentNodes, 0)
	}
	if p.Chunk != 0 {
		b.chunk(p.Chunk)
	}
	b.note(b.Reads.Err)
	b.note(b.Writes.Err)
}

// common takes over what the rules of a batch and of a single call have in common.
func (b *BatchSettings) common(s *Settings) {
	b.Timeout, b.AttemptTimeout, b.Backoff, b.Retries = s.Timeout, s.AttemptTimeout, s.Backoff, s.Retries
	b.Compress = s.Compress
	b.note(s.Err)
}

func (b *BatchSettings) call(o CallOption) {
	if o.knob == knobSendKey {
		b.Reads.call(o)
		b.Writes.call(o)
		return
	}
	s := Settings{Timeout: b.Timeout, AttemptTimeout: b.AttemptTimeout, Backoff: b.Backoff, Retries: b.Retries, Compress: b.Compress}
	s.call(o)
	b.common(&s)
}

func (b *BatchSettings) knob(o BatchKnob) {
	switch o.knob {
	case knobInline:
		Toggle(o.value).apply(&b.Inline)
	case knobInlineSSD:
		Toggle(o.value).apply(&b.InlineSSD)
	case knobRespondAll:
		Toggle(o.value).apply(&b.RespondAll)
	case knobConcurrentNodes:
		b.ConcurrentNodes = max(o.value, 0)
	case knobChunk:
		b.chunk(o.value)
	}
}

func (b *BatchSettings) chunk(n int) {
	if n < 1 || n > MaxBatchChunk {
		b.note(invalid("chunk: %d, the range is 1 to %d", n, MaxBatchChunk))
		return
	}
	b.Chunk = n
}

func (b *BatchSettings) note(err error) {
	if b.Err == nil {
		b.Err = err
	}
}
