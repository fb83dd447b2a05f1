package cdt

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestBadArgumentsAreNamed(t *testing.T) {
	long := make([]Ctx, 65)
	for i := range long {
		long[i] = AllChildren()
	}
	for _, c := range []struct {
		op   types.Op
		want string
	}{
		// Values.
		{List("l").Append(make(chan int)), "list append: value: invalid argument: type chan int cannot be stored"},
		{List("l").Append(types.Wildcard()), "list append: value: invalid argument: a value of kind wildcard cannot be stored"},
		{List("l").AppendItems([]any{1, types.Infinity()}), "list append items: values: invalid argument: value[1]: a value of kind infinity cannot be stored"},
		{List("l").AppendItems(5), "list append items: invalid argument: values: want a slice, have int"},
		{List("l").AppendItems([]byte{5}), "list append items: invalid argument: values: want a slice, have []uint8"},
		{List("l").InsertItems(0, map[string]int{}), "list insert items: invalid argument: values: want a slice, have map[string]int"},
		{List("l").GetByValueList("x", Values), "list get by value list: invalid argument: values: want a slice, have string"},
		{List("l").GetByValue(uint64(math.MaxUint64), Values), "list get by value: value: invalid argument: "},
		{List("l").Increment(0, "x"), "list increment: invalid argument: delta: want an integer or a float, have string"},
		{List("l").Increment(0, true), "list increment: invalid argument: delta: want an integer or a float, have bool"},
		{List("l").Increment(0, nil), "list increment: invalid argument: delta: want an integer or a float, have <nil>"},
		{List("l").GetByValueRange(make(chan int), 1, Values), "list get by value range: begin: invalid argument: "},
		{List("l").GetByValueRange(1, make(chan int), Values), "list get by value range: end: invalid argument: "},
		{Map("m").PutItems([]int{1}), "map put items: invalid argument: pairs: want a map, have []int"},
		{Map("m").PutItems(map[float64]int{1: 1}), "map put items: pairs: invalid argument: "},
		{Map("m").Increment("a", []int{}), "map increment: invalid argument: delta: want an integer or a float, have []int"},
		{Map("m").GetByKeyList(1, Values), "map get by key list: invalid argument: keys: want a slice, have int"},
		// Keys.
		{Map("m").Put(nil, 1), "map put: key: invalid argument: nil cannot be the key of a map: want an integer, a string or bytes"},
		{Map("m").Put(1.5, 1), "map put: key: invalid argument: float64 cannot be the key of a map: want an integer, a string or bytes"},
		{Map("m").Put(types.GeoJSON("{}"), 1), "map put: key: invalid argument: types.GeoJSON cannot be the key of a map: want an integer, a string or bytes"},
		{Map("m").Put(types.HLL{}, 1), "map put: key: invalid argument: types.HLL cannot be the key of a map: want an integer, a string or bytes"},
		{Map("m").Put(types.Wildcard(), 1), "map put: key: invalid argument: a value of kind wildcard cannot be the key of a map: want an integer, a string or bytes"},
		{Map("m").Decrement([]int{1}, 1), "map decrement: key: invalid argument: []int cannot be the key of a map: want an integer, a string or bytes"},
		{Map("m").Put(uint(math.MaxUint64), 1), "map put: key: invalid argument: unsigned integer exceeds the largest int64"},
		// Returns.
		{List("l").GetByRank(0, Keys), "list get by rank: invalid argument: a list cannot return keys"},
		{List("l").RemoveByValue(0, KeyValues), "list remove by value: invalid argument: a list cannot return pairs"},
		{List("l").GetByIndexRange(0, 1, OrderedMap.Inverted()), "list get by index range: invalid argument: a list cannot return an ordered map"},
		{List("l").GetByIndex(0, Values.Inverted()), "list get by index: invalid argument: a selection of one element cannot be inverted"},
		{Map("m").RemoveByKey("a", Values.Inverted()), "map remove by key: invalid argument: a selection of one element cannot be inverted"},
		{Map("m").GetByKeyList([]string{}, Ranks), "map get by key list: invalid argument: a selection by a list of keys cannot return ranks"},
		{Map("m").GetByKeyRange(1, 2, IndexRange.Inverted()), "map get by key range: invalid argument: an inverted selection, or one of one element, cannot return an index range"},
		{List("l").GetByRank(0, RankRange), "list get by rank: invalid argument: an inverted selection, or one of one element, cannot return a rank range"},
		{Map("m").GetByKey(1, Return(14)), "map get by key: invalid argument: return type 14 is unknown"},
		// Flags and orders.
		{List("l").Append(1, CreateOnly|NoFail), "list append: invalid argument: flag CreateOnly does not apply"},
		{List("l").Sort(AddUnique | Descending), "list sort: invalid argument: flag AddUnique does not apply"},
		{Map("m").Put(1, 1, AddUnique|InsertBounded), "map put: invalid argument: flag AddUnique|InsertBounded does not apply"},
		{Map("m").Put(1, 1, 1<<20), "map put: invalid argument: flag ? does not apply"},
		{List("l").Ordered().Insert(0, 1), "list insert: invalid argument: an ordered list has no places to choose: use Append"},
		{List("l").Ordered().Set(0, 1), "list set: invalid argument: an ordered list has no places to choose: use Append"},
		{List("l").SetOrder(2), "list set order: invalid argument: list order 2 is unknown"},
		{Map("m").SetOrder(2), "map set order: invalid argument: map order 2 is unknown"},
		// Bits.
		{Bit("b").Resize(-1), "bit resize: invalid argument: size -1 is negative"},
		{Bit("b").Resize(1, GrowOnly|ShrinkOnly), "bit resize: invalid argument: flags GrowOnly and ShrinkOnly exclude each other"},
		{Bit("b").Resize(1, CreateOnly, UpdateOnly), "bit resize: invalid argument: flags CreateOnly and UpdateOnly exclude each other"},
		{Bit("b").Resize(1, Partial), "bit resize: invalid argument: flag Partial does not apply"},
		{Bit("b").Insert(0, nil), "bit insert: invalid argument: value: 0 bytes, too few for 1 bits"},
		{Bit("b").Insert(0, []byte{1}, Partial), "bit insert: invalid argument: flag Partial does not apply"},
		{Bit("b").Remove(0, 0), "bit remove: invalid argument: size 0 is not between 1 and 2147483647"},
		{Bit("b").Remove(0, 1, CreateOnly), "bit remove: invalid argument: flag CreateOnly does not apply"},
		{Bit("b").Set(0, 0, []byte{1}), "bit set: invalid argument: size 0 is not between 1 and 2147483647"},
		{Bit("b").Set(0, 9, []byte{1}), "bit set: invalid argument: value: 1 bytes, too few for 9 bits"},
		{Bit("b").LShift(0, 8, -1), "bit left shift: invalid argument: a shift by -1 is negative"},
		{Bit("b").Add(0, 65, 1), "bit add: invalid argument: size 65 is not between 1 and 64"},
		{Bit("b").Add(0, 8, 1, Partial), "bit add: invalid argument: flag Partial does not apply"},
		{Bit("b").Subtract(0, 8, 1, Saturate, Wrap), "bit subtract: invalid argument: flags Saturate and Wrap exclude each other"},
		{Bit("b").SetInt(0, 8, 1, Signed), "bit set integer: invalid argument: flag Signed does not apply"},
		{Bit("b").Get(0, 0), "bit get: invalid argument: size 0 is not between 1 and 2147483647"},
		{Bit("b").GetInt(0, 65), "bit get integer: invalid argument: size 65 is not between 1 and 64"},
		{Bit("b").GetInt(0, 64, Wrap), "bit get integer: invalid argument: flag Wrap does not apply"},
		// HyperLogLogs.
		{HLL("h").Bits(3, 0).Init(), "hll init: invalid argument: 3 index bits are not between 4 and 16"},
		{HLL("h").Bits(17, 0).Init(), "hll init: invalid argument: 17 index bits are not between 4 and 16"},
		{HLL("h").Bits(8, 3).Add([]int{1}), "hll add: invalid argument: 3 min-hash bits are neither 0 nor between 4 and 51"},
		{HLL("h").Bits(14, 51).Init(), "hll init: invalid argument: 14 index bits and 51 min-hash bits are more than 64 together"},
		{HLL("h").Init(AllowFold), "hll init: invalid argument: flag AllowFold does not apply"},
		{HLL("h").Add([]int{1}, UpdateOnly), "hll add: invalid argument: flag UpdateOnly does not apply"},
		{HLL("h").Add([]int{}), "hll add: invalid argument: values: none"},
		{HLL("h").Add(1), "hll add: invalid argument: values: want a slice, have int"},
		{HLL("h").Add([]any{1, []any{}}), "hll add: invalid argument: values[1]: a list or map cannot be in a HyperLogLog"},
		{HLL("h").Add(types.OrderedList(types.Int(1))), "hll add: invalid argument: values: an ordered list"},
		{HLL("h").MayContain([]any{map[string]any{}}), "hll may contain: invalid argument: values[0]: a list or map cannot be in a HyperLogLog"},
		{HLL("h").Fold(3), "hll fold: invalid argument: 3 index bits are not between 4 and 16"},
		{HLL("h").SetUnion(nil), "hll set union: invalid argument: no HyperLogLogs are given"},
		{HLL("h").SetUnion([]types.HLL{sketch}, CreateOnly|UpdateOnly), "hll set union: invalid argument: flags CreateOnly and UpdateOnly exclude each other"},
		{HLL("h").GetUnion(sketch, sketch[1:]), "hll get union: invalid argument: HyperLogLog 1: not the content of such a bin"},
		{HLL("h").Similarity(append([]byte{1}, sketch[1:]...)), "hll similarity: invalid argument: HyperLogLog 0: not the content of such a bin"},
		// Contexts.
		{List("l", ListValue(make(chan int))).Size(), "list size: context step 0: invalid argument: type chan int cannot be stored"},
		{List("l", MapKey("a"), MapKey(uint64(math.MaxUint64))).Size(), "list size: context step 1: invalid argument: unsigned integer exceeds the largest int64"},
		{List("l", MapKeyCreate(types.Float(1), Unordered)).Append(1), "list append: context step 0: invalid argument: a value of kind float cannot be the key of a map: want an integer, a string or bytes"},
		{List("l", MapKeyCreate("a", 2)).Append(1), "list append: context step 0: invalid argument: map order 2 is unknown"},
		{List("l", ListIndexCreate(0, 2, false)).Append(1), "list append: context step 0: invalid argument: list order 2 is unknown"},
		{List("l", MapKey("a").Persisted()).Append(1), "list append: context step 0: invalid argument: only a step that creates can ask for a persisted index"},
		{List("l", MapKeyCreate(uint64(math.MaxUint64), Unordered).Persisted()).Append(1), "list append: context step 0: invalid argument: unsigned integer exceeds the largest int64"},
		{List("l", AllChildren()).Size(), "list size: context step 0: invalid argument: only a path expression takes it"},
		{List("l", ChildrenWhere(above1)).Size(), "list size: context step 0: invalid argument: only a path expression takes it"},
		{Map("m", MapKeys("a")).Size(), "map size: context step 0: invalid argument: only a path expression takes it"},
		{Map("m", MapKey("a"), And(above1)).Size(), "map size: context step 1: invalid argument: only a path expression takes it"},
		// Path expressions.
		{Path("p").SelectTree(), "path expression: invalid argument: the context is empty"},
		{Path("p", long...).SelectTree(), "path expression: invalid argument: a context of 65 steps, the limit of path expressions is 64"},
		{Path("p", MapKeyCreate("a", Unordered)).SelectTree(), "path expression: context step 0: invalid argument: only a list or map operation can create"},
		{Path("p", And(above1)).SelectTree(), "path expression: context step 0: invalid argument: And belongs after a step that selects by index, rank, key or value"},
		{Path("p", AllChildren(), And(above1)).SelectTree(), "path expression: context step 1: invalid argument: And belongs after a step that selects by index, rank, key or value"},
		{Path("p", MapKey(1), And(above1), And(above1)).SelectTree(), "path expression: context step 2: invalid argument: And belongs after a step that selects by index, rank, key or value"},
		{Path("p", ChildrenWhere(nil)).SelectTree(), "path expression: context step 0: invalid argument: no expression"},
		{Path("p", ChildrenWhere(nothing)).SelectTree(), "path expression: context step 0: invalid argument: the expression is empty"},
		{Path("p", MapKeys(types.Int(1), types.Nil())).SelectTree(), "path expression: context step 0: key 1: invalid argument: a value of kind nil cannot be the key of a map: want an integer, a string or bytes"},
		{Path("p", AllChildren()).Modify(nil), "path expression: invalid argument: no expression"},
	} {
		t.Run(c.want, func(t *testing.T) {
			require.ErrorIs(t, c.op.Err, types.ErrInvalidArg)
			if last := c.want[len(c.want)-1]; last == ' ' { // the rest is up to package types
				require.Contains(t, c.op.Err.Error(), c.want)
			} else {
				require.EqualError(t, c.op.Err, c.want)
			}
			require.True(t, c.op.Arg.IsNil(), "nothing to send")
			require.NotEmpty(t, c.op.Bin)
		})
	}
	require.ErrorIs(t, Path("p", ChildrenWhere(broken{})).SelectTree().Err, errBroken)
	require.ErrorIs(t, Path("p", AllChildren()).Modify(broken{}).Err, errBroken)
}

