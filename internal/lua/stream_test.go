package lua

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// numbered returns a source of records whose bin a is a number.
func numbered(t testing.TB, numbers ...int64) func() *Record {
	i := 0
	return func() *Record {
		if i == len(numbers) {
			return nil
		}
		v, err := toParticle(numbers[i], unlimited{})
		require.NoError(t, err)
		i++
		return &Record{Exists: true, Set: "s", Bins: []Bin{{Name: "a", Value: v}}}
	}
}

// folder is where the real server that was recorded kept its modules.
const folder = "/opt/aerospike/usr/udf/lua/"

// What the functions of testdata make of five records, as a real server did with those
// of one partition.
func TestStreams(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "aerospiketest", "testdata", "udf", "stream.lua"))
	require.NoError(t, err)
	s := NewModules(Config{Folder: folder})
	put(t, s, "stream", string(source))
	cases := []struct {
		function string
		args     []byte
		want     []string
		failure  string
	}{
		{function: "plain", want: []string{"NIL", "NIL", "NIL", "NIL", "NIL"}},
		{function: "values", want: []string{"-2", "-1", "3", "4", "6"}},
		{function: "sum", want: []string{"10"}},
		{function: "filtered", want: []string{"13"}},
		{function: "count", want: []string{"5"}},
		{function: "scaled", args: []byte{0x91, 3}, want: []string{"30"}},
		{function: "grouped", want: []string{"{0:[3, 6], 1:[-2, 4], 2:[-1]}"}},
		{function: "totals", want: []string{`{"s":10}`}},
		{function: "after_reduce", want: []string{"10"}},
		{function: "failing", failure: textRunError + folder +
			"stream.lua:21: attempt to perform arithmetic on a nil value (field 'nothing')"},
		{function: "no_stream", failure: textRunError +
			`[string "aerospike.lua"]:33: attempt to index a number value (global 'result')`},
		{function: "raising", failure: textRunError + folder + "stream.lua:23: at once"},
		{function: "nothing", failure: textRunError + textNoFunction},
	}
	for _, tc := range cases {
		t.Run(tc.function, func(t *testing.T) {
			var got []string
			failure := s.Aggregate(Call{Module: "stream", Function: tc.function, Args: tc.args}, Stream{
				Next: numbered(t, -2, -1, 3, 4, 6),
				Write: func(p Particle) bool {
					v, err := fromParticle(p)
					require.NoError(t, err)
					got = append(got, formatValue(v))
					return true
				},
			})
			require.Equal(t, tc.failure, failure)
			require.Equal(t, tc.want, got)
		})
	}
	require.Equal(t, textNoModule, s.Aggregate(Call{Module: "none"}, Stream{}))
}

// A stream ends when its writer has enough, when time is up, and however many records
// there are it needs no more memory than some.
func TestStreamsAreBounded(t *testing.T) {
	s := NewModules(Config{Folder: folder})
	put(t, s, "m", `
		function all(s) return s : map(function(rec) return string.rep("x", 1000) .. rec['a'] end) end
		function ends(s) return s : map(function(rec) while true do end end) end
		function big(s) return s : aggregate(list(), function(l, rec) list.append(l, string.rep("x", 100000)) return l end) end
		function partly(s) return s : aggregate(0, function(n, rec) return n + 400 end) end`)
	endless := func() *Record {
		return &Record{Exists: true, Bins: []Bin{{Name: "a", Value: Particle{Type: wire.ParticleInt, Data: make([]byte, 8)}}}}
	}
	count := 0
	failure := s.Aggregate(Call{Module: "m", Function: "all", Limits: Limits{Memory: 1 << 20}}, Stream{
		Next: endless, Write: func(Particle) bool { count++; return count < 5000 },
	})
	require.Empty(t, failure)
	require.Equal(t, 5000, count)
	write := func(Particle) bool { return true }
	limits := Limits{Deadline: time.Now().Add(within), Memory: 16 << 20}
	require.Contains(t, s.Aggregate(Call{Module: "m", Function: "ends", Limits: limits}, Stream{endless, write}), textTimeout)
	limits.Deadline = time.Now().Add(within)
	require.NotEmpty(t, s.Aggregate(Call{Module: "m", Function: "big", Limits: limits}, Stream{endless, write}))
	var numbers []any
	require.Empty(t, s.Aggregate(Call{Module: "m", Function: "partly"}, Stream{numbered(t, 1, 2, 3, 4), func(p Particle) bool {
		v, err := fromParticle(p)
		require.NoError(t, err)
		numbers = append(numbers, v)
		return true
	}}))
	require.Equal(t, []any{int64(1200), int64(400)}, numbers, "a number of 1000 goes out at once")
}
