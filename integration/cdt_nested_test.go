package integration

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func TestContexts(t *testing.T) {
	nested := map[string]any{"a": list{1, list{5, 3}}, "m": map[string]any{"x": 1, "y": 2}}
	onEach(t, func(e *env) {
		e.needs("list operations", cdt.List("b").Append(1))
		at := func(ctx ...cdt.Ctx) cdt.ListBin { return cdt.List("b", ctx...) }
		e.run([]row{
			{nested, at(cdt.MapKey("a")).Size(), 0, "2", ""},
			{nested, at(cdt.MapKey("a"), cdt.ListIndex(-1)).GetByRank(0, cdt.Values), 0, "3", ""},
			{nested, at(cdt.MapIndex(0), cdt.ListRank(1)).Append(9), 0, "3", "{a:[1 [5 3 9]] m:{x:1 y:2}}"},
			{nested, at(cdt.MapRank(0), cdt.ListValue(list{5, types.Wildcard()})).Pop(0), 0, "5", "{a:[1 [3]] m:{x:1 y:2}}"},
			{nested, at(cdt.MapValue(list{1, list{5, 3}})).Clear(), 0, "nil", "{a:[] m:{x:1 y:2}}"},
			{nested, cdt.Map("b", cdt.MapKey("m")).Increment("x", 4), 0, "5", "{a:[1 [5 3]] m:{x:5 y:2}}"},
			{nested, at(cdt.MapKey("a"), cdt.ListIndex(-1)).PopRange(0, 1), 0, "[5]", "{a:[1 [3]] m:{x:1 y:2}}"},
			{nested, at(cdt.MapKey("a"), cdt.ListIndex(-1)).RemoveRange(0, 1), 0, "1", "{a:[1 [3]] m:{x:1 y:2}}"},
			{nested, at(cdt.MapKey("m")).Size(), 12, "", ""},
			{nested, at(cdt.MapKey("z")).Size(), 26, "", ""},
			{nested, at(cdt.ListIndex(0)).Size(), 26, "", ""},
			{nested, at(cdt.MapKey("z")).Append(1), 26, "", ""},
			{5, at(cdt.MapKey("z")).Size(), 4, "", ""},
			{nil, at(cdt.MapKey("a")).Size(), 0, "nil", ""},
			{nil, at(cdt.MapKey("a")).Append(1), 26, "", ""},
			{ordered(list{5}, list{7}), at(cdt.ListIndex(0)).Set(0, 9), 0, "nil", "ord[[7] [9]]"},

			{nil, at(cdt.MapKeyCreate("a", cdt.KeyOrdered)).Append(1), 0, "1", "K{a:[1]}"},
			{nil, at(cdt.MapKeyCreate("a", cdt.KeyValueOrdered).Persisted()).Ordered().Append(1), 0, "1", "KV{a:ord[1]}"},
			{nested, at(cdt.MapKeyCreate("z", cdt.Unordered)).Append(1), 0, "1", "{a:[1 [5 3]] m:{x:1 y:2} z:[1]}"},
			{nil, cdt.Map("b", cdt.MapKeyCreate("q", cdt.KeyOrdered)).KeyOrdered().Put("k", 1), 0, "1", "K{q:K{k:1}}"},
			{nil, cdt.Map("b", cdt.MapKeyCreate("q", cdt.KeyOrdered), cdt.MapKey("r")).Put("k", 1), 0, "1", "K{q:{r:{k:1}}}"},
			{nil, at(cdt.ListIndexCreate(0, cdt.ListOrdered, false)).Append(1), 0, "1", "ord[[1]]"},
			{list{1}, at(cdt.ListIndexCreate(3, cdt.ListUnordered, true)).Append(1), 0, "1", "[1 nil nil [1]]"},
			{list{1}, at(cdt.ListIndexCreate(3, cdt.ListUnordered, false)).Append(1), 26, "", ""},
			{list{1}, at(cdt.ListIndexCreate(1, cdt.ListUnordered, false)).Append(1), 0, "1", "[1 [1]]"},

			{nested, at(cdt.MapKey("z")).SetOrder(cdt.ListOrdered), 26, "", ""},
			{nested, at(cdt.MapKey("z")).Persisted().Create(cdt.ListOrdered), 0, "nil", "{a:[1 [5 3]] m:{x:1 y:2} z:ord[]}"},
			{nested, cdt.Map("b", cdt.MapKey("z")).Create(cdt.KeyOrdered), 0, "nil", "{a:[1 [5 3]] m:{x:1 y:2} z:K{}}"},
			{nested, cdt.Map("b", cdt.MapKey("a"), cdt.ListIndex(2)).Create(cdt.Unordered), 0, "nil", "{a:[1 [5 3] {}] m:{x:1 y:2}}"},
			{nil, at(cdt.MapKey("z")).Create(cdt.ListUnordered), 0, "nil", "{z:[]}"},
		})
	})
}

