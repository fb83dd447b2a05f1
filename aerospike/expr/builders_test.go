package expr_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// msgpackOf packs JSON in hex. 'x' is text with its type byte, "x" text without one, and
// # a float; so the tables can be read.
func msgpackOf(t testing.TB, notation string) string {
	t.Helper()
	for strings.Contains(notation, "'") {
		before, rest, _ := strings.Cut(notation, "'")
		text, after, _ := strings.Cut(rest, "'")
		notation = before + `"\u0003` + text + `"` + after
	}
	d := json.NewDecoder(strings.NewReader(notation))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), notation)
	return hex.EncodeToString(appendJSON(t, nil, v))
}

func appendJSON(t testing.TB, dst []byte, v any) []byte {
	switch x := v.(type) {
	case bool:
		return wire.AppendMsgpackBool(dst, x)
	case string:
		return wire.AppendMsgpackRawString(dst, x)
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return wire.AppendMsgpackInt(dst, i)
		}
		f, err := x.Float64()
		require.NoError(t, err)
		return wire.AppendMsgpackFloat(dst, f)
	case []any:
		dst = wire.AppendMsgpackArrayHeader(dst, len(x))
		for _, elem := range x {
			dst = appendJSON(t, dst, elem)
		}
		return dst
	}
	require.Nil(t, v)
	return wire.AppendMsgpackNil(dst)
}

type row struct {
	want string
	e    expression
}

var (
	i, f, s = expr.IntBin("i"), expr.FloatBin("f"), expr.StringBin("s")
	b, l, m = expr.BytesBin("b"), expr.ListBin("l"), expr.MapBin("m")
	h, g, o = expr.HLLBin("h"), expr.GeoJSONBin("g"), expr.BoolBin("o")
)

func values() []row {
	return []row{
		{`0`, expr.Int(0)}, {`-1`, expr.Int(-1)}, {`9223372036854775807`, expr.Int(math.MaxInt64)},
		{`2.5`, expr.Float(2.5)}, {`true`, expr.Bool(true)}, {`false`, expr.Bool(false)},
		{`'x'`, expr.String("x")}, {`''`, expr.String("")},
		{`"\u0004\u0001"`, expr.Bytes([]byte{1})}, {`null`, expr.Nil()},
		{`"\u0017{}"`, expr.GeoJSON("{}")}, {`"\u0012\u0000"`, expr.HLLOf(types.HLL{0})},
		{`[126,[]]`, expr.ListOf()}, {`[126,[1,'a',2.5,true,null,[1]]]`, expr.ListOf(1, "a", 2.5, true, nil, []int{1})},
		{`[126,[1,2]]`, expr.ListValue([]int{1, 2})},

		{`[81,2,"i"]`, i}, {`[81,7,"f"]`, f}, {`[81,3,"s"]`, s}, {`[81,6,"b"]`, b}, {`[81,4,"l"]`, l}, {`[81,5,"m"]`, m},
		{`[81,9,"h"]`, h}, {`[81,8,"g"]`, g}, {`[81,1,"o"]`, o}, {`[81,0,"n"]`, expr.Bin[expr.NilType]("n")},
		{`[2,[82,"i"],0]`, expr.BinExists("i")}, {`[82,"i"]`, expr.BinType("i")},
		{`[80,2]`, expr.Key[int64]()}, {`[80,3]`, expr.Key[string]()}, {`[80,6]`, expr.Key[[]byte]()},

		{`[64,-7]`, expr.DigestModulo(-7)}, {`[65]`, expr.DeviceSize()}, {`[66]`, expr.LastUpdate()}, {`[67]`, expr.SinceUpdate()},
		{`[68]`, expr.VoidTime()}, {`[69]`, expr.TTL()}, {`[70]`, expr.SetName()}, {`[71]`, expr.KeyExists()},
		{`[72]`, expr.IsTombstone()}, {`[73]`, expr.MemorySize()}, {`[74]`, expr.RecordSize()},
	}
}

