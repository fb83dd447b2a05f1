package aerospike

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// The fields and bits on the wire are pinned as bytes: see the tables of the
// server's proto.h.
func TestRequestsOnTheWire(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "s", 1)
	var frame []byte
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameMessage {
			frame = append(frame[:0], r.Frame...)
		}
		return aerospiketest.Pass()
	})
	fields := "0000000500" + "74657374" + "0000000201" + "73" + "0000001504" + fmt.Sprintf("%x", key.Digest())
	for _, test := range []struct {
		name string
		call func() error
		want string // from the message's header on, without the timeout
	}{
		{"get", func() error { _, err := c.Get(ctx, key); return err },
			"16 03000000 00 00000000 00000000 0003 0000" + fields},
		{"select", func() error { _, err := c.Get(ctx, key, Select("a", "bc")); return err },
			"16 01000000 00 00000000 00000000 0003 0002" + fields + "00000005 01000001 61" + "00000006 01000002 6263"},
		{"header", func() error { _, err := c.Get(ctx, key, HeaderOnly()); return err },
			"16 21000000 00 00000000 00000000 0003 0000" + fields},
		{"exists", func() error { _, _, err := c.Exists(ctx, key); return err },
			"16 21000000 00 00000000 00000000 0003 0000" + fields},
		{"put", func() error { return c.Put(ctx, key, Bins{"a": 1}) },
			"16 00010000 00 00000000 00000000 0003 0001" + fields + "0000000d 02010001 61 0000000000000001"},
		{"put nil", func() error { return c.Put(ctx, key, Bins{"b": nil}) },
			"16 00010000 00 00000000 00000000 0003 0001" + fields + "00000005 02000001 62"},
		{"put with everything", func() error {
			return c.Put(ctx, key, Bins{"a": "x"}, TTL(time.Minute), IfGeneration(5), CommitMaster, SendKey(true), UpdateOnly)
		}, "16 00050a00 00 00000005 0000003c 0004 0001" + fields + "0000000a 02 01 0000000000000001" + "00000006 02030001 61 78"},
		{"add", func() error { return c.Add(ctx, key, Bins{"a": -1}) },
			"16 00010000 00 00000000 00000000 0003 0001" + fields + "0000000d 05010001 61 ffffffffffffffff"},
		{"append", func() error { return c.Append(ctx, key, Bins{"s": "z"}) },
			"16 00010000 00 00000000 00000000 0003 0001" + fields + "00000006 09030001 73 7a"},
		{"prepend", func() error { return c.Prepend(ctx, key, Bins{"s": "z"}) },
			"16 00010000 00 00000000 00000000 0003 0001" + fields + "00000006 0a030001 73 7a"},
		{"remove bins", func() error { return c.RemoveBins(ctx, key, []string{"s"}) },
			"16 00010000 00 00000000 00000000 0003 0001" + fields + "00000005 02000001 73"},
		{"touch", func() error { return c.Touch(ctx, key, TTLNever) },
			"16 00010000 00 00000000 ffffffff 0003 0001" + fields + "00000004 0b000000"},
		{"operate", func() error {
			_, err := c.Operate(ctx, key, []Op{Add("a", 1), Read("a")})
			return err
		}, "16 01810000 00 00000000 00000000 0003 0002" + fields + "0000000d 05010001 61 0000000000000001" + "00000005 01000001 61"},
		{"operate on all bins", func() error { _, err := c.Operate(ctx, key, []Op{ReadAll()}); return err },
			"16 03000000 00 00000000 00000000 0003 0000" + fields},
		{"delete", func() error { _, err := c.Delete(ctx, key, TTL(time.Hour), CreateOnly); return err },
			"16 00030000 00 00000000 00000000 0003 0000" + fields},
	} {
		t.Run(test.name, func(t *testing.T) {
			_ = test.call() // the record may or may not exist: only the request counts
			require.NotEmpty(t, frame)
			body := frame[wire.FrameHeaderSize:]
			ms := int(body[14])<<24 | int(body[15])<<16 | int(body[16])<<8 | int(body[17])
			require.True(t, ms > 0 && ms <= 1000, "the server's budget is that of the attempt: %d ms", ms)
			got := append(append([]byte{}, body[:14]...), body[18:]...)
			require.Equal(t, strings.ReplaceAll(test.want, " ", ""), fmt.Sprintf("%x", got))
		})
	}
}