// Expressions about the element that a path expression is at.
const (
	isAbove1 = expression("9303937a020101")                                     // integer value > 1
	isAbove2 = expression("9303937a020102")                                     // integer value > 2
	is15     = expression("9303937a02010f")                                     // integer value > 15
	dear     = expression("9303957f0700936107a20370937a0501cb4024000000000000") // at key "p" of the value > 10.0
	doubled  = expression("9316937a0701cb4000000000000000")                     // float value * 2.0
	plusOne  = expression("9314937a020101")                                     // integer value + 1
	negated  = expression("931500937a0201")                                     // 0 - integer value
)

func TestPaths(t *testing.T) {
	books := map[string]any{"book": list{
		map[string]any{"p": 8.95, "t": "A"}, map[string]any{"p": 12.99, "t": "B"}, map[string]any{"p": 22.99, "t": "C"},
	}, "n": 5}
	abc := map[string]int{"a": 1, "b": 2, "c": 3}
	onEach(t, func(e *env) {
		e.needs("path expressions", cdt.Path("b", cdt.AllChildren()).SelectValues())
		at := func(ctx ...cdt.Ctx) cdt.PathBin { return cdt.Path("b", ctx...) }
		prices := at(cdt.MapKey("book"), cdt.AllChildren(), cdt.MapKey("p"))
		all := cdt.AllChildren()
		e.run([]row{
			{books, prices.SelectTree(), 0, "{book:[{p:8.95f} {p:12.99f} {p:22.99f}]}", ""},
			{books, prices.SelectValues(), 0, "[8.95f 12.99f 22.99f]", ""},
			{books, prices.SelectKeys(), 0, "[p p p]", ""},
			{books, prices.SelectPairs(), 0, "[p 8.95f p 12.99f p 22.99f]", ""},
			{books, at(all).SelectKeys(), 0, "[book n]", ""},
			{books, prices.Modify(doubled), 0, "nil", "{book:[{p:17.9f t:A} {p:25.98f t:B} {p:45.98f t:C}] n:5}"},
			{books, at(cdt.MapKey("book"), cdt.ListIndex(1)).Remove(), 0, "nil", "{book:[{p:8.95f t:A} {p:22.99f t:C}] n:5}"},
			{books, at(cdt.MapKey("book"), cdt.ChildrenWhere(dear), cdt.MapKey("t")).SelectValues(), 0, "[B C]", ""},
			{list{10, 20, 30}, at(cdt.ChildrenWhere(is15)).SelectValues(), 0, "[20 30]", ""},
			{list{10, "x", 30}, at(cdt.ChildrenWhere(is15)).SelectValues(), 4, "", ""},
			{list{10, "x", 30}, at(cdt.ChildrenWhere(is15)).NoFail().SelectValues(), 0, "[30]", ""},
			{list{list{1, 2}, 5, list{3}}, at(all, all).SelectValues(), 0, "[1 2 3]", ""},
			{list{list{1, 2}, 5, list{3}}, at(all, all).SelectTree(), 0, "[[1 2] 5 [3]]", ""},
			{list{list{1, 2}, 5, list{3}}, at(cdt.ListIndex(9)).SelectTree(), 0, "[]", ""},
			{list{1, 2, 1}, at(cdt.ListValue(1)).Modify(plusOne), 0, "nil", "[2 2 2]"},
			{abc, at(cdt.MapKeys("c", "a", "q")).SelectPairs(), 0, "[a 1 c 3]", ""},
			{abc, at(cdt.MapKeys("c", "a", "q"), cdt.And(isAbove1)).SelectPairs(), 0, "[c 3]", ""},
			{list{1, 2, 3, 4}, at(cdt.ChildrenWhere(isAbove2)).Remove(), 0, "nil", "[1 2]"},
			{list{1, "x", 3}, at(all).Modify(plusOne), 1, "", ""},
			{list{1, "x", 3}, at(all).NoFail().Modify(plusOne), 0, "nil", "[2 x 4]"},
			{ordered(1, 2, 3), at(all).Modify(negated), 0, "nil", "ord[-3 -2 -1]"},
			{nil, at(all).SelectValues(), 0, "nil", ""},
		})
	})
}

