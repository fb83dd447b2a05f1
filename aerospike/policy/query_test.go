package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestDefaultsOfQueriesAreTheDocumentedOnes(t *testing.T) {
	s := QueryDefaults()
	require.Zero(t, s.Timeout, "only the context's deadline")
	require.Equal(t, time.Duration(None), s.AttemptTimeout)
	require.Equal(t, 5, s.Retries)
	require.Equal(t, 5*time.Millisecond, s.Backoff)
	require.Equal(t, ReplicaSequence, s.Replica)
	require.Equal(t, DurationLong, s.Duration)
	require.Equal(t, 4096, s.QueueSize)
	require.Zero(t, s.RecordsPerSecond)
	require.Zero(t, s.MaxConcurrentNodes)
	same := s
	same.Query(&Query{})
	require.Equal(t, s, same, "a zero policy changes nothing")
}

func TestOptionsOfQueriesTurnTheirKnob(t *testing.T) {
	for name, test := range map[string]struct {
		option QueryOption
		want   func(*QuerySettings)
	}{
		"timeout":          {Timeout(time.Hour), func(s *QuerySettings) { s.Timeout = time.Hour }},
		"attempt timeout":  {AttemptTimeout(time.Second), func(s *QuerySettings) { s.AttemptTimeout = time.Second }},
		"retries":          {Retries(0), func(s *QuerySettings) { s.Retries = 0 }},
		"filter":           {FilterOption{Packed: []byte{1}}, func(s *QuerySettings) { s.Filter = []byte{1} }},
		"replica":          {ReplicaAny, func(s *QuerySettings) { s.Replica = ReplicaAny }},
		"duration":         {DurationShort, func(s *QuerySettings) { s.Duration = DurationShort }},
		"rate":             {RecordsPerSecond(7), func(s *QuerySettings) { s.RecordsPerSecond = 7 }},
		"no rate":          {RecordsPerSecond(0), func(*QuerySettings) {}},
		"nodes":            {MaxConcurrentNodes(2), func(s *QuerySettings) { s.MaxConcurrentNodes = 2 }},
		"all nodes":        {MaxConcurrentNodes(-3), func(*QuerySettings) {}},
		"queue":            {QueueSize(9), func(s *QuerySettings) { s.QueueSize = 9 }},
		"queue of nothing": {QueueSize(0), func(s *QuerySettings) { s.QueueSize = 1 }},
		"policy": {
			Query{Timeout: time.Second, Retries: None, Compress: On, RecordsPerSecond: 5, MaxConcurrentNodes: None, QueueSize: 3, Replica: ReplicaMaster},
			func(s *QuerySettings) {
				s.Timeout, s.Retries, s.Compress, s.RecordsPerSecond, s.QueueSize, s.Replica = time.Second, 0, true, 5, 3, ReplicaMaster
			},
		},
	} {
		s, want := QueryDefaults(), QueryDefaults()
		test.want(&want)
		s.ApplyQuery([]QueryOption{test.option})
		require.Equal(t, want, s, name)
	}
	s := QueryDefaults()
	s.Query(&Query{RecordsPerSecond: 5, MaxConcurrentNodes: 2})
	s.ApplyQuery([]QueryOption{RecordsPerSecond(0), MaxConcurrentNodes(0)})
	require.Zero(t, s.RecordsPerSecond, "a call can undo the client's default")
	require.Zero(t, s.MaxConcurrentNodes)
}

func TestBadOptionsOfQueriesAreRefused(t *testing.T) {
	for says, opts := range map[string][]QueryOption{
		"replica: random does not apply":   {ReplicaRandom},
		"send key: a query has no key":     {SendKey(true)},
		"expected duration: 4":             {ExpectedDuration(4)},
		"a short query takes none":         {RecordsPerSecond(1), DurationShort},
		"replica: 9, the range is 1 to 5":  {Query{Replica: 9}},
		"switch: 3 is neither Inherit nor": {Query{Compress: 3}},
	} {
		s := QueryDefaults()
		s.ApplyQuery(opts)
		require.ErrorIs(t, s.Err, types.ErrInvalidArg)
		require.ErrorContains(t, s.Err, says)
	}
}

func TestOptionsOfWorkInTheBackground(t *testing.T) {
	s := QuerySettings{Settings: WriteDefaults()}
	s.ApplyBackground([]BackgroundOption{TTL(time.Minute), DurableDelete(true), RecordsPerSecond(4), Timeout(time.Hour), FilterOption{Packed: []byte{2}}})
	require.NoError(t, s.Err)
	want := QuerySettings{Settings: WriteDefaults(), RecordsPerSecond: 4}
	want.TTL, want.DurableDelete, want.Timeout, want.Filter = 60, true, time.Hour, []byte{2}
	require.Equal(t, want, s)
	require.EqualValues(t, wire.TTLDefault, WriteDefaults().TTL)
	for _, opt := range []BackgroundOption{IfGeneration(1), Idempotent(true), QueueSize(1), MaxConcurrentNodes(1), SendKey(true)} {
		s := QuerySettings{Settings: WriteDefaults()}
		s.ApplyBackground([]BackgroundOption{opt})
		require.ErrorIs(t, s.Err, types.ErrInvalidArg, "%#v", opt)
	}
	require.Equal(t, "short", DurationShort.String())
}