func operations() []row {
	one, two := expr.Int(1), expr.Float(2.5)
	return []row{
		{`[1,[81,2,"i"],1]`, expr.Eq(i, one)}, {`[2,[81,7,"f"],2.5]`, expr.Ne(f, two)}, {`[3,[81,3,"s"],'x']`, expr.Gt(s, expr.String("x"))},
		{`[4,[81,4,"l"],[126,[1]]]`, expr.Ge(l, expr.ListOf(1))}, {`[5,[81,1,"o"],true]`, expr.Lt(o, expr.Bool(true))},
		{`[6,[81,6,"b"],"\u0004a"]`, expr.Le(b, expr.Bytes([]byte("a")))}, {`[1,[81,0,"n"],null]`, expr.Eq(expr.Bin[expr.NilType]("n"), expr.Nil())},
		{`[1,[81,5,"m"],[81,5,"m"]]`, expr.Eq(m, m)},
		{`[7,3,"a+",[81,3,"s"]]`, expr.Regex("a+", expr.RegexExtended|expr.RegexIgnoreCase, s)},
		{`[7,12,"",[81,3,"s"]]`, expr.Regex("", expr.RegexNewline|expr.RegexNoSub, s)},
		{`[8,[81,8,"g"],"\u0017{}"]`, expr.GeoCompare(g, expr.GeoJSON("{}"))}, {`[9,1,[81,4,"l"]]`, expr.InList(one, l)},
		{`[16,[81,1,"o"],true]`, expr.And(o, expr.Bool(true))}, {`[17,[81,1,"o"],true,false]`, expr.Or(o, expr.Bool(true), expr.Bool(false))},
		{`[18,[81,1,"o"]]`, expr.Not(o)}, {`[19,[81,1,"o"],true]`, expr.Exclusive(o, expr.Bool(true))}, {`[81,1,"o"]`, expr.And(o)},

		{`[20,[81,2,"i"],1]`, expr.Add(i, one)}, {`[20,1]`, expr.Add(one)}, {`[21,[81,7,"f"],2.5]`, expr.Sub(f, two)}, {`[21,1]`, expr.Sub(one)},
		{`[22,1,1,1]`, expr.Mul(one, one, one)}, {`[23,[81,2,"i"],1,1,1,1,1]`, expr.Div(i, one, one, one, one, one)},
		{`[24,2.5,2.5]`, expr.Pow(two, two)}, {`[25,[81,7,"f"],2.5]`, expr.Log(f, two)}, {`[26,[81,2,"i"],1]`, expr.Mod(i, one)},
		{`[27,1]`, expr.Abs(one)}, {`[27,2.5]`, expr.Abs(two)}, {`[28,2.5]`, expr.Floor(two)}, {`[29,2.5]`, expr.Ceil(two)},
		{`[30,2.5]`, expr.ToInt(two)}, {`[31,1]`, expr.ToFloat(one)}, {`[50,1,[81,2,"i"]]`, expr.Min(one, i)}, {`[51,2.5]`, expr.Max(two)},
		{`[32,1,[81,2,"i"]]`, expr.IntAnd(one, i)}, {`[33,1]`, expr.IntOr(one)}, {`[34,1,1]`, expr.IntXor(one, one)}, {`[35,1]`, expr.IntNot(one)},
		{`[36,[81,2,"i"],1]`, expr.IntLShift(i, one)}, {`[37,[81,2,"i"],1]`, expr.IntRShift(i, one)}, {`[38,[81,2,"i"],1]`, expr.IntARShift(i, one)},
		{`[39,1]`, expr.IntCount(one)}, {`[40,1,true]`, expr.IntLScan(one, expr.Bool(true))}, {`[41,1,[81,1,"o"]]`, expr.IntRScan(one, o)},

		{`[101,[81,5,"m"]]`, expr.MapKeys(m)}, {`[102,[81,5,"m"]]`, expr.MapValues(m)}, {`[0]`, expr.Unknown[bool]()},
		{`[123,true,1,false,[81,2,"i"],[0]]`, expr.When(expr.Bool(true), one).When(expr.Bool(false), i).Else(expr.Unknown[int64]())},
		{`[123,true,[0],1]`, expr.When(expr.Bool(true), expr.Unknown[int64]()).Else(one)},
		{`[125,"x",1,"y",[124,"x"],[20,[124,"x"],[124,"y"]]]`,
			expr.Let(expr.Add(expr.Var[int64]("x"), expr.Var[int64]("y")), expr.Def("x", one), expr.Def("y", expr.Var[int64]("x")))},
		{`[122,2,2]`, expr.LoopIndex()}, {`[122,3,0]`, expr.LoopKey[string]()}, {`[122,5,1]`, expr.LoopValue[expr.MapType]()},
	}
}

