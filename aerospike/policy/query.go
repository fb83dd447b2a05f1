package policy

import "time"

// Defaults of [Query].
const (
	DefaultQueryRetries = 5
	DefaultQueueSize    = 4096
	// DefaultQueryPatience is how long a query goes on without any progress while the
	// cluster has no node for some of its partitions.
	DefaultQueryPatience = 30 * time.Second
)

// QueryOption is an option of a query: [CallOption] but not [SendKey], [FilterOption],
// [Replica] but not [ReplicaRandom], [ExpectedDuration], [TuningOption], or a whole
// [Query].
type QueryOption interface{ queryOption() }

// BackgroundOption is an option of work that a query does on the servers:
// [CallOption] but not [SendKey], [FilterOption], [Expiration], DurableDelete, and
// [RecordsPerSecond].
type BackgroundOption interface{ backgroundOption() }

func (CallOption) queryOption()       {}
func (FilterOption) queryOption()     {}
func (Replica) queryOption()          {}
func (ExpectedDuration) queryOption() {}
func (TuningOption) queryOption()     {}
func (Query) queryOption()            {}

func (CallOption) backgroundOption()   {}
func (FilterOption) backgroundOption() {}
func (Expiration) backgroundOption()   {}
func (ChangeOption) backgroundOption() {}
func (TuningOption) backgroundOption() {}

// Query is how queries are made. The zero value of each field inherits from the
// client's default ([Config.QueryPolicy] of package aerospike), and there stands for
// what the comment says. As an option of a call its other fields win.
type Query struct {
	// Timeout bounds the whole query, from its first request to its last record, the
	// time that the consumer takes included. None; the context's deadline counts.
	Timeout time.Duration
	// AttemptTimeout bounds the silence of a node: if nothing comes from it for so long
	// it is asked again for what is missing. None: a node sends records by the megabyte,
	// so a long query that finds little, or is slowed down by RecordsPerSecond, is silent
	// for long. A node that does not answer its regular looks is given up after some
	// seconds of silence in any case.
	AttemptTimeout time.Duration
	// Retries is how often in a row requests may fail without any record or partition
	// in between: 5; a negative value means never. A request that reached no node, or a
	// node that does not hold the partition, is not counted: the query waits for the
	// cluster to settle until its time is up, and if it has no limit for
	// [DefaultQueryPatience]. Only what is missing is asked for again.
	Retries int
	// Backoff bounds the pause before the first repetition, as in [Read]: 5 ms; a
	// negative value means none.
	Backoff time.Duration
	// Compress lets the server compress the replies. Off. Enterprise only; the Community
	// Edition ignores it.
	Compress Toggle
	// Filter is a packed expression. Records for which it is false are left out. None.
	Filter []byte

	// Replica is which copy of a partition is asked: ReplicaSequence. ReplicaRandom is
	// refused: no node passes queries on.
	Replica Replica
	// Duration tells the servers how much work to expect: DurationLong.
	Duration ExpectedDuration
	// RecordsPerSecond bounds how many records each node reads in a second. None.
	RecordsPerSecond int
	// MaxConcurrentNodes is how many nodes are asked at the same time: all; a negative
	// value means all too, for a call whose client has a default.
	MaxConcurrentNodes int
	// QueueSize is about how many records wait for the consumer: 4096. They also take
	// no more than 8 MiB, unless single records are larger. A consumer that lets the
	// queue stand full for two seconds makes the query close its connections; they are
	// opened again when there is room.
	QueueSize int
}

// ExpectedDuration tells the servers how much work to expect from a query. Zero
// inherits. It is an option of queries.
type ExpectedDuration uint8

// The durations. DurationLong is the default.
const (
	// DurationLong is for queries of any size. The server counts and throttles them.
	DurationLong ExpectedDuration = iota + 1
	// DurationShort is for less than about 100 records from each node. The server does
	// them at once and gives up after the call's Timeout, or one second without one. It
	// does not take RecordsPerSecond.
	DurationShort
	// DurationLongRelaxAP is DurationLong, but a node may answer while it still receives
	// a partition, with what it has. Namespaces with strong consistency refuse it.
	DurationLongRelaxAP
)

func (d ExpectedDuration) String() string {
	return nameOf(uint8(d), "inherit", "long", "short", "long-relax-ap")
}

// TuningOption is an option of queries; see [RecordsPerSecond] and the functions after
// it.
type TuningOption struct {
	knob  tuningKnob
	value int
}

type tuningKnob uint8