func TestKeysOfEveryType(t *testing.T) {
	type name string
	type id uint16
	type hash [2]byte
	type raw []byte
	for want, key := range map[string]any{
		"a20361": name("a"), "07": id(7), "a3040102": hash{1, 2}, "a20403": raw{3}, "ff": int8(-1),
		"cf7fffffffffffffff": uint64(math.MaxInt64), "05": types.Int(5), "a103": "", "a104": []byte(nil),
	} {
		require.Equal(t, "9343"+want+"01", hexOf(t, Map("m").Put(key, 1)))
	}
	require.Equal(t, "93ccff92220791"+"60", hexOf(t, Map("m", MapKey(id(7))).Size()))
	require.Equal(t, "93ccff9222ff9160", hexOf(t, Map("m", MapKey(int16(-1))).Size()))
	require.Equal(t, "93ccff9222a2036191"+"60", hexOf(t, Map("m", MapKey(name("a"))).Size()))
	require.Equal(t, "93ccff9222a2040391"+"60", hexOf(t, Map("m", MapKey(raw{3})).Size()))
	require.Equal(t, "93ccff9222d4ff0091"+"60", hexOf(t, Map("m", MapKey(types.Wildcard())).Size()))
}

func TestBuildersCanBeUsedAgain(t *testing.T) {
	plain := List("l", MapKey("a"))
	require.Equal(t, "93ccff9262a20361920001", hexOf(t, plain.Create(ListOrdered)))
	require.Equal(t, "93ccff9222a203619110", hexOf(t, plain.Size()), "Create has changed its own copy")
	deep := Map("m", MapKey("a"), MapKey("b"), MapKey("c"), MapKey("d"))
	require.Equal(t, "93ccff9822a2036122a2036222a2036362a20364924001", hexOf(t, deep.Create(KeyOrdered)))
	require.Equal(t, "93ccff9822a2036122a2036222a2036322a203649160", hexOf(t, deep.Size()))
	require.NotEqual(t, hexOf(t, plain.Ordered().Append(1)), hexOf(t, plain.Append(1)))
	require.Error(t, plain.Append(types.Wildcard()).Err)
	require.NoError(t, plain.Append(1).Err, "a fault is not kept")
}