func TestBits(t *testing.T) {
	const none = cdt.Flag(0)
	b := cdt.Bit("b")
	blob := []byte{1, 0x42, 3, 4, 5}
	onEach(t, func(e *env) {
		e.needs("bit operations", b.Resize(1))
		e.run([]row{
			{nil, b.Resize(2), 0, "nil", "x0000"},
			{nil, b.Insert(1, []byte{7}), 0, "nil", "x0007"},
			{nil, b.Not(0, 1), 17, "", ""},
			{nil, b.Not(0, 1, cdt.NoFail), 0, "nil", ""},
			{nil, b.Resize(2, cdt.UpdateOnly), 17, "", ""},
			{blob, b.Resize(2, cdt.CreateOnly), 6, "", ""},
			{5, b.Get(0, 1), 12, "", ""},
			{blob, b.Resize(7), 0, "nil", "x01420304050000"},
			{blob, b.Resize(7, cdt.FromFront), 0, "nil", "x00000142030405"},
			{blob, b.Resize(2, cdt.FromFront), 0, "nil", "x0405"},
			{blob, b.Resize(0), 0, "nil", "x"},
			{blob, b.Resize(2, cdt.GrowOnly), 4, "", ""},
			{blob, b.Resize(2, cdt.GrowOnly|cdt.NoFail), 0, "nil", ""},
			{blob, b.Resize(7, cdt.ShrinkOnly, cdt.NoFail), 0, "nil", ""},
			{blob, b.Insert(1, []byte{0xff, 0xc7}), 0, "nil", "x01ffc742030405"},
			{blob, b.Insert(8, []byte{0xff}), 0, "nil", "x0142030405000000ff"},
			{blob, b.Insert(-1, []byte{0xff}), 0, "nil", "x01420304ff05"},
			{blob, b.Remove(2, 3), 0, "nil", "x0142"},
			{blob, b.Remove(2, 9), 4, "", ""},
			{blob, b.Remove(2, 9, cdt.Partial), 0, "nil", "x0142"},
			{blob, b.Set(13, 3, []byte{0xe0}), 0, "nil", "x0147030405"},
			{blob, b.Set(36, 8, []byte{0xff}), 26, "", ""},
			{blob, b.Set(36, 8, []byte{0xff}, cdt.NoFail), 0, "nil", ""},
			{blob, b.Set(36, 8, []byte{0xff}, cdt.Partial), 0, "nil", "x014203040f"},
			{blob, b.Set(-4, 4, []byte{0xff}), 0, "nil", "x014203040f"},
			{blob, b.Or(17, 6, []byte{0xa8}), 0, "nil", "x0142570405"},
			{blob, b.Xor(17, 6, []byte{0xac}), 0, "nil", "x0142550405"},
			{blob, b.And(23, 9, []byte{0x3c, 0x80}), 0, "nil", "x0142020005"},
			{blob, b.Not(25, 6), 0, "nil", "x0142037a05"},
			{blob, b.LShift(32, 8, 3), 0, "nil", "x0142030428"},
			{blob, b.RShift(0, 9, 1), 0, "nil", "x00c2030405"},
			{blob, b.LShift(0, 8, 99), 0, "nil", "x0042030405"},
			{blob, b.Add(24, 16, 128), 0, "nil", "x0142030485"},
			{blob, b.Add(32, 8, 255), 26, "", ""},
			{blob, b.Add(32, 8, 255, cdt.Saturate), 0, "nil", "x01420304ff"},
			{blob, b.Add(32, 8, 255, cdt.Wrap), 0, "nil", "x0142030404"},
			{blob, b.Add(32, 8, 127, cdt.Signed), 26, "", ""},
			{blob, b.Add(32, 8, 127, cdt.Signed|cdt.Saturate), 0, "nil", "x014203047f"},
			{blob, b.Subtract(32, 8, 6), 26, "", ""},
			{blob, b.Subtract(32, 8, 6, cdt.Saturate), 0, "nil", "x0142030400"},
			{blob, b.Subtract(32, 8, 6, cdt.Wrap), 0, "nil", "x01420304ff"},
			{blob, b.SetInt(1, 8, 127, none), 0, "nil", "x3fc2030405"},
			{nil, b.Get(0, 1), 0, "nil", ""},
			{blob, b.Get(9, 5), 0, "x80", ""},
			{blob, b.Get(-4, 4), 0, "x50", ""},
			{blob, b.Get(36, 5), 26, "", ""},
			{blob, b.Count(20, 4), 0, "2", ""},
			{blob, b.LScan(24, 8, true), 0, "5", ""},
			{blob, b.LScan(24, 8, false), 0, "0", ""},
			{blob, b.RScan(32, 8, true), 0, "7", ""},
			{blob, b.RScan(32, 8, false), 0, "6", ""},
			{blob, b.GetInt(8, 16), 0, "16899", ""},
			{[]byte{0x82}, b.GetInt(0, 8, cdt.Signed), 0, "-126", ""},
		})
	})
}

