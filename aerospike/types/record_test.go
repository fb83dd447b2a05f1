package types

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// reply encodes the body of a reply.
func reply(t testing.TB, h wire.Header, fields []wire.Field, bins ...Bin) []byte {
	t.Helper()
	var e wire.Encoder
	e.Begin(nil, &h)
	for _, f := range fields {
		e.Field(f.Type, f.Data)
	}
	for _, b := range bins {
		buf, p, err := b.Value.AppendTo(e.BeginOp(wire.OpRead, b.Name))
		require.NoError(t, err)
		e.EndOp(buf, p)
	}
	frame, err := e.End()
	require.NoError(t, err)
	return frame[wire.FrameHeaderSize:]
}

func decode(t testing.TB, body []byte, key Key, names *Interner) *Record {
	t.Helper()
	msg, err := wire.ParseMessage(body)
	require.NoError(t, err)
	rec, err := DecodeRecord(&msg, key, names)
	require.NoError(t, err)
	require.NoError(t, msg.Finish())
	return rec
}

// typicalBins are two strings, two integers and a float.
func typicalBins() []Bin {
	return []Bin{
		{"name", String("Alice Liddell")}, {"city", String("Oxford")},
		{"age", Int(30)}, {"visits", Int(1 << 40)}, {"score", Float(2.5)},
	}
}

func TestDecodeRecordKeepsOrderAndOwnsItsMemory(t *testing.T) {
	bins := append(typicalBins(),
		Bin{"tags", List(String("vip"), Bytes([]byte{1, 2}))}, Bin{"raw", Bytes([]byte{3, 4})}, Bin{"loc", GeoJSONValue("{}")},
		Bin{"m", OrderedMap(KeyOrdered, MapEntry{String("k"), String("v")})}, Bin{"ok", Bool(true)}, Bin{"none", Nil()})
	body := reply(t, wire.Header{Generation: 7, TTL: 100}, nil, bins...)
	key := NewKey("test", "users", "alice")
	rec := decode(t, body, key, NewInterner())
	for i := range body {
		body[i] = 0xee // the pooled buffer is used again
	}
	runtime.GC()
	require.Equal(t, key, rec.Key)
	require.Equal(t, uint32(7), rec.Generation)
	require.Equal(t, uint32(100), rec.VoidTime)
	require.Len(t, rec.Bins, len(bins))
	for i, b := range bins {
		require.Equal(t, b.Name, rec.Bins[i].Name)
		require.True(t, b.Value.Equal(rec.Bins[i].Value), "%s: want %v, have %v", b.Name, b.Value, rec.Bins[i].Value)
	}
	raw, err := rec.Bytes("raw")
	require.NoError(t, err)
	_ = append(raw, 'x', 'x', 'x')
	loc, err := rec.GeoJSON("loc")
	require.NoError(t, err)
	require.Equal(t, "{}", loc, "an append to one bin must not reach another")
}

