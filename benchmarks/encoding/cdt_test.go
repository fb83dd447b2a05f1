// Package encoding holds the encoding of operations against that of the official client:
// the same bytes, and what they cost.
package encoding

import (
	"bytes"
	"reflect"
	"strconv"
	"syscall"
	"testing"
	"unsafe"

	official "github.com/aerospike/aerospike-client-go/v8"
	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// buffer is the official client's buffer, which it does not export: an interface to it,
// and its fields.
type buffer struct {
	official.BufferEx
	fields *struct {
		data   []byte
		offset int
	}
}

// newBuffer gets hold of one: the official client hands it to lists of a user's own type.
func newBuffer(tb testing.TB) buffer {
	var b buffer
	_, err := official.ExpListVal(official.NewListerValue(&b)).Base64()
	require.NoError(tb, err)
	require.Equal(tb, "*aerospike.bufferEx", reflect.TypeOf(b.BufferEx).String())
	*(*unsafe.Pointer)(unsafe.Pointer(&b.fields)) = reflect.ValueOf(b.BufferEx).UnsafePointer()
	b.fields.data = make([]byte, 8<<10)
	return b
}

// PackList implements official.ListIter.
func (b *buffer) PackList(buf official.BufferEx) (int, error) {
	if buf != nil {
		b.BufferEx = buf
	}
	return 0, nil
}

// Len implements official.ListIter.
func (b *buffer) Len() int { return 0 }

// encoder is the function that encodes an operation of the official client. Without a
// buffer it counts the bytes.
type encoder func(*official.Operation, official.BufferEx) (int, official.Error)

// encoderAt is where in an operation its encoder is. The field is not exported.
var encoderAt = func() uintptr {
	f, ok := reflect.TypeFor[official.Operation]().FieldByName("encoder")
	if !ok || f.Type != reflect.TypeOf((func(*official.Operation, official.BufferEx) (int, official.Error))(nil)) {
		panic("the official client's operations have changed")
	}
	return f.Offset
}()

// encode does what the official client does with an operation in a call: it counts its
// bytes twice (Operation.size, writeOperationForOperation), then writes them.
func encode(op *official.Operation, into *buffer) error {
	into.fields.offset = 0
	enc := *(*encoder)(unsafe.Add(unsafe.Pointer(op), encoderAt))
	for range 2 {
		if _, err := enc(op, nil); err != nil {
			return err
		}
	}
	if _, err := enc(op, into.BufferEx); err != nil {
		return err
	}
	return nil
}

func TestOperationsAreTheOfficialClientsBytes(t *testing.T) {
	const (
		lists    = official.ListReturnTypeValue
		noReturn = official.ListReturnTypeNone
	)
	keys := official.MapReturnType.KEY
	keyOrdered := official.NewMapPolicy(official.MapOrder.KEY_ORDERED, official.MapWriteMode.UPDATE)
	createOnly := official.NewMapPolicyWithFlags(official.MapOrder.KEY_ORDERED, official.MapWriteFlagsCreateOnly)
	unique := official.NewListPolicy(official.ListOrderOrdered, official.ListWriteFlagsAddUnique)
	noFail := official.NewBitPolicy(official.BitWriteFlagsNoFail)
	l, m, b, h := cdt.List("x"), cdt.Map("x"), cdt.Bit("x"), cdt.HLL("x")
	two := []any{1, "a"}
	sketch := append([]byte{0, 4, 0}, make([]byte, 20)...)
	into := newBuffer(t)
	theirs := []official.HLLValue{official.NewHLLValue(sketch)}
	for i, c := range []struct {
		ours     types.Op
		official *official.Operation
	}{
		{l.SetOrder(cdt.ListOrdered), official.ListSetOrderOp("x", official.ListOrderOrdered)},
		{l.Append("v"), official.ListAppendOp("x", "v")},
		{l.Ordered().Append(300, cdt.AddUnique), official.ListAppendWithPolicyOp(unique, "x", 300)},
		{l.AppendItems(two), official.ListAppendOp("x", two...)},
		{l.Insert(1, 2.5), official.ListInsertOp("x", 1, 2.5)},
		{l.InsertItems(-1, two), official.ListInsertOp("x", -1, two...)},
		{l.Set(3, []byte{1}), official.ListSetOp("x", 3, []byte{1})},
		{l.Pop(-1), official.ListPopOp("x", -1)},
		{l.PopRange(1, 3), official.ListPopRangeOp("x", 1, 3)},
		{l.PopRange(1, cdt.ToEnd), official.ListPopRangeFromOp("x", 1)},
		{l.Remove(2), official.ListRemoveOp("x", 2)},
		{l.RemoveRange(2, 200), official.ListRemoveRangeOp("x", 2, 200)},
		{l.Trim(0, 10), official.ListTrimOp("x", 0, 10)},
		{l.Clear(), official.ListClearOp("x")},
		{l.Size(), official.ListSizeOp("x")},
		{l.Get(5), official.ListGetOp("x", 5)},
		{l.GetRange(5, 6), official.ListGetRangeOp("x", 5, 6)},
		{l.Sort(cdt.DropDuplicates), official.ListSortOp("x", official.ListSortFlagsDropDuplicates)},
		{l.GetByValue(7, cdt.Values.Inverted()), official.ListGetByValueOp("x", 7, lists|official.ListReturnTypeInverted)},
		{l.GetByValueList(two, cdt.Values), official.ListGetByValueListOp("x", two, lists)},
		{l.GetByValueRange(1, nil, cdt.Values), official.ListGetByValueRangeOp("x", 1, nil, lists)},
		{l.GetByValueRelRankRange(4, -1, 2, cdt.Values), official.ListGetByValueRelativeRankRangeCountOp("x", 4, -1, 2, lists)},
		{l.GetByIndexRange(-3, cdt.ToEnd, cdt.Values), official.ListGetByIndexRangeOp("x", -3, lists)},
		{l.GetByRankRange(-3, 2, cdt.Values), official.ListGetByRankRangeCountOp("x", -3, 2, lists)},
		{l.RemoveByIndex(0, cdt.Nothing), official.ListRemoveByIndexOp("x", 0, noReturn)},
		{l.RemoveByValue(1, cdt.Nothing), official.ListRemoveByValueOp("x", 1, noReturn)},
		{l.RemoveByRankRange(-2, cdt.ToEnd, cdt.Values), official.ListRemoveByRankRangeOp("x", -2, lists)},
		{
			cdt.List("x", cdt.MapKey("a"), cdt.ListRank(-1), cdt.ListValue(5)).Size(),
			official.ListSizeOp("x", official.CtxMapKey(official.NewValue("a")), official.CtxListRank(-1), official.CtxListValue(official.NewValue(5))),
		},
		{
			cdt.List("x", cdt.ListIndexCreate(2, cdt.ListUnordered, true), cdt.MapKeyCreate(1, cdt.KeyOrdered)).Clear(),
			official.ListClearOp("x", official.CtxListIndexCreate(2, official.ListOrderUnordered, true), official.CtxMapKeyCreate(official.NewValue(1), official.MapOrder.KEY_ORDERED)),
		},

		{m.KeyOrdered().Put("k", 1), official.MapPutOp(keyOrdered, "x", "k", 1)},
		{m.KeyOrdered().Put("k", 1, cdt.CreateOnly), official.MapPutOp(createOnly, "x", "k", 1)},
		{m.KeyOrdered().PutItems(map[string]int{"k": 1}), official.MapPutItemsOp(keyOrdered, "x", map[any]any{"k": 1})},
		{m.KeyOrdered().Increment("k", 5), official.MapIncrementOp(keyOrdered, "x", "k", 5)},
		{m.KeyOrdered().Decrement("k", 5), official.MapDecrementOp(keyOrdered, "x", "k", 5)},
		{m.Clear(), official.MapClearOp("x")},
		{m.Size(), official.MapSizeOp("x")},
		{m.GetByKey("k", cdt.Keys), official.MapGetByKeyOp("x", "k", keys)},
		{m.GetByKeyList(two, cdt.Keys), official.MapGetByKeyListOp("x", two, keys)},
		{m.GetByKeyRange("a", nil, cdt.Keys), official.MapGetByKeyRangeOp("x", "a", nil, keys)},
		{m.GetByKeyRelIndexRange("a", 1, 2, cdt.Keys), official.MapGetByKeyRelativeIndexRangeCountOp("x", "a", 1, 2, keys)},
		{m.GetByValueRange(1, 9, cdt.Keys), official.MapGetByValueRangeOp("x", 1, 9, keys)},
		{m.GetByRankRange(-10, 10, cdt.Keys), official.MapGetByRankRangeCountOp("x", -10, 10, keys)},
		{m.RemoveByKey("k", cdt.Keys), official.MapRemoveByKeyOp("x", "k", keys)},
		{m.RemoveByIndexRange(1, cdt.ToEnd, cdt.Keys), official.MapRemoveByIndexRangeOp("x", 1, keys)},
		{m.RemoveByValueList(two, cdt.Keys), official.MapRemoveByValueListOp("x", two, keys)},
		{m.RemoveByValueRelRankRange(1, 2, cdt.ToEnd, cdt.Keys), official.MapRemoveByValueRelativeRankRangeOp("x", 1, 2, keys)},

		{b.Insert(1, []byte{9}, cdt.NoFail), official.BitInsertOp(noFail, "x", 1, []byte{9})},
		{b.Xor(1, 8, []byte{9}, cdt.NoFail), official.BitXorOp(noFail, "x", 1, 8, []byte{9})},
		{b.RShift(1, 8, 3, cdt.NoFail), official.BitRShiftOp(noFail, "x", 1, 8, 3)},
		{b.Add(1, 8, 3, cdt.NoFail, cdt.Signed, cdt.Wrap), official.BitAddOp(noFail, "x", 1, 8, 3, true, official.BitOverflowActionWrap)},
		{b.Get(1, 8), official.BitGetOp("x", 1, 8)},
		{b.RScan(1, 8, true), official.BitRScanOp("x", 1, 8, true)},
		{b.GetInt(1, 8, cdt.Signed), official.BitGetIntOp("x", 1, 8, true)},

		{h.Bits(8, 0).Init(cdt.CreateOnly), official.HLLInitOp(official.NewHLLPolicy(official.HLLWriteFlagsCreateOnly), "x", 8, 0)},
		{h.Bits(8, -1).Add([]any{"a"}, cdt.NoFail), official.HLLAddOp(official.NewHLLPolicy(official.HLLWriteFlagsNoFail), "x", []official.Value{official.NewValue("a")}, 8, -1)},
		{h.SetUnion([]types.HLL{sketch}, cdt.AllowFold), official.HLLSetUnionOp(official.NewHLLPolicy(official.HLLWriteFlagsAllowFold), "x", theirs)},
		{h.GetUnion(sketch), official.HLLGetUnionOp("x", theirs)},
		{h.Count(), official.HLLGetCountOp("x")},
		{h.Fold(6), official.HLLFoldOp("x", 6)},
	} {
		require.NoError(t, c.ours.Err)
		got, err := c.ours.Arg.AsBytes()
		require.NoError(t, err)
		require.NoError(t, encode(c.official, &into))
		want := into.fields.data[:into.fields.offset]
		// The server does not look at the type of a HyperLogLog argument; the official
		// client writes that of bytes.
		got = bytes.Replace(got, append([]byte{byte(wire.ParticleHLL)}, sketch...), append([]byte{byte(wire.ParticleBlob)}, sketch...), 1)
		require.Equal(t, want, got, "row %d", i)
	}
}

// names are made at run time, as a program's are: constants would cost less.
func names() []string {
	out := make([]string, 64)
	for i := range out {
		out[i] = "player-" + strconv.Itoa(i)
	}
	return out
}

// kept makes operations live as long as those of a call do.
var (
	kept       types.Op
	keptTheirs *official.Operation
)

// measured runs a benchmark and reports the processor's time as well, which other work on
// the machine disturbs less than the clock.
func measured(b *testing.B, once func(i int)) {
	b.ReportAllocs()
	start := processorTime(b)
	for i := 0; b.Loop(); i++ {
		once(i)
	}
	b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns/op")
}

func processorTime(b *testing.B) int64 {
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func ours(b *testing.B, build func(name string, i int) types.Op) {
	names, buf := names(), make([]byte, 0, 8<<10)
	measured(b, func(i int) {
		kept = build(names[i%len(names)], 1000+i)
		if _, _, err := kept.Arg.AppendTo(buf[:0]); err != nil || kept.Err != nil {
			b.Fatal(err, kept.Err)
		}
	})
}

func theirs(b *testing.B, build func(name string, i int) *official.Operation) {
	names, into := names(), newBuffer(b)
	measured(b, func(i int) {
		keptTheirs = build(names[i%len(names)], 1000+i)
		if err := encode(keptTheirs, &into); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkListAppend(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		ours(b, func(name string, i int) types.Op { return cdt.List("log").Append(name) })
	})
	b.Run("official", func(b *testing.B) {
		theirs(b, func(name string, i int) *official.Operation { return official.ListAppendOp("log", name) })
	})
}

func BenchmarkMapPutWithContext(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		ours(b, func(name string, i int) types.Op {
			return cdt.Map("games", cdt.MapKey("tetris")).KeyOrdered().Put(name, i)
		})
	})
	policy := official.NewMapPolicy(official.MapOrder.KEY_ORDERED, official.MapWriteMode.UPDATE)
	b.Run("official", func(b *testing.B) {
		theirs(b, func(name string, i int) *official.Operation {
			return official.MapPutOp(policy, "games", name, i, official.CtxMapKey(official.NewValue("tetris")))
		})
	})
}

func BenchmarkMapGetByRankRange(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		ours(b, func(_ string, i int) types.Op { return cdt.Map("scores").GetByRankRange(-i, 10, cdt.KeyValues) })
	})
	b.Run("official", func(b *testing.B) {
		theirs(b, func(_ string, i int) *official.Operation {
			return official.MapGetByRankRangeCountOp("scores", -i, 10, official.MapReturnType.KEY_VALUE)
		})
	})
}

func BenchmarkListAppend100Items(b *testing.B) {
	items := make([]any, 100)
	for i := range items {
		items[i] = "item " + strconv.Itoa(i)
	}
	b.Run("ours", func(b *testing.B) {
		ours(b, func(string, int) types.Op { return cdt.List("log").AppendItems(items) })
	})
	b.Run("official", func(b *testing.B) {
		theirs(b, func(string, int) *official.Operation { return official.ListAppendOp("log", items...) })
	})
}