func TestZeroPoliciesAreTheDefaultOnTheWire(t *testing.T) {
	frameOf := func(cfg Config, opts ...WriteOption) []byte {
		s := cfg.writeSettings()
		key := NewKey("test", "s", 1)
		r := newRequest("put", &key, &s)
		defer r.release()
		r.settings.ApplyWrite(opts)
		r.bins, r.op = Bins{"a": 1}, wire.OpWrite
		require.NoError(t, r.prepareBins())
		frame, err := r.AppendRequest(nil, 1000)
		require.NoError(t, err)
		return frame
	}
	plain := frameOf(Config{})
	require.Equal(t, plain, frameOf(Config{}, WritePolicy{}))
	require.Equal(t, plain, frameOf(Config{WritePolicy: WritePolicy{
		Exists: CreateOrUpdate, GenerationCheck: GenerationIgnore, TTL: TTLDefault, Commit: CommitAll, SendKey: Off, DurableDelete: Off,
	}}))
	custom := Config{WritePolicy: WritePolicy{TTL: TTL(time.Hour), Exists: UpdateOnly, SendKey: On}}
	require.NotEqual(t, plain, frameOf(custom))
	require.Equal(t, frameOf(custom), frameOf(custom, WritePolicy{}), "a call inherits")
	require.Equal(t, plain, frameOf(custom, TTLDefault, CreateOrUpdate, SendKey(false)), "and can go back")
}

