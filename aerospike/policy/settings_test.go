package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestZeroPolicyChangesNothing(t *testing.T) {
	s := ReadDefaults()
	s.Read(&Read{})
	require.Equal(t, ReadDefaults(), s)
	s = WriteDefaults()
	s.Write(&Write{})
	require.Equal(t, WriteDefaults(), s)
	s.ApplyOperate([]OperateOption{Read{}, Write{}})
	require.Equal(t, WriteDefaults(), s)
}

func TestDefaultsAreTheDocumentedOnes(t *testing.T) {
	for _, s := range []Settings{ReadDefaults(), WriteDefaults()} {
		require.Equal(t, Settings{
			Timeout: time.Second, Backoff: 5 * time.Millisecond, Retries: 2,
			Replica: ReplicaSequence, ReadModeAP: ReadAPOne, ReadModeSC: ReadSCSession, ReadTouch: 0,
			Exists: CreateOrUpdate, GenerationCheck: GenerationIgnore, TTL: 0, Commit: CommitAll,
		}, s)
	}
}

func TestEachFieldOfAPolicyOverridesTheDefault(t *testing.T) {
	s := ReadDefaults()
	s.Read(&Read{
		Timeout: 2 * time.Second, AttemptTimeout: time.Millisecond, Retries: 5, Backoff: time.Minute,
		SendKey: On, Compress: On, Filter: []byte{1},
		Replica: ReplicaAny, ReadModeAP: ReadAPAll, ReadModeSC: ReadSCLinearize, ReadTouch: 80,
	})
	require.NoError(t, s.Err)
	want := ReadDefaults()
	want.Timeout, want.AttemptTimeout, want.Retries, want.Backoff = 2*time.Second, time.Millisecond, 5, time.Minute
	want.SendKey, want.Compress, want.Filter = true, true, []byte{1}
	want.Replica, want.ReadModeAP, want.ReadModeSC, want.ReadTouch = ReplicaAny, ReadAPAll, ReadSCLinearize, 80
	require.Equal(t, want, s)

	s = WriteDefaults()
	s.Write(&Write{
		Timeout: None, AttemptTimeout: None, Retries: None, Backoff: None, SendKey: On, Compress: On, Filter: []byte{2},
		Exists: ReplaceOnly, GenerationCheck: GenerationGreater, Generation: 7, TTL: TTLNever,
		Commit: CommitMaster, DurableDelete: On, Idempotent: On,
	})
	require.NoError(t, s.Err)
	want = WriteDefaults()
	want.Timeout, want.AttemptTimeout, want.Retries, want.Backoff = 0, None, 0, 0
	want.SendKey, want.Compress, want.Filter = true, true, []byte{2}
	want.Exists, want.GenerationCheck, want.Generation = ReplaceOnly, GenerationGreater, 7
	want.TTL, want.Commit, want.DurableDelete, want.Idempotent = wire.TTLNeverExpire, CommitMaster, true, true
	require.Equal(t, want, s)

	s.Write(&Write{SendKey: Off, Compress: Off, DurableDelete: Off, Idempotent: Off, TTL: TTLDefault, Exists: CreateOrUpdate})
	require.False(t, s.SendKey || s.Compress || s.DurableDelete || s.Idempotent)
	require.Equal(t, wire.TTLDefault, s.TTL)
	require.Equal(t, CreateOrUpdate, s.Exists)
}