// sketchOf returns a HyperLogLog as a server makes it.
func (e *env) sketchOf(name string, index, minHash int, values ...any) types.HLL {
	e.Helper()
	key := e.key(name)
	rec := e.operate(key, cdt.HLL("b").Bits(index, minHash).Add(values), aerospike.Read("b"))
	b, err := rec.Ops[1].AsBytes()
	require.NoError(e, err)
	return types.HLL(b)
}

func TestHyperLogLogs(t *testing.T) {
	h := cdt.HLL("b")
	onEach(t, func(e *env) {
		e.needs("HyperLogLog operations", h.Bits(8, 0).Init())
		abc, bcd := e.sketchOf("abc", 8, 0, "a", "b", "c"), e.sketchOf("bcd", 8, 0, "b", "c", "d")
		fine := e.sketchOf("fine", 10, 0, "b", "c", "d")
		text := func(h types.HLL) string { return "x" + hex.EncodeToString(h) }
		// The same bytes as on any server: the hash of "a" decides.
		a := make([]byte, 203)
		a[1], a[99] = 8, 0x40
		e.run([]row{
			{nil, h.Bits(8, 0).Add(list{"a"}), 0, "1", text(a)},
			{nil, h.Bits(8, cdt.Unset).Add(list{"a"}, cdt.CreateOnly), 0, "1", text(a)},
			{nil, h.Add(list{"a"}), 26, "", ""},
			{nil, h.Init(), 26, "", ""},
			{types.HLL(a), h.Add(list{"a"}), 0, "0", ""},
			{types.HLL(a), h.Add(list{"a"}, cdt.CreateOnly), 6, "", ""},
			{types.HLL(a), h.Bits(8, 0).Add(list{"x"}, cdt.CreateOnly|cdt.NoFail), 0, "nil", ""},
			{types.HLL(a), h.Init(), 0, "nil", text(append([]byte{0, 8}, make([]byte, 201)...))},
			{nil, h.Bits(8, 0).Init(cdt.UpdateOnly), 17, "", ""},
			{"text", h.Count(), 12, "", ""},
			{nil, h.Count(), 0, "nil", ""},
			{abc, h.Count(), 0, "3", ""},
			{abc, h.Describe(), 0, "[8 0]", ""},
			{abc, h.UnionCount(bcd), 0, "4", ""},
			{abc, h.IntersectCount(bcd), 0, "2", ""},
			{abc, h.Similarity(bcd), 0, "0.5f", ""},
			{abc, h.MayContain(list{"a", "b"}), 0, "1", ""},
			{abc, h.MayContain(list{"a", "zz"}), 0, "0", ""},
			{fine, h.SetUnion([]types.HLL{abc}), 26, "", ""},
			{abc, h.Fold(9), 26, "", ""},
			{nil, h.Fold(4), 17, "", ""},
		})

		key := e.key("union")
		rec := e.operate(key, h.SetUnion([]types.HLL{abc, bcd}), h.Count(), h.SetUnion([]types.HLL{fine}), h.Count(), h.RefreshCount(), h.Describe())
		require.Equal(e, []any{nil, int64(4), nil, int64(4), int64(4), []any{int64(8), int64(0)}}, results(rec))
		key = e.key("fold")
		e.put(key, aerospike.Bins{"b": fine})
		rec = e.operate(key, h.SetUnion([]types.HLL{abc}, cdt.AllowFold), h.Describe(), h.Count(), h.Fold(6), h.Describe(), h.GetUnion(abc))
		require.Equal(e, []any{nil, []any{int64(8), int64(0)}, int64(4), nil, []any{int64(6), int64(0)}}, results(rec)[:5])
		require.Equal(e, aerospike.KindHLL, rec.Ops[5].Kind())
	})
}

