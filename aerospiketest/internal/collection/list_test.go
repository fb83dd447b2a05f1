package collection_test

import (
	"bytes"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

func TestListsAnswerLikeTheRealServer(t *testing.T) {
	for _, r := range recordings(t, "list.txt") {
		r.check(t)
	}
}

func TestContextsAnswerLikeTheRealServer(t *testing.T) {
	for _, r := range recordings(t, "context.txt") {
		r.check(t)
	}
}

// instruction packs numbers and packed values into an array.
func instruction(args ...any) []byte {
	out := wire.AppendMsgpackArrayHeader(nil, len(args))
	for _, a := range args {
		if n, ok := a.(int); ok {
			out = wire.AppendMsgpackInt(out, int64(n))
		} else {
			out = append(out, a.([]byte)...)
		}
	}
	return out
}

// numbers is the list of n numbers that f gives.
func numbers(n int, f func(i int) int) []byte {
	out := wire.AppendMsgpackArrayHeader(nil, n)
	for i := range n {
		out = wire.AppendMsgpackInt(out, int64(f(i)))
	}
	return out
}

func listBin(data []byte) packed.Value { return packed.Value{Type: wire.ParticleList, Data: data} }

// TestPaddingTakesNoMoreThanTheLimit pads lists far beyond what a record can hold.
func TestPaddingTakesNoMoreThanTheLimit(t *testing.T) {
	const far = 1<<31 - 10
	env := &collection.Env{Limit: 1 << 20}
	padded := instruction(wire.ContextCreateListPadded|wire.ContextList, far)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, in := range [][]byte{
		instruction(int(wire.ListInsert), far, 5),
		instruction(int(wire.ListInsertItems), far, instruction(1, 2)),
		instruction(int(wire.ListSet), far, 5),
		instruction(int(wire.ListIncrement), far),
		instruction(int(wire.CDTContextEval), padded, instruction(int(wire.ListAppend), 5)),
		instruction(int(wire.CDTContextEval), append([]byte{0x94}, append(instruction(wire.ContextCreateListPadded|wire.ContextList, 1)[1:], padded[1:]...)...),
			instruction(int(wire.ListAppend), 5)),
	} {
		for _, bin := range []packed.Value{{}, listBin([]byte{0x91, 1})} {
			changed, _, code := collection.Modify(bin, in, env)
			require.Equal(t, wire.ResultRecordTooBig, code, "%x", in)
			require.Equal(t, bin, changed)
		}
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
	_, result, code := collection.Modify(listBin([]byte{0x90}), instruction(int(wire.ListInsert), 1<<20-100, 5), env)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, []byte{0, 0, 0, 0, 0, 0x0f, 0xff, 0x9d}, result.Data)
}

// TestRepeatedArgumentsTakeNoMoreThanTheLimit has an ordered list give out the same
// elements over and over.
func TestRepeatedArgumentsTakeNoMoreThanTheLimit(t *testing.T) {
	same := func(int) int { return 7 }
	elements := numbers(1000, same)
	bin, err := packed.Normalise(nil, append(append(wire.AppendMsgpackArrayHeader(nil, 1001), 0xc7, 0, 1), elements[3:]...), wire.ParticleList)
	require.NoError(t, err)
	for _, what := range []int{wire.CDTReturnValue, wire.CDTReturnIndex} {
		in := instruction(int(wire.ListGetByValueList), what, numbers(100_000, same))
		_, code := collection.Read(listBin(bin), in, nil)
		require.Equal(t, wire.ResultRecordTooBig, code)
	}
	tooMany := instruction(int(wire.ListGetByValueList), wire.CDTReturnValue, numbers(1<<20+1, same))
	_, code := collection.Read(listBin(bin), tooMany, nil)
	require.Equal(t, wire.ResultParameter, code)
}

// TestLongListsAreRankedAlike compares the ranks of all elements of a list too long
// to be scanned for each of them.
func TestLongListsAreRankedAlike(t *testing.T) {
	const n, distinct = 20_000, 1000
	value := func(i int) int { return i * 7919 % distinct }
	bin := listBin(numbers(n, value))
	got, code := collection.Read(bin, instruction(int(wire.ListGetByIndexRange), wire.CDTReturnRank, 1), nil)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, numbers(n-1, func(i int) int { return value(i+1) * (n / distinct) }), got.Data)
	got, code = collection.Read(bin, instruction(int(wire.ListGetByIndexRange), wire.CDTReturnReverseRank, 1), nil)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, numbers(n-1, func(i int) int { return n - 1 - value(i+1)*(n/distinct) }), got.Data)
}

// TestManyUniqueValues adds so many that they are not looked up one by one.
func TestManyUniqueValues(t *testing.T) {
	const n = 12_000
	start := numbers(n, func(i int) int { return 2 * i })
	items := numbers(n, func(i int) int { return i % (n / 2) }) // half of them twice, of those every other is there
	const flags = wire.ListAddUnique | wire.CDTNoFail
	add := func(flags int) (packed.Value, packed.Value, wire.ResultCode) {
		return collection.Modify(listBin(start), instruction(int(wire.ListAppendItems), items, 0, flags), nil)
	}
	changed, result, code := add(flags | wire.CDTPartial)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, []byte{0, 0, 0, 0, 0, 0, 0x3a, 0x98}, result.Data) // 12000 and the 3000 odd ones
	require.Equal(t, numbers(n+n/4, func(i int) int {
		if i < n {
			return 2 * i
		}
		return 2*(i-n) + 1
	}), changed.Data)
	changed, _, code = add(flags)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, start, changed.Data)
	_, _, code = add(wire.ListAddUnique)
	require.Equal(t, wire.ResultElementExists, code)
}