func lists() []row {
	call, change := expr.List(l), func(op string) string { return `[127,4,64,` + op + `,[81,4,"l"]]` }
	read := func(result, op string) string { return `[127,` + result + `,0,` + op + `,[81,4,"l"]]` }
	return []row{
		{read(`2`, `[16]`), call.Size()},
		{read(`2`, `[19,7,0]`), call.ByIndex(0).Int()}, {read(`7`, `[19,7,0]`), call.ByIndex(0).Float()}, {read(`3`, `[19,7,0]`), call.ByIndex(0).String()},
		{read(`1`, `[19,7,0]`), call.ByIndex(0).Bool()}, {read(`6`, `[19,7,0]`), call.ByIndex(0).Bytes()}, {read(`8`, `[19,7,0]`), call.ByIndex(0).GeoJSON()},
		{read(`9`, `[19,7,0]`), call.ByIndex(0).HLL()}, {read(`4`, `[19,7,0]`), call.ByIndex(0).List()}, {read(`5`, `[19,7,0]`), call.ByIndex(0).Map()},
		{read(`1`, `[19,13,-1]`), call.ByIndex(-1).Exists()}, {read(`2`, `[21,1,-1]`), call.ByRank(-1).Index()}, {read(`2`, `[21,2,0]`), call.ByRank(0).ReverseIndex()},
		{read(`2`, `[19,3,[81,2,"i"]]`), call.ByIndex(i).Rank()}, {read(`2`, `[19,4,9]`), call.ByIndex(uint8(9)).ReverseRank()},
		{read(`4`, `[22,7,'x']`), call.ByValue("x").Values()}, {read(`2`, `[22,5,null]`), call.ByValue(nil).Count()}, {read(`1`, `[22,65549,1]`), call.ByValue(1).Inverted().Exists()},
		{read(`4`, `[22,1,[126,[1]]]`), call.ByValue([]int{1}).Indexes()}, {read(`4`, `[22,2,[81,4,"l"]]`), call.ByValue(l).ReverseIndexes()},
		{read(`4`, `[23,3,[126,[1,'a']]]`), call.ByValueList([]any{1, "a"}).Ranks()}, {read(`4`, `[23,4,[81,4,"l"]]`), call.ByValueList(l).ReverseRanks()},
		{read(`4`, `[24,7,1,2]`), call.ByIndexRange(1, 2).Values()}, {read(`4`, `[24,7,1]`), call.ByIndexRange(1, cdt.ToEnd).Values()},
		{read(`4`, `[25,7,1,9]`), call.ByValueRange(1, 9).Values()}, {read(`4`, `[25,7,null]`), call.ByValueRange(nil, nil).Values()},
		{read(`4`, `[26,7,-3]`), call.ByRankRange(-3, cdt.ToEnd).Values()}, {read(`4`, `[26,7,-3,[81,2,"i"]]`), call.ByRankRange(-3, i).Values()},
		{read(`4`, `[27,7,4,-1,2]`), call.ByValueRelRankRange(4, -1, 2).Values()},

		{change(`[32,0,0]`), call.ByIndex(0).Remove()}, {change(`[34,0,0]`), call.ByRank(0).Remove()}, {change(`[35,0,7]`), call.ByValue(7).Remove()},
		{change(`[36,65536,[126,[7]]]`), call.ByValueList([]int{7}).Inverted().Remove()}, {change(`[37,0,0,3]`), call.ByIndexRange(0, 3).Remove()},
		{change(`[38,0,1,2]`), call.ByValueRange(1, 2).Remove()}, {change(`[39,0,0,1]`), call.ByRankRange(0, 1).Remove()}, {change(`[40,0,1,0]`), call.ByValueRelRankRange(1, 0, cdt.ToEnd).Remove()},
		{change(`[1,[81,2,"i"],0,1]`), call.Append(i, cdt.AddUnique)}, {change(`[2,[126,[1,2]],0,13]`), call.AppendItems([]int{1, 2}, cdt.AddUnique|cdt.NoFail, cdt.Partial)},
		{change(`[3,0,null,2]`), call.Insert(0, nil, cdt.InsertBounded)}, {change(`[4,0,[81,4,"l"],0]`), call.InsertItems(0, l)}, {change(`[9,1,'x',0]`), call.Set(1, "x")},
		{change(`[12,0,1.5,0,0]`), call.Increment(0, 1.5)}, {change(`[10,1,2]`), call.Trim(1, 2)}, {change(`[13,2]`), call.Sort(cdt.DropDuplicates)},
		{change(`[0,1]`), call.SetOrder(cdt.ListOrdered)}, {change(`[11]`), call.Clear()},
		{`[127,5,64,[255,[34,'k'],[1,7,0,0]],[81,5,"m"]]`, expr.List(m, cdt.MapKey("k")).Append(7)},
		{`[127,5,64,[255,[34,'k',16,-1],[32,0,0]],[81,5,"m"]]`, expr.List(m, cdt.MapKey("k"), cdt.ListIndex(-1)).ByIndex(0).Remove()},
	}
}