func TestBadArgumentsAreRefusedBeforeTheyAreSent(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "s", 1)
	long := "sixteen-bytes-xx"
	get := func(k Key, opts ...ReadOption) func() error {
		return func() error { _, err := c.Get(ctx, k, opts...); return err }
	}
	put := func(bins Bins, opts ...WriteOption) func() error {
		return func() error { return c.Put(ctx, key, bins, opts...) }
	}
	operate := func(ops ...Op) func() error {
		return func() error { _, err := c.Operate(ctx, key, ops); return err }
	}
	loop := []any{nil}
	loop[0] = loop
	sent := srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameMessage {
			t.Errorf("a request was sent")
		}
		return aerospiketest.Pass()
	})
	defer sent.Remove()
	for _, test := range []struct {
		name string
		call func() error
		op   string
		says string
	}{
		{"zero key", get(Key{}), "get", "namespace is empty"},
		{"long namespace", get(NewKey(strings.Repeat("n", 32), "s", 1)), "get", "namespace has 32 bytes, the limit is 31"},
		{"long set", get(NewKey("n", strings.Repeat("s", 64), 1)), "get", "set name has 64 bytes, the limit is 63"},
		{"huge key", get(NewKey("n", "s", uint64(math.MaxInt64)+1)), "get", "unsigned integer exceeds the largest int64"},
		{"select nothing", get(key, Select()), "get", "no bins named"},
		{"select a long name", get(key, Select("a", long)), "get", `"sixteen-bytes-xx" has 16 bytes, the limit is 15`},
		{"select an empty name", get(key, Select("")), "get", "it is empty"},
		{"exists with select", func() error { _, _, err := c.Exists(ctx, key, Select("a")); return err }, "exists", "do not apply"},
		{"no bins", put(Bins{}), "put", "no bins"},
		{"nil bins", put(nil), "put", "no bins"},
		{"a long name", put(Bins{long: 1}), "put", `"sixteen-bytes-xx" has 16 bytes`},
		{"an unsupported type", put(Bins{"bin": make(chan int)}), "put", `bin "bin": invalid argument: type chan int`},
		{"a type within", put(Bins{"bin": []any{1, map[string]any{"x": struct{}{}}}}), "put", `bin "bin": invalid argument: value[1][value]`},
		{"overflow", put(Bins{"bin": uint64(math.MaxUint64)}), "put", `bin "bin": invalid argument: unsigned integer exceeds`},
		{"a map keyed by NaN", put(Bins{"bin": map[float64]int{math.NaN(): 1}}), "put", `bin "bin"`},
		{"a value that holds itself", put(Bins{"bin": loop}), "put", "nested deeper than"},
		{"a short ttl", put(Bins{"a": 1}, TTL(time.Millisecond)), "put", "ttl: 1ms, the minimum is 1s"},
		{"replace with a deletion", put(Bins{"a": nil}, ReplaceOnly), "put", `bin "a"`},
		{"adding text", func() error { return c.Add(ctx, key, Bins{"n": "x"}) }, "add", `bin "n": invalid argument: a value of type string cannot be added`},
		{"adding with replace", func() error { return c.Add(ctx, key, Bins{"n": 1}, CreateOrReplace) }, "add", "replacing a record"},
		{"appending a number", func() error { return c.Append(ctx, key, Bins{"s": 1}) }, "append", `bin "s": invalid argument: a value of type integer`},
		{"prepending nil", func() error { return c.Prepend(ctx, key, Bins{"s": nil}) }, "prepend", `bin "s"`},
		{"removing nothing", func() error { return c.RemoveBins(ctx, key, nil) }, "remove bins", "no bins"},
		{"removing a nameless bin", func() error { return c.RemoveBins(ctx, key, []string{""}) }, "remove bins", "empty"},
		{"no list", func() error { return c.PutBins(ctx, key, nil) }, "put", "no bins"},
		{"touch with replace", func() error { return c.Touch(ctx, key, ReplaceOnly) }, "touch", "cannot replace"},
		{"no operations", operate(), "operate", "no operations"},
		{"an operation on a long name", operate(Read("a"), Add(long, 1)), "operate", `operation 1 (add) on bin "sixteen-bytes-xx"`},
		{"an operation on no bin", operate(Read("")), "operate", "operation 0 (read)"},
		{"an operation with overflow", operate(Add("n", uint64(math.MaxUint64))), "operate", `operation 0 (add) on bin "n": invalid argument: unsigned`},
		{"an operation with a bad value", operate(Write("b", func() {})), "operate", `operation 0 (write) on bin "b"`},
		{"too many operations", operate(make([]Op, 32769)...), "operate", "32769 operations, the limit is 32768"},
		{"a struct option without a struct", put(Bins{"a": 1}, IfUnchanged), "put", "need a struct"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.call()
			require.ErrorIs(t, err, ErrInvalidArg)
			require.ErrorContains(t, err, test.says)
			require.ErrorContains(t, err, "aerospike: "+test.op)
			e, ok := err.(*Error)
			require.True(t, ok, "%T", err)
			require.Equal(t, test.op, e.Op)
			require.False(t, e.InDoubt)
			require.False(t, Retryable(err))
		})
	}
}

// A request taken from the pool must not carry over what the one before it had.
func TestRequestsDoNotLeakIntoEachOther(t *testing.T) {
	c, srv := start(t)
	ctx, key := context.Background(), NewKey("test", "s", "k")
	require.NoError(t, c.Put(ctx, key, Bins{"a": 1, "b": 2}, SendKey(true), TTL(time.Hour), IfGeneration(0)))
	_, err := c.Operate(ctx, key, []Op{Add("a", 1), Read("a")}, TTLKeep)
	require.NoError(t, err)
	_, err = c.Get(ctx, key, Select("a"), SendKey(true))
	require.NoError(t, err)
	require.NoError(t, c.PutBins(ctx, key, []Bin{{Name: "c"}}))

	var frame []byte
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameMessage {
			frame = append(frame[:0], r.Frame...)
		}
		return aerospiketest.Pass()
	})
	rec, err := c.Get(ctx, key)
	require.NoError(t, err)
	require.Len(t, rec.Bins, 2)
	m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
	require.NoError(t, err)
	require.EqualValues(t, 3, m.Fields)
	require.EqualValues(t, 0, m.Ops)
	require.NoError(t, c.Touch(ctx, key))
	m, err = wire.ParseMessage(frame[wire.FrameHeaderSize:])
	require.NoError(t, err)
	require.Equal(t, wire.Header{Info2: 1, Fields: 3, Ops: 1, Timeout: m.Timeout}, m.Header)
}