func TestLargeOperationsDoNotShareMemory(t *testing.T) {
	text := make([]byte, 2*keepBuffer)
	first := List("l").Append(text)
	second := List("l").Append("x")
	require.Len(t, hexOf(t, first), 2*(len(text)+2+6))
	require.Equal(t, "9201a20378", hexOf(t, second))
}

func TestFlagsHaveNames(t *testing.T) {
	require.Equal(t, "AddUnique|NoFail", (AddUnique | NoFail).String())
	require.Equal(t, "FromFront|Signed|DropDuplicates", (FromFront | Signed | DropDuplicates).String())
	require.Empty(t, Flag(0).String())
}

func TestFlagsForExpressions(t *testing.T) {
	n, err := ListFlags(AddUnique, InsertBounded|NoFail, Partial)
	require.NoError(t, err)
	require.EqualValues(t, 15, n)
	n, err = MapFlags(CreateOnly, UpdateOnly, NoFail, Partial)
	require.NoError(t, err)
	require.EqualValues(t, 15, n)
	write, about, err := BitFlags(wire.BitAdd, UpdateOnly, NoFail, Signed, Saturate)
	require.NoError(t, err)
	require.EqualValues(t, 6, write)
	require.EqualValues(t, 3, about)
	_, err = HLLFlags(wire.HLLFold, NoFail)
	require.ErrorIs(t, err, types.ErrInvalidArg)
}