func maps() []row {
	call, change := expr.Map(m), func(op string) string { return `[127,5,64,` + op + `,[81,5,"m"]]` }
	read := func(result, op string) string { return `[127,` + result + `,0,` + op + `,[81,5,"m"]]` }
	return []row{
		{read(`2`, `[96]`), call.Size()}, {read(`2`, `[97,7,'a']`), call.ByKey("a").Int()}, {read(`1`, `[97,13,[81,3,"s"]]`), call.ByKey(s).Exists()},
		{read(`2`, `[98,6,0]`), call.ByIndex(0).KeyInt()}, {read(`3`, `[98,6,0]`), call.ByIndex(0).KeyString()}, {read(`6`, `[98,6,0]`), call.ByIndex(0).KeyBytes()},
		{read(`5`, `[100,17,-1]`), call.ByRank(-1).Pair()}, {read(`4`, `[107,7,[126,['a','b']]]`), call.ByKeyList([]string{"a", "b"}).Values()},
		{read(`4`, `[103,6,'b','d']`), call.ByKeyRange("b", "d").Keys()}, {read(`5`, `[104,8,0,2]`), call.ByIndexRange(0, 2).Pairs()},
		{read(`5`, `[106,17,-3]`), call.ByRankRange(-3, cdt.ToEnd).OrderedMap()}, {read(`5`, `[102,16,1]`), call.ByValue(1).UnorderedMap()},
		{read(`2`, `[108,5,[126,[1]]]`), call.ByValueList([]int{1}).Count()}, {read(`2`, `[105,65541,1]`), call.ByValueRange(1, nil).Inverted().Count()},
		{read(`4`, `[109,6,'k',-1,2]`), call.ByKeyRelIndexRange("k", -1, 2).Keys()}, {read(`4`, `[110,6,2,0]`), call.ByValueRelRankRange(2, 0, cdt.ToEnd).Keys()},

		{change(`[76,0,'a']`), call.ByKey("a").Remove()}, {change(`[77,0,0]`), call.ByIndex(0).Remove()}, {change(`[79,0,0]`), call.ByRank(0).Remove()},
		{change(`[81,0,[126,['a']]]`), call.ByKeyList([]string{"a"}).Remove()}, {change(`[82,0,1]`), call.ByValue(1).Remove()}, {change(`[83,0,[126,[1]]]`), call.ByValueList([]int{1}).Remove()},
		{change(`[84,0,'a','c']`), call.ByKeyRange("a", "c").Remove()}, {change(`[85,0,0,1]`), call.ByIndexRange(0, 1).Remove()}, {change(`[86,0,1,2]`), call.ByValueRange(1, 2).Remove()},
		{change(`[87,65536,-3]`), call.ByRankRange(-3, cdt.ToEnd).Inverted().Remove()}, {change(`[88,0,'a',0,1]`), call.ByKeyRelIndexRange("a", 0, 1).Remove()},
		{change(`[89,0,1,0,1]`), call.ByValueRelRankRange(1, 0, 1).Remove()},
		{change(`[67,'k',[126,[1]],0,1]`), call.Put("k", []int{1}, cdt.CreateOnly)}, {change(`[68,[81,5,"m"],0,0]`), call.PutItems(m)},
		{change(`[73,'k',[81,2,"i"],0]`), call.Increment("k", i)}, {change(`[74,'k',1,0]`), call.Decrement("k", 1)}, {change(`[64,1]`), call.SetOrder(types.KeyOrdered)},
		{change(`[75]`), call.Clear()}, {`[127,4,64,[255,[16,0],[75]],[81,4,"l"]]`, expr.Map(l, cdt.ListIndex(0)).Clear()},
	}
}

