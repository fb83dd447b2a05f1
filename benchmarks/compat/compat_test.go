// Package compat holds this client against the official one on the same server: what
// one writes the other reads, and both get the same answers to the same requests. It
// runs on the embedded server, or on the one that AEROSPIKE_HOST and AEROSPIKE_PORT
// name.
package compat

import (
	"cmp"
	"crypto/rand"
	"errors"
	"math"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	official "github.com/aerospike/aerospike-client-go/v8"
	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

const namespace = "test"

// pair is the two clients on one server.
type pair struct {
	official *official.Client
	ours     *aerospike.Client
}

func connect(t *testing.T) pair {
	addr := ""
	if host := os.Getenv("AEROSPIKE_HOST"); host != "" {
		addr = net.JoinHostPort(host, cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))
	} else {
		addr = aerospiketest.Start(t).Addr()
	}
	host, portText, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	port, err := strconv.Atoi(portText)
	require.NoError(t, err)
	theirs, failure := official.NewClient(host, port)
	if failure != nil {
		t.Fatal(failure)
	}
	t.Cleanup(theirs.Close)
	ours, err := aerospike.Connect(t.Context(), aerospike.Config{Hosts: []string{addr}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ours.Close()) })
	return pair{theirs, ours}
}

// key is the same key for both clients.
type key struct {
	official *official.Key
	ours     aerospike.Key
}

// newKey returns a key that no other test has, without a record.
func (p pair) newKey(t *testing.T) key {
	set := strings.ReplaceAll(t.Name(), "/", "-")
	set = set[:min(len(set), 60)]
	name := rand.Text()
	theirs, failure := official.NewKey(namespace, set, name)
	if failure != nil {
		t.Fatal(failure)
	}
	return key{theirs, aerospike.NewKey(namespace, set, name)}
}

// noError fails the test on a non-nil official error. require.NoError would take its
// nil pointer for an error.
func noError(t *testing.T, failure official.Error) {
	t.Helper()
	if failure != nil {
		t.Fatal(failure)
	}
}

func TestDigestsAgree(t *testing.T) {
	check := func(theirs *official.Key, failure official.Error, ours aerospike.Key) {
		t.Helper()
		noError(t, failure)
		digest := ours.Digest()
		require.Equal(t, theirs.Digest(), digest[:])
	}
	for _, set := range []string{"", "s", strings.Repeat("x", 63)} {
		for _, text := range []string{"", "a", "ключ", strings.Repeat("long", 1000)} {
			k, failure := official.NewKey(namespace, set, text)
			check(k, failure, aerospike.NewKey(namespace, set, text))
			k, failure = official.NewKey(namespace, set, []byte(text))
			check(k, failure, aerospike.NewKey(namespace, set, []byte(text)))
		}
		for _, n := range []int64{0, 1, -1, 255, math.MaxInt32, math.MinInt64, math.MaxInt64} {
			k, failure := official.NewKey(namespace, set, n)
			check(k, failure, aerospike.NewKey(namespace, set, n))
		}
		k, failure := official.NewKey(namespace, set, int8(-7))
		check(k, failure, aerospike.NewKey(namespace, set, int8(-7)))
		k, failure = official.NewKey(namespace, set, uint16(65535))
		check(k, failure, aerospike.NewKey(namespace, set, uint16(65535)))
	}
}

// value is something that both clients can write: what is given to each, and what
// each returns for it.
type value struct {
	name          string
	write         any
	theirs, ours  any
	writeOfficial any // if the official client has a type of its own for it
}