// Optional arguments at the end are left out if they are zero.
func TestZeroArgumentsNeedNotBeSent(t *testing.T) {
	onEach(t, func(e *env) {
		e.needs("list operations", cdt.List("b").Append(1))
		e.needs("bit operations", cdt.Bit("b").Resize(1))
		e.needs("HyperLogLog operations", cdt.HLL("b").Bits(8, 0).Init())
		for i, c := range []struct {
			start any
			op    aerospike.Op
			long  string
		}{
			{nil, cdt.List("b").AppendItems([]int{1, 2}), "94029201020000"},
			{list{1}, cdt.List("b").Increment(0, 1), "950c00010000"},
			{nil, cdt.Map("b").Put("a", 1), "9543a20361010000"},
			{nil, cdt.Map("b").KeyOrdered().PutItems(map[string]int{"a": 1, "b": 2}), "944482a2036101a20362020100"},
			{nil, cdt.Map("b", cdt.MapKeyCreate("q", cdt.KeyOrdered)).KeyOrdered().Put("k", 1), "93ccff92cca2a203719543a2036b010100"},
			{nil, cdt.Bit("b").Resize(4), "9400040000"},
			{[]byte{1, 0x42}, cdt.Bit("b").Set(13, 3, []byte{0xe0}), "95030d03a204e000"},
			{nil, cdt.HLL("b").Bits(8, 0).Init(), "9400080000"},
			{nil, cdt.HLL("b").Bits(8, cdt.Unset).Add(list{"a"}), "950191a2036108ff00"},
		} {
			packed, err := hex.DecodeString(c.long)
			require.NoError(e, err)
			long := c.op
			long.Arg = types.Bytes(packed)
			var got [2]string
			for j, op := range []aerospike.Op{c.op, long} {
				key := e.key(i, j)
				bins := aerospike.Bins{"other": 0}
				if c.start != nil {
					bins["b"] = c.start
				}
				e.put(key, bins)
				rec := e.operate(key, op)
				got[j] = textOf(rec.Ops[0]) + " " + e.bin(key)
			}
			require.Equal(e, got[1], got[0], c.long)
		}
	})
}

func TestCollectionsTogether(t *testing.T) {
	onEach(t, func(e *env) {
		e.needs("list operations", cdt.List("b").Append(1))
		key := e.key()
		scores := cdt.Map("scores").KeyOrdered()
		rec := e.operate(key,
			scores.PutItems(map[string]int{"alice": 120, "bob": 90, "carol": 200}),
			scores.Increment("bob", 50),
			scores.GetByRankRange(-2, 2, cdt.KeyValues),
			scores.GetByKey("alice", cdt.ReverseRanks),
			cdt.List("log").Append("bob"),
			cdt.List("log").Trim(-10, cdt.ToEnd),
			aerospike.Read("log"))
		require.Equal(e, "3", textOf(rec.Ops[0]))
		require.Equal(e, "140", textOf(rec.Ops[1]))
		require.Equal(e, "kv{bob:140 carol:200}", textOf(rec.Ops[2]))
		require.Equal(e, "2", textOf(rec.Ops[3]))
		require.Equal(e, "[bob]", textOf(rec.Ops[6]))

		_, err := e.client.Operate(e.ctx, key, []aerospike.Op{scores.Put("dave", 1), cdt.List("log").Append(types.Wildcard())})
		require.ErrorIs(e, err, aerospike.ErrInvalidArg)
		require.ErrorContains(e, err, `operation 1 (list or map change) on bin "log": list append: value: `)
		require.NotErrorIs(e, err, aerospike.ErrServer)
		_, err = e.client.Operate(e.ctx, key, []aerospike.Op{scores.Put("dave", 1), scores.Put("bob", 1, cdt.CreateOnly)})
		require.ErrorIs(e, err, aerospike.ErrElementExists)
		require.EqualValues(e, 1, e.get(key).Generation, "all or nothing")
	})
}