func bitsAndHLL() []row {
	bit, count := expr.Bit(b), expr.HLL(h)
	change := func(op string) string { return `[127,6,65,` + op + `,[81,6,"b"]]` }
	read := func(result, op string) string { return `[127,` + result + `,1,` + op + `,[81,6,"b"]]` }
	hll := func(result, module, op string) string {
		return `[127,` + result + `,` + module + `,` + op + `,[81,9,"h"]]`
	}
	sketch := types.HLL{0}
	return []row{
		{change(`[0,4,0]`), bit.Resize(4)}, {change(`[0,4,4,1]`), bit.Resize(4, cdt.NoFail, cdt.FromFront)}, {change(`[1,0,"\u0004a",0]`), bit.Insert(0, []byte("a"))},
		{change(`[2,0,1,8]`), bit.Remove(0, 1, cdt.Partial)}, {change(`[3,13,3,[81,6,"b"],0]`), bit.Set(13, 3, b)}, {change(`[4,0,8,"\u0004a",0]`), bit.Or(0, 8, []byte("a"))},
		{change(`[5,0,8,"\u0004a",0]`), bit.Xor(0, 8, []byte("a"))}, {change(`[6,0,8,"\u0004a",0]`), bit.And(0, 8, []byte("a"))}, {change(`[7,0,8,2]`), bit.Not(0, 8, cdt.UpdateOnly)},
		{change(`[8,0,8,1,0]`), bit.LShift(0, 8, 1)}, {change(`[9,0,8,[81,2,"i"],0]`), bit.RShift(0, 8, i)}, {change(`[10,0,8,1,0,5]`), bit.Add(0, 8, 1, cdt.Signed|cdt.Wrap)},
		{change(`[11,0,8,1,0]`), bit.Subtract(0, 8, 1)}, {change(`[12,0,8,127,0]`), bit.SetInt(0, 8, 127)},
		{read(`6`, `[50,9,5]`), bit.Get(9, 5)}, {read(`2`, `[51,20,4]`), bit.Count(20, 4)}, {read(`2`, `[52,24,8,true]`), bit.LScan(24, 8, true)},
		{read(`2`, `[53,-8,8,false]`), bit.RScan(-8, 8, false)}, {read(`2`, `[54,8,16]`), bit.GetInt(8, 16)}, {read(`2`, `[54,8,16,1]`), bit.GetInt(8, 16, cdt.Signed)},

		{hll(`9`, `66`, `[0,8,-1,1]`), count.Init(8, -1, cdt.CreateOnly)}, {hll(`9`, `66`, `[1,[126,['a',1]],-1,-1,0]`), count.Add([]any{"a", 1})},
		{hll(`9`, `66`, `[2,[126,["\u0012\u0000"]],8]`), count.SetUnion(sketch, cdt.AllowFold)}, {hll(`9`, `66`, `[3]`), count.RefreshCount()}, {hll(`9`, `66`, `[4,8]`), count.Fold(8)},
		{hll(`2`, `2`, `[50]`), count.Count()}, {hll(`9`, `2`, `[51,[81,9,"h"]]`), count.Union(h)}, {hll(`2`, `2`, `[52,[126,["\u0012\u0000","\u0012\u0000"]]]`), count.UnionCount([]types.HLL{sketch, sketch})},
		{hll(`2`, `2`, `[53,[81,4,"l"]]`), count.IntersectCount(l)}, {hll(`7`, `2`, `[54,[81,9,"h"]]`), count.Similarity(h)}, {hll(`4`, `2`, `[55]`), count.Describe()},
		{hll(`2`, `2`, `[56,[126,['a']]]`), count.MayContain([]string{"a"})},
	}
}

func paths() []row {
	path := expr.Path(m, cdt.ChildrenWhere(expr.Gt(expr.LoopValue[int64](), expr.Int(1))))
	selects := func(result, mode string) string {
		return `[127,` + result + `,0,[254,[4,[3,[122,2,1],1]],` + mode + `],[81,5,"m"]]`
	}
	return []row{
		{selects(`5`, `0`), path.SelectTree()}, {selects(`4`, `1`), path.SelectValues()}, {selects(`4`, `2`), path.SelectKeys()},
		{selects(`4`, `19`), path.NoFail().SelectPairs()},
		{`[127,4,64,[254,[4,true],20,[20,[122,2,1],1]],[81,4,"l"]]`,
			expr.Path(l, cdt.AllChildren()).NoFail().Modify(expr.Add(expr.LoopValue[int64](), expr.Int(1)))},
		{`[127,4,64,[254,[4,true],4,[100]],[81,4,"l"]]`, expr.Path(l, cdt.AllChildren()).Remove()},
	}
}

func TestBuildersPackWhatTheServerTakes(t *testing.T) {
	for name, rows := range map[string][]row{
		"values": values(), "operations": operations(), "lists": lists(), "maps": maps(), "bits and hll": bitsAndHLL(), "paths": paths(),
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range rows {
				require.Equal(t, msgpackOf(t, r.want), packed(t, r.e), r.want)
				if !strings.Contains(r.want, `[124`) || strings.Contains(r.want, `[125`) { // a free variable has no type
					requireRoundTrip(t, r)
				}
			}
		})
	}
}