// Each option must do the same in every kind of call that takes it.
func TestOptionsTurnTheirKnob(t *testing.T) {
	for _, test := range []struct {
		name   string
		option any
		want   func(*Settings)
	}{
		{"timeout", Timeout(time.Hour), func(s *Settings) { s.Timeout = time.Hour }},
		{"no timeout", Timeout(0), func(s *Settings) { s.Timeout = 0 }},
		{"negative timeout", Timeout(-5), func(s *Settings) { s.Timeout = 0 }},
		{"attempt timeout", AttemptTimeout(time.Second), func(s *Settings) { s.AttemptTimeout = time.Second }},
		{"no attempt timeout", AttemptTimeout(0), func(s *Settings) { s.AttemptTimeout = None }},
		{"retries", Retries(9), func(s *Settings) { s.Retries = 9 }},
		{"no retries", Retries(0), func(s *Settings) { s.Retries = 0 }},
		{"back-off", Backoff(time.Second), func(s *Settings) { s.Backoff = time.Second }},
		{"no back-off", Backoff(0), func(s *Settings) { s.Backoff = 0 }},
		{"send key", SendKey(true), func(s *Settings) { s.SendKey = true }},
		{"do not send key", SendKey(false), func(*Settings) {}},
		{"compress", Compress(true), func(s *Settings) { s.Compress = true }},
		{"filter", FilterOption{Packed: []byte{3}}, func(s *Settings) { s.Filter = []byte{3} }},

		{"select", Select("a", "b"), func(s *Settings) { s.Bins, s.Selected = []string{"a", "b"}, true }},
		{"header only", HeaderOnly(), func(s *Settings) { s.NoBins, s.Selected = true, true }},
		{"replica", ReplicaPreferRack, func(s *Settings) { s.Replica = ReplicaPreferRack }},
		{"read mode AP", ReadAPAll, func(s *Settings) { s.ReadModeAP = ReadAPAll }},
		{"read mode SC", ReadSCAllowUnavailable, func(s *Settings) { s.ReadModeSC = ReadSCAllowUnavailable }},
		{"read touch", ReadTouchTTL(100), func(s *Settings) { s.ReadTouch = 100 }},
		{"read touch never", ReadTouchNever, func(s *Settings) { s.ReadTouch = wire.ReadTouchNever }},
		{"read policy", Read{Retries: 4}, func(s *Settings) { s.Retries = 4 }},

		{"exists", CreateOnly, func(s *Settings) { s.Exists = CreateOnly }},
		{"commit", CommitMaster, func(s *Settings) { s.Commit = CommitMaster }},
		{"ttl", TTL(1500 * time.Millisecond), func(s *Settings) { s.TTL = 2 }},
		{"longest ttl", TTL(MaxTTL), func(s *Settings) { s.TTL = wire.MaxTTL }},
		{"ttl never", TTLNever, func(s *Settings) { s.TTL = wire.TTLNeverExpire }},
		{"ttl keep", TTLKeep, func(s *Settings) { s.TTL = wire.TTLDontUpdate }},
		{"generation", IfGeneration(65535), func(s *Settings) { s.GenerationCheck, s.Generation = GenerationEqual, 65535 }},
		{"generation 0", IfGeneration(0), func(s *Settings) { s.GenerationCheck = GenerationEqual }},
		{"generation greater", IfGenerationGreater(3), func(s *Settings) { s.GenerationCheck, s.Generation = GenerationGreater, 3 }},
		{"durable delete", DurableDelete(true), func(s *Settings) { s.DurableDelete = true }},
		{"idempotent", Idempotent(true), func(s *Settings) { s.Idempotent = true }},
		{"write policy", Write{TTL: TTLKeep}, func(s *Settings) { s.TTL = wire.TTLDontUpdate }},
	} {
		t.Run(test.name, func(t *testing.T) {
			base := WriteDefaults()
			want := base
			test.want(&want)
			taken := 0
			if o, ok := test.option.(ReadOption); ok {
				s := base
				s.ApplyRead([]ReadOption{o})
				require.Equal(t, want, s, "read")
				taken++
			}
			if o, ok := test.option.(WriteOption); ok {
				s := base
				s.ApplyWrite([]WriteOption{o})
				require.Equal(t, want, s, "write")
				taken++
			}
			if o, ok := test.option.(OperateOption); ok {
				s := base
				s.ApplyOperate([]OperateOption{o})
				require.Equal(t, want, s, "operate")
				taken++
			}
			require.NotZero(t, taken)
		})
	}
}

func TestTheLastOptionWins(t *testing.T) {
	s := WriteDefaults()
	s.ApplyWrite([]WriteOption{TTL(time.Hour), Write{TTL: TTLNever, Retries: 1}, Retries(3), CreateOnly, UpdateOnly})
	require.NoError(t, s.Err)
	require.Equal(t, wire.TTLNeverExpire, s.TTL)
	require.Equal(t, 3, s.Retries)
	require.Equal(t, UpdateOnly, s.Exists)
}

func TestBadValuesAreRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		option OperateOption
		says   string
	}{
		{"ttl below a second", TTL(500 * time.Millisecond), "ttl: 500ms, the minimum is 1s"},
		{"ttl of nothing", TTL(0), "ttl: it has to be positive"},
		{"negative ttl", TTL(-time.Second), "ttl: it has to be positive"},
		{"ttl beyond ten years", TTL(MaxTTL + 1), "the maximum is 87600h0m0s"},
		{"ttl made by hand", Expiration(-7), "ttl: it has to be positive"},
		{"read touch 0", ReadTouchTTL(0), "percentage from 1 to 100"},
		{"read touch 101", ReadTouchTTL(101), "percentage from 1 to 100"},
		{"read touch made by hand", ReadTouch(-9), "percentage from 1 to 100"},
		{"generation", IfGeneration(65536), "generation: 65536, the maximum is 65535"},
		{"exists action", ExistsAction(6), "exists action: 6, the range is 1 to 5"},
		{"commit level", CommitLevel(3), "commit level: 3"},
		{"replica", Replica(0), "replica: 0, the range is 1 to 5"},
		{"read mode AP", ReadModeAP(3), "read mode AP: 3"},
		{"read mode SC", ReadModeSC(5), "read mode SC: 5"},
		{"generation check", Write{GenerationCheck: 4}, "generation check: 4"},
		{"switch", Write{Idempotent: 3}, "switch: 3"},
		{"filter", FilterOption{Err: invalid("the filter's fault")}, "the filter's fault"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := WriteDefaults()
			s.ApplyOperate([]OperateOption{test.option, Timeout(time.Second)})
			require.ErrorIs(t, s.Err, types.ErrInvalidArg)
			require.ErrorContains(t, s.Err, test.says)
		})
	}
	s := ReadDefaults()
	s.ApplyRead([]ReadOption{Select()})
	require.ErrorIs(t, s.Err, types.ErrInvalidArg)
	s = WriteDefaults()
	s.ApplyWrite([]WriteOption{IfUnchanged})
	require.ErrorIs(t, s.Err, types.ErrInvalidArg)
}

// What fits where is a matter of the compiler: an option that does not implement a
// call's interface cannot be passed to it.
func TestOptionsFitTheirCallsOnly(t *testing.T) {
	fits := func(o any) (read, write, operate bool) {
		_, read = o.(ReadOption)
		_, write = o.(WriteOption)
		_, operate = o.(OperateOption)
		return read, write, operate
	}
	for _, o := range []any{Timeout(1), AttemptTimeout(1), Retries(1), Backoff(1), SendKey(true), Compress(true), FilterOption{}} {
		read, write, operate := fits(o)
		require.True(t, read && write && operate, "%T", o)
	}
	for _, o := range []any{TTL(time.Hour), TTLNever, CreateOnly, CommitMaster, IfGeneration(1), DurableDelete(true), Idempotent(true), Write{}} {
		read, write, operate := fits(o)
		require.True(t, !read && write && operate, "%T", o)
	}
	for _, o := range []any{ReplicaMaster, ReadAPAll, ReadSCLinearize, ReadTouchTTL(5), Read{}} {
		read, write, operate := fits(o)
		require.True(t, read && !write && operate, "%T", o)
	}
	for _, o := range []any{Select("a"), HeaderOnly()} {
		read, write, operate := fits(o)
		require.True(t, read && !write && !operate, "%T", o)
	}
	read, write, operate := fits(IfUnchanged)
	require.True(t, !read && write && !operate)
}

func TestNamesOfModes(t *testing.T) {
	require.Equal(t, "create-only", CreateOnly.String())
	require.Equal(t, "inherit", ExistsAction(0).String())
	require.Equal(t, "invalid (9)", ExistsAction(9).String())
	require.Equal(t, "greater", GenerationGreater.String())
	require.Equal(t, "master", CommitMaster.String())
	require.Equal(t, "prefer-rack", ReplicaPreferRack.String())
	require.Equal(t, "all", ReadAPAll.String())
	require.Equal(t, "allow-unavailable", ReadSCAllowUnavailable.String())
	require.Equal(t, "1h0m0s", TTL(time.Hour).String())
	require.Equal(t, "never", TTLNever.String())
	require.Equal(t, "keep", TTLKeep.String())
	require.Equal(t, "default", TTLDefault.String())
	require.Equal(t, "inherit", Expiration(0).String())
	require.Equal(t, "invalid", TTL(-1).String())
}