func values() []value {
	return []value{
		{name: "zero", write: 0, theirs: 0, ours: int64(0)},
		{name: "negative", write: -42, theirs: -42, ours: int64(-42)},
		{name: "largest", write: int64(math.MaxInt64), theirs: math.MaxInt64, ours: int64(math.MaxInt64)},
		{name: "smallest", write: int64(math.MinInt64), theirs: math.MinInt64, ours: int64(math.MinInt64)},
		{name: "float", write: 2.5, theirs: 2.5, ours: 2.5},
		{name: "infinity", write: math.Inf(-1), theirs: math.Inf(-1), ours: math.Inf(-1)},
		{name: "text", write: "hëllo", theirs: "hëllo", ours: "hëllo"},
		{name: "empty text", write: "", theirs: "", ours: ""},
		{name: "bytes", write: []byte{0, 1, 255}, theirs: []byte{0, 1, 255}, ours: []byte{0, 1, 255}},
		{name: "true", write: true, theirs: true, ours: true},
		{name: "false", write: false, theirs: false, ours: false},
		{
			name: "list", write: []any{1, "two", 3.5, []byte{4}, true, nil, []any{int64(1) << 40}},
			theirs: []any{1, "two", 3.5, []byte{4}, true, nil, []any{1 << 40}},
			ours:   []any{int64(1), "two", 3.5, []byte{4}, true, nil, []any{int64(1) << 40}},
		},
		{name: "empty list", write: []any{}, theirs: []any{}, ours: []any{}},
		{
			name: "map", write: map[any]any{"a": 1, 2: "b", "nested": map[any]any{"x": []any{-1, -200, -70000}}},
			theirs: map[any]any{"a": 1, 2: "b", "nested": map[any]any{"x": []any{-1, -200, -70000}}},
			ours:   map[any]any{"a": int64(1), int64(2): "b", "nested": map[any]any{"x": []any{int64(-1), int64(-200), int64(-70000)}}},
		},
		{
			name: "geo", write: aerospike.GeoJSON(`{"type":"Point","coordinates":[1,2]}`),
			writeOfficial: official.NewGeoJSONValue(`{"type":"Point","coordinates":[1,2]}`),
			theirs:        official.GeoJSONValue(`{"type":"Point","coordinates":[1,2]}`),
			ours:          aerospike.GeoJSON(`{"type":"Point","coordinates":[1,2]}`),
		},
	}
}