func requireRoundTrip(t *testing.T, r row) {
	t.Helper()
	switch e := r.e.(type) {
	case expr.Exp[bool]:
		roundTrip(t, r.want, e)
	case expr.Exp[int64]:
		roundTrip(t, r.want, e)
	case expr.Exp[float64]:
		roundTrip(t, r.want, e)
	case expr.Exp[string]:
		roundTrip(t, r.want, e)
	case expr.Exp[[]byte]:
		roundTrip(t, r.want, e)
	case expr.Exp[types.GeoJSON]:
		roundTrip(t, r.want, e)
	case expr.Exp[types.HLL]:
		roundTrip(t, r.want, e)
	case expr.Exp[expr.ListType]:
		roundTrip(t, r.want, e)
	case expr.Exp[expr.MapType]:
		roundTrip(t, r.want, e)
	case expr.Exp[expr.NilType]:
		roundTrip(t, r.want, e)
	default:
		require.Fail(t, "unknown type", "%T", r.e)
	}
}

func roundTrip[T expr.Type](t *testing.T, name string, e expr.Exp[T]) {
	t.Helper()
	want, err := e.Packed()
	require.NoError(t, err)
	back, err := expr.FromBytes[T](want)
	require.NoError(t, err, name)
	got, err := back.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, want, got, name)

	text, err := e.MarshalText()
	require.NoError(t, err)
	var again expr.Exp[T]
	require.NoError(t, again.UnmarshalText(text))
	got, err = again.AppendExpression([]byte("before"))
	require.NoError(t, err)
	require.Equal(t, append([]byte("before"), want...), got)
	require.NoError(t, again.UnmarshalBinary(want))
}

// A comparison with a map that is not in key order is unknown.
func TestMapsOfGoAreOrdered(t *testing.T) {
	ordered := func(v ...types.MapEntry) types.Value { return types.OrderedMap(types.KeyOrdered, v...) }
	a := types.MapEntry{Key: types.String("a"), Value: types.List(ordered(types.MapEntry{Key: types.Int(1), Value: types.Int(2)}))}
	want, err := types.AppendMsgpack(nil, ordered(a))
	require.NoError(t, err)
	require.Equal(t, hex.EncodeToString(want), packed(t, expr.MapOf(map[string]any{"a": []any{map[int]int{1: 2}}})))
	require.Equal(t, "82c70001c0a2036101", packed(t, expr.MapOf(map[string]int{"a": 1})))
	require.Equal(t, "81a2036101", packed(t, expr.MapOf(types.Map(types.MapEntry{Key: types.String("a"), Value: types.Int(1)}))), "exactly that")
	require.Equal(t, "927e9182c70001c00102", packed(t, expr.ListOf(map[int]int{1: 2})))
	require.Equal(t, "927e9201d4ff00", packed(t, expr.ListOf(1, expr.Wildcard())))
	require.Equal(t, "927e91d4ff01", packed(t, expr.ListOf(expr.Infinity())))
	require.Equal(t, "957f020094190503d4ff01935104a16c", packed(t, expr.List(l).ByValueRange(3, expr.Infinity()).Count()))
}

func TestChoicesDoNotShareMemory(t *testing.T) {
	base := expr.When(o, expr.Int(1)).When(o, expr.Int(2))
	first, second := base.When(o, expr.Int(3)), base.When(o, expr.Int(4))
	require.Equal(t, msgpackOf(t, `[123,[81,1,"o"],1,[81,1,"o"],2,[81,1,"o"],3,0]`), packed(t, first.Else(expr.Int(0))))
	require.Equal(t, msgpackOf(t, `[123,[81,1,"o"],1,[81,1,"o"],2,[81,1,"o"],4,0]`), packed(t, second.Else(expr.Int(0))))
}

func TestManyOperands(t *testing.T) {
	for _, n := range []int{14, 15, 16, 1000, 70000} {
		x := make([]expr.Exp[bool], n)
		want := wire.AppendMsgpackArrayHeader(nil, n+1)
		want = append(append(want, 16), bytes.Repeat([]byte{0xc3}, n)...)
		for j := range x {
			x[j] = expr.Bool(true)
		}
		require.Equal(t, hex.EncodeToString(want), packed(t, expr.And(x...)))
	}
}