const (
	knobRecordsPerSecond tuningKnob = iota + 1
	knobMaxConcurrentNodes
	knobQueueSize
)

// RecordsPerSecond bounds how many records each node reads in a second, see
// [Query.RecordsPerSecond]. Zero or less is no bound.
func RecordsPerSecond(n int) TuningOption {
	return TuningOption{knobRecordsPerSecond, int(orNone(int64(n)))}
}

// MaxConcurrentNodes is how many nodes are asked at the same time. Zero or less means
// all.
func MaxConcurrentNodes(n int) TuningOption {
	return TuningOption{knobMaxConcurrentNodes, int(orNone(int64(n)))}
}

// QueueSize is about how many records wait for the consumer, see [Query.QueueSize]; at
// least 1.
func QueueSize(n int) TuningOption { return TuningOption{knobQueueSize, int(orNone(int64(n)))} }

// QuerySettings are the complete rules of one query, as [Settings] are those of other
// calls.
type QuerySettings struct {
	Settings
	Duration           ExpectedDuration
	RecordsPerSecond   int // 0: no bound
	MaxConcurrentNodes int // 0: all
	QueueSize          int
}

// QueryDefaults returns the documented defaults of queries.
func QueryDefaults() QuerySettings {
	s := QuerySettings{Settings: ReadDefaults(), Duration: DurationLong, QueueSize: DefaultQueueSize}
	s.Timeout, s.AttemptTimeout, s.Retries = 0, None, DefaultQueryRetries
	return s
}

// ApplyQuery applies the options of a query.
func (s *QuerySettings) ApplyQuery(opts []QueryOption) {
	for _, opt := range opts {
		switch o := opt.(type) {
		case CallOption:
			s.queryCall(o)
		case FilterOption:
			s.filter(o)
		case Replica:
			s.queryReplica(o)
		case ExpectedDuration:
			s.duration(o)
		case TuningOption:
			s.tune(o)
		case Query:
			s.Query(&o)
		}
	}
	s.checkQuery()
}

// ApplyBackground applies the options of work in the background.
func (s *QuerySettings) ApplyBackground(opts []BackgroundOption) {
	for _, opt := range opts {
		switch o := opt.(type) {
		case CallOption:
			s.queryCall(o)
		case FilterOption:
			s.filter(o)
		case Expiration:
			s.expiration(o)
		case ChangeOption:
			if o.knob != knobDurableDelete {
				s.fail("background: of the options of writes only TTL and DurableDelete apply")
			}
			s.change(o)
		case TuningOption:
			if o.knob != knobRecordsPerSecond {
				s.fail("background: of the options of queries only RecordsPerSecond applies")
			}
			s.tune(o)
		}
	}
}

// Query applies a policy: the fields that are not zero.
func (s *QuerySettings) Query(p *Query) {
	s.common(p.Timeout, p.AttemptTimeout, p.Backoff, p.Retries, Inherit, p.Compress, p.Filter)
	if p.Replica != 0 {
		s.queryReplica(p.Replica)
	}
	if p.Duration != 0 {
		s.duration(p.Duration)
	}
	for _, o := range []TuningOption{
		{knobRecordsPerSecond, p.RecordsPerSecond}, {knobMaxConcurrentNodes, p.MaxConcurrentNodes}, {knobQueueSize, p.QueueSize},
	} {
		if o.value != 0 {
			s.tune(o)
		}
	}
	s.checkQuery()
}

func (s *QuerySettings) queryCall(o CallOption) {
	if o.knob == knobSendKey {
		s.fail("send key: a query has no key")
	}
	s.call(o)
}

func (s *QuerySettings) queryReplica(v Replica) {
	if v == ReplicaRandom {
		s.fail("replica: %v does not apply to queries", v)
	}
	s.replica(v)
}

func (s *QuerySettings) duration(v ExpectedDuration) {
	if enum(&s.Settings, "expected duration", v, DurationLongRelaxAP) {
		s.Duration = v
	}
}

func (s *QuerySettings) tune(o TuningOption) {
	switch o.knob {
	case knobRecordsPerSecond:
		s.RecordsPerSecond = max(o.value, 0)
	case knobMaxConcurrentNodes:
		s.MaxConcurrentNodes = max(o.value, 0)
	case knobQueueSize:
		s.QueueSize = max(o.value, 1)
	}
}

// checkQuery refuses knobs that contradict each other.
func (s *QuerySettings) checkQuery() {
	if s.Duration == DurationShort && s.RecordsPerSecond > 0 {
		s.fail("records per second: a short query takes none")
	}
}