// TestSortingLongLists sorts more elements than a two-byte index has room for.
func TestSortingLongLists(t *testing.T) {
	const n = 70_000
	value := func(i int) int { return i * 7919 % n }
	changed, _, code := collection.Modify(listBin(numbers(n, value)), instruction(int(wire.ListSort)), nil)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, numbers(n, func(i int) int { return i }), changed.Data)
	_, result, code := collection.Modify(listBin(numbers(n, value)), instruction(int(wire.ListRemoveByRankRange), wire.CDTReturnValue, -3), nil)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, numbers(3, func(i int) int { return n - 3 + i }), result.Data)
}

// TestDeepContexts descends as far as a context may and no further.
func TestDeepContexts(t *testing.T) {
	deep := func(n int) []byte { return append(bytes.Repeat([]byte{0x91}, n), 0x90) }
	steps := func(n int) []byte {
		out := wire.AppendMsgpackArrayHeader(nil, 2*n)
		return append(out, bytes.Repeat([]byte{wire.ContextList, 0}, n)...)
	}
	push := instruction(int(wire.ListAppend), 5)
	at := func(n int) []byte { return instruction(int(wire.CDTContextEval), steps(n), push) }
	changed, result, code := collection.Modify(listBin(deep(1000)), at(1000), nil)
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, []byte{0, 0, 0, 0, 0, 0, 0, 1}, result.Data)
	require.Equal(t, append(bytes.Repeat([]byte{0x91}, 1001), 5), changed.Data)
	_, _, code = collection.Modify(listBin(deep(packed.MaxDepth)), at(packed.MaxDepth+1), nil)
	require.Equal(t, wire.ResultParameter, code, "more steps than any value may be deep")
	heavy := append(bytes.Repeat([]byte{0x91}, 200), 0x92, 0x90)
	heavy = wire.AppendMsgpackBytes(heavy, wire.ParticleBlob, make([]byte, 1<<20-1000))
	_, _, code = collection.Modify(listBin(heavy), at(60), nil)
	require.Equal(t, wire.ResultOK, code)
	_, _, code = collection.Modify(listBin(heavy), at(150), nil)
	require.Equal(t, wire.ResultParameter, code, "150 times a megabyte is too much")
}

// TestBrokenBins has bins that no client could have written.
func TestBrokenBins(t *testing.T) {
	for _, data := range [][]byte{nil, {0x92, 1}, {0xc0}, {0xdd, 0xff, 0xff, 0xff, 0xff}, {0x91, 0xc7}, {0x91, 0xc7, 9, 1}} {
		bin := listBin(data)
		_, code := collection.Read(bin, instruction(int(wire.ListSize)), nil)
		require.Equal(t, wire.ResultBinType, code, "%x", data)
		changed, _, code := collection.Modify(bin, instruction(int(wire.ListClear)), nil)
		require.NotEqual(t, wire.ResultServerError, code)
		require.True(t, code != wire.ResultOK || data == nil, "%x", data)
		require.Equal(t, bin.Data, changed.Data)
	}
}

// FuzzCollection executes anything on anything. The bin is tried as it is and, if it
// can be brought into stored form, in that.
func FuzzCollection(f *testing.F) {
	for _, file := range []string{"list.txt", "context.txt", "map.txt"} {
		for i, r := range recordings(f, file) {
			if i%10 == 0 {
				f.Add(r.before, r.instruction)
			}
		}
	}
	env := &collection.Env{Limit: 1 << 20}
	f.Fuzz(func(t *testing.T, data, instruction []byte) {
		for _, kind := range []wire.ParticleType{wire.ParticleNull, wire.ParticleList, wire.ParticleMap, wire.ParticleInt} {
			execute(t, packed.Value{Type: kind, Data: data}, instruction, env)
		}
		for _, kind := range []wire.ParticleType{wire.ParticleList, wire.ParticleMap} {
			stored, err := packed.Normalise(nil, data, kind)
			if err != nil {
				continue
			}
			changed := execute(t, packed.Value{Type: kind, Data: stored}, instruction, env)
			r := wire.NewReader(changed.Data)
			r.SkipMsgpack()
			require.NoError(t, r.Finish("changed"))
			require.LessOrEqual(t, len(changed.Data), max(len(stored), env.Limit))
		}
	})
}

// execute reads and modifies and checks what must hold for any bin.
func execute(t *testing.T, bin packed.Value, in []byte, env *collection.Env) packed.Value {
	data, before := slices.Clone(bin.Data), slices.Clone(in)
	result, code := collection.Read(bin, in, env)
	if code != wire.ResultOK {
		require.Equal(t, packed.Value{}, result)
	}
	changed, result, code := collection.Modify(bin, in, env)
	if code != wire.ResultOK {
		require.Equal(t, packed.Value{}, result)
		require.Equal(t, bin, changed)
	}
	require.True(t, bytes.Equal(data, bin.Data) && bytes.Equal(before, in), "changed what it was given")
	return changed
}