func TestDecodeRecordAllocatesThreeTimes(t *testing.T) {
	body := reply(t, wire.Header{Generation: 1}, nil, typicalBins()...)
	key, names := NewKey("test", "users", "alice"), NewInterner()
	run := func() {
		msg, err := wire.ParseMessage(body)
		if err == nil {
			_, err = DecodeRecord(&msg, key, names)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	require.LessOrEqual(t, testing.AllocsPerRun(200, run), 3.0)
	body = reply(t, wire.Header{}, nil)
	require.LessOrEqual(t, testing.AllocsPerRun(200, run), 1.0, "a record without bins")
	digest := key.Digest()
	body = reply(t, wire.Header{}, []wire.Field{
		{Type: wire.FieldNamespace, Data: []byte("test")}, {Type: wire.FieldSet, Data: []byte("users")},
		{Type: wire.FieldDigest, Data: digest[:]}, {Type: wire.FieldKey, Data: []byte("\x03alice")},
	}, typicalBins()...)
	key = Key{}
	require.LessOrEqual(t, testing.AllocsPerRun(200, run), 3.0, "the row of a query")
}

func TestDecodeRecordTakesTheKeyOfARowFromItsFields(t *testing.T) {
	num := binary.BigEndian.AppendUint64([]byte{byte(wire.ParticleInt)}, 42)
	cases := []struct {
		user []byte
		want Key
	}{
		{[]byte("\x03alice"), NewKey("test", "users", "alice")},
		{[]byte("\x04ab"), NewKey("test", "users", []byte("ab"))},
		{num, NewKey("test", "users", 42)},
		{nil, NewKeyFromDigest("test", "users", NewKey("test", "users", 1).Digest())},
		{[]byte{1, 2}, NewKeyFromDigest("test", "users", NewKey("test", "users", 1).Digest())}, // no integer has one byte
	}
	for _, c := range cases {
		digest := c.want.Digest()
		fields := []wire.Field{
			{Type: wire.FieldKey, Data: c.user}, // before the digest, which must not undo it
			{Type: wire.FieldDigest, Data: digest[:]}, {Type: wire.FieldSet, Data: []byte("users")},
			{Type: wire.FieldNamespace, Data: []byte("test")}, {Type: wire.FieldBinValues, Data: make([]byte, 8)},
		}
		if c.user == nil {
			fields = fields[1:]
		}
		for _, before := range []Key{{}, NewKey("other", "other", "bob")} {
			rec := decode(t, reply(t, wire.Header{}, fields, typicalBins()...), before, NewInterner())
			require.True(t, c.want == rec.Key, "%v", rec.Key)
			wantUser, wantOK := c.want.Value()
			gotUser, gotOK := rec.Key.Value()
			require.Equal(t, wantOK, gotOK)
			require.True(t, wantUser.Equal(gotUser))
		}
	}
	mine := NewKey("test", "users", "alice")
	digest := mine.Digest()
	body := reply(t, wire.Header{}, []wire.Field{{Type: wire.FieldDigest, Data: digest[:]}})
	require.Equal(t, mine, decode(t, body, mine, nil).Key, "the user key of the request is kept")
}

func TestDecodeRecordFaults(t *testing.T) {
	body := reply(t, wire.Header{}, nil, typicalBins()...)
	for cut := wire.HeaderSize; cut < len(body); cut++ {
		msg, err := wire.ParseMessage(body[:cut])
		require.NoError(t, err)
		_, err = DecodeRecord(&msg, Key{}, nil)
		require.ErrorIs(t, err, ErrProtocol, "cut at %d", cut)
	}
	var e wire.Encoder
	e.Begin(nil, &wire.Header{})
	e.Op(wire.OpRead, "bad", wire.ParticleList, []byte{0x92, 0xc1})
	e.Op(wire.OpRead, "good", wire.ParticleString, []byte("secret"))
	frame, err := e.End()
	require.NoError(t, err)
	msg, err := wire.ParseMessage(append(frame[wire.FrameHeaderSize:], "next"...))
	require.NoError(t, err)
	rec, err := DecodeRecord(&msg, Key{}, nil)
	require.Nil(t, rec)
	require.ErrorIs(t, err, ErrProtocol)
	require.ErrorIs(t, err, ErrCluster)
	require.ErrorContains(t, err, `bin "bad"`)
	require.NotContains(t, err.Error(), "secret")
	require.Equal(t, "next", string(msg.Rest()), "the records that follow can still be read")
}

func TestRecordGettersConvertNothing(t *testing.T) {
	rec := &Record{Bins: append(typicalBins(), Bin{"list", List(Int(1))}, Bin{"map", Map(MapEntry{String("a"), Int(1)})},
		Bin{"raw", Bytes([]byte{1})}, Bin{"geo", GeoJSONValue("{}")}, Bin{"yes", Bool(true)})}
	name, err := rec.String("name")
	require.NoError(t, err)
	require.Equal(t, "Alice Liddell", name)
	age, err := rec.Int("age")
	require.NoError(t, err)
	require.Equal(t, int64(30), age)
	score, err := rec.Float("score")
	require.NoError(t, err)
	require.InDelta(t, 2.5, score, 0)
	yes, err := rec.Bool("yes")
	require.NoError(t, err)
	require.True(t, yes)
	list, err := rec.List("list")
	require.NoError(t, err)
	require.Len(t, list, 1)
	entries, err := rec.MapValue("map")
	require.NoError(t, err)
	require.Equal(t, "a", entries[0].Key.Any())

	_, err = rec.Float("age")
	require.EqualError(t, err, `bin "age": want float, have int`)
	require.ErrorIs(t, err, ErrBinType)
	var bin *BinError
	require.ErrorAs(t, err, &bin)
	require.Equal(t, "age", bin.Bin)
	_, err = rec.Int("missing")
	require.EqualError(t, err, `bin "missing": bin not found`)
	require.ErrorIs(t, err, ErrBinNotFound)
	require.ErrorIs(t, err, ErrRecord)
	require.NotErrorIs(t, err, ErrBinType)
	_, ok := CodeOf(err)
	require.False(t, ok, "no server said so")

	require.True(t, rec.Has("age"))
	require.False(t, rec.Has("missing"))
	require.Equal(t, map[string]any{
		"name": "Alice Liddell", "city": "Oxford", "age": int64(30), "visits": int64(1 << 40), "score": 2.5,
		"list": []any{int64(1)}, "map": map[any]any{"a": int64(1)}, "raw": []byte{1}, "geo": GeoJSON("{}"), "yes": true,
	}, rec.Map())
}

func TestRecordKeepsSeveralResultsOfOneBin(t *testing.T) {
	rec := decode(t, reply(t, wire.Header{}, nil, Bin{"l", Int(1)}, Bin{"x", Nil()}, Bin{"l", Int(2)}, Bin{"l", Int(3)}), Key{}, nil)
	var got []int64
	for v := range rec.Results("l") {
		i, err := v.AsInt()
		require.NoError(t, err)
		got = append(got, i)
	}
	require.Equal(t, []int64{1, 2, 3}, got)
	last, err := rec.Int("l")
	require.NoError(t, err)
	require.Equal(t, int64(3), last)
	require.Equal(t, int64(3), rec.Map()["l"])
	for v := range rec.Results("l") { // leaving early is allowed
		require.True(t, v.Equal(Int(1)))
		break
	}
}

func TestRecordTTL(t *testing.T) {
	now := time.Unix(wire.Epoch+1000, 0)
	cases := []struct {
		voidTime uint32
		left     time.Duration
		expires  bool
	}{
		{0, 0, false},
		{1000, 0, true},
		{999, 0, true}, // our clock is ahead of the server's
		{1060, time.Minute, true},
		{math.MaxUint32, time.Duration(math.MaxUint32-1000) * time.Second, true},
	}
	for _, c := range cases {
		rec := &Record{VoidTime: c.voidTime}
		left, expires := rec.TTL(now)
		require.Equal(t, c.left, left)
		require.Equal(t, c.expires, expires)
		at, ok := rec.ExpiresAt()
		require.Equal(t, c.expires, ok)
		if ok {
			require.Equal(t, int64(c.voidTime), at.Unix()-wire.Epoch)
		}
	}
	at, _ := (&Record{VoidTime: 86400}).ExpiresAt()
	require.Equal(t, "2010-01-02T00:00:00Z", at.UTC().Format(time.RFC3339))
}

func TestInternerGivesOneStringPerName(t *testing.T) {
	in := NewInterner()
	name := []byte("visits")
	first := in.String(name)
	name[0] = 'x'
	require.Equal(t, "visits", first, "the name is a copy")
	again := []byte("visits")
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = in.String(again) }))
	require.Empty(t, in.String(nil))
	var none *Interner
	require.Equal(t, "a", none.String([]byte("a")))
	long := bytes.Repeat([]byte("l"), 1000)
	require.Equal(t, string(long), in.String(long))
	require.NotZero(t, testing.AllocsPerRun(100, func() { _ = in.String(long) }), "a long name is not kept")
}

func TestInternerIsBoundedAndSafeForConcurrentUse(t *testing.T) {
	in := NewInterner()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 20_000 {
				want := fmt.Sprintf("bin%d", (i*(g+1))%5000)
				if got := in.String([]byte(want)); got != want {
					t.Errorf("want %q, have %q", want, got)
					return
				}
			}
		})
	}
	wg.Wait()
	hot := []byte("hot")
	in.String(hot)
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = in.String(hot) }), "a name in use finds its place in a full table")
}

func TestRecordsShareTheirBinNames(t *testing.T) {
	in := NewInterner()
	body := reply(t, wire.Header{}, nil, typicalBins()...)
	a, b := decode(t, body, Key{}, in), decode(t, body, Key{}, in)
	for i := range a.Bins {
		require.Same(t, unsafe.StringData(a.Bins[i].Name), unsafe.StringData(b.Bins[i].Name))
	}
}