func TestEachReadsWhatTheOtherWrote(t *testing.T) {
	p := connect(t)
	for _, v := range values() {
		t.Run(v.name, func(t *testing.T) {
			k := p.newKey(t)
			require.NoError(t, p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": v.write}))
			p.requireBoth(t, k, v.theirs, v.ours)

			k = p.newKey(t)
			write := v.write
			if v.writeOfficial != nil {
				write = v.writeOfficial
			}
			noError(t, p.official.Put(nil, k.official, official.BinMap{"b": write}))
			p.requireBoth(t, k, v.theirs, v.ours)
		})
	}
}

// requireBoth reads bin b with both clients.
func (p pair) requireBoth(t *testing.T, k key, theirs, ours any) {
	t.Helper()
	record, failure := p.official.Get(nil, k.official)
	noError(t, failure)
	require.Equal(t, theirs, record.Bins["b"], "read by the official client")
	own, err := p.ours.Get(t.Context(), k.ours)
	require.NoError(t, err)
	require.Equal(t, ours, own.Map()["b"], "read by ours")
	require.Equal(t, record.Generation, own.Generation)
}

func TestGenerationAndTimeToLiveAgree(t *testing.T) {
	p := connect(t)
	k := p.newKey(t)
	require.NoError(t, p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": 1}, aerospike.TTL(time.Hour)))
	require.NoError(t, p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": 2}, aerospike.TTL(2*time.Hour)))
	record, failure := p.official.Get(nil, k.official)
	noError(t, failure)
	own, err := p.ours.Get(t.Context(), k.ours)
	require.NoError(t, err)
	require.EqualValues(t, 2, record.Generation)
	require.EqualValues(t, 2, own.Generation)
	left, expires := own.TTL(time.Now())
	require.True(t, expires)
	require.InDelta(t, 7200, left.Seconds(), 10)
	require.InDelta(t, left.Seconds(), float64(record.Expiration), 3)
}

// codeOf returns the result code of an official error, 0 for none.
func codeOf(failure official.Error) int {
	var e *official.AerospikeError
	if failure != nil && errors.As(failure, &e) {
		return int(e.ResultCode)
	}
	return 0
}

func TestResultCodesAgree(t *testing.T) {
	p := connect(t)
	writes := func(change func(*official.WritePolicy)) *official.WritePolicy {
		policy := official.NewWritePolicy(0, 0)
		change(policy)
		return policy
	}
	for _, c := range []struct {
		name   string
		exists bool // the record exists, with a text in bin b and generation 1
		theirs func(k key) official.Error
		ours   func(k key) error
		want   aerospike.ResultCode
	}{
		{
			name: "get a missing record", want: aerospike.ResultNotFound,
			theirs: func(k key) official.Error { _, failure := p.official.Get(nil, k.official); return failure },
			ours:   func(k key) error { _, err := p.ours.Get(t.Context(), k.ours); return err },
		},
		{
			name: "touch a missing record", want: aerospike.ResultNotFound,
			theirs: func(k key) official.Error { return p.official.Touch(nil, k.official) },
			ours:   func(k key) error { return p.ours.Touch(t.Context(), k.ours) },
		},
		{
			name: "create a record that exists", exists: true, want: aerospike.ResultRecordExists,
			theirs: func(k key) official.Error {
				policy := writes(func(w *official.WritePolicy) { w.RecordExistsAction = official.CREATE_ONLY })
				return p.official.Put(policy, k.official, official.BinMap{"b": 1})
			},
			ours: func(k key) error {
				return p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": 1}, aerospike.CreateOnly)
			},
		},
		{
			name: "replace a missing record", want: aerospike.ResultNotFound,
			theirs: func(k key) official.Error {
				policy := writes(func(w *official.WritePolicy) { w.RecordExistsAction = official.REPLACE_ONLY })
				return p.official.Put(policy, k.official, official.BinMap{"b": 1})
			},
			ours: func(k key) error {
				return p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": 1}, aerospike.ReplaceOnly)
			},
		},
		{
			name: "write at another generation", exists: true, want: aerospike.ResultGeneration,
			theirs: func(k key) official.Error {
				policy := writes(func(w *official.WritePolicy) {
					w.GenerationPolicy, w.Generation = official.EXPECT_GEN_EQUAL, 7
				})
				return p.official.Put(policy, k.official, official.BinMap{"b": 1})
			},
			ours: func(k key) error {
				return p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": 1}, aerospike.IfGeneration(7))
			},
		},
		{
			name: "add to a text", exists: true, want: aerospike.ResultBinType,
			theirs: func(k key) official.Error { return p.official.Add(nil, k.official, official.BinMap{"b": 1}) },
			ours:   func(k key) error { return p.ours.Add(t.Context(), k.ours, aerospike.Bins{"b": 1}) },
		},
		{
			name: "write a record that is too big", want: aerospike.ResultRecordTooBig,
			theirs: func(k key) official.Error {
				return p.official.Put(nil, k.official, official.BinMap{"b": make([]byte, 9<<20)})
			},
			ours: func(k key) error {
				return p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": make([]byte, 9<<20)})
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := p.newKey(t)
			if c.exists {
				require.NoError(t, p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": "text"}))
			}
			require.EqualValues(t, c.want, codeOf(c.theirs(k)))
			code, ok := aerospike.CodeOf(c.ours(k))
			require.True(t, ok)
			require.Equal(t, c.want, code)
		})
	}
}

func TestDeleteTellsBothWhetherThereWasARecord(t *testing.T) {
	p := connect(t)
	k := p.newKey(t)
	for _, want := range []bool{true, false} {
		if want {
			require.NoError(t, p.ours.Put(t.Context(), k.ours, aerospike.Bins{"b": 1}))
		}
		existed, failure := p.official.Delete(nil, k.official)
		noError(t, failure)
		require.Equal(t, want, existed)
		if want {
			noError(t, p.official.Put(nil, k.official, official.BinMap{"b": 1}))
		}
		existed, err := p.ours.Delete(t.Context(), k.ours)
		require.NoError(t, err)
		require.Equal(t, want, existed)
	}
}

func TestOperateHasTheSameEffect(t *testing.T) {
	p := connect(t)
	k := p.newKey(t)
	for range 2 {
		_, failure := p.official.Operate(nil, k.official,
			official.AddOp(official.NewBin("n", 3)), official.AppendOp(official.NewBin("s", "ab")))
		noError(t, failure)
		_, err := p.ours.Operate(t.Context(), k.ours,
			[]aerospike.Op{aerospike.Add("n", 4), aerospike.Append("s", "cd")})
		require.NoError(t, err)
	}
	record, failure := p.official.Get(nil, k.official)
	noError(t, failure)
	require.Equal(t, official.BinMap{"n": 14, "s": "abcdabcd"}, record.Bins)
	own, err := p.ours.Get(t.Context(), k.ours)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"n": int64(14), "s": "abcdabcd"}, own.Map())
	require.EqualValues(t, 4, own.Generation)
}
