package integration

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// row is an operation on bin "b", what it has to return, and what has to be there
// afterwards. Results are written as text, see [textOf].
type row struct {
	start  any // the bin before, nil if there is none
	op     aerospike.Op
	code   aerospike.ResultCode
	result string
	after  string // empty: as before
}

// textOf writes a value with the attributes of lists and maps: ord[1 2], K{a:1} for a
// map in key order, KV{} for one in the order of values too, kv{} for a result whose
// pairs are in an order of their own.
func textOf(v aerospike.Value) string {
	switch v.Kind() {
	case aerospike.KindList:
		elems, _ := v.AsList()
		parts := make([]string, len(elems))
		for i, elem := range elems {
			parts[i] = textOf(elem)
		}
		text := "[" + strings.Join(parts, " ") + "]"
		if v.Ordered() {
			return "ord" + text
		}
		return text
	case aerospike.KindMap:
		pairs, _ := v.AsMap()
		parts := make([]string, len(pairs))
		for i, p := range pairs {
			parts[i] = textOf(p.Key) + ":" + textOf(p.Value)
		}
		text := "{" + strings.Join(parts, " ") + "}"
		switch {
		case v.Order() == aerospike.KeyOrdered:
			return "K" + text
		case v.Order() == aerospike.KeyValueOrdered:
			return "KV" + text
		case v.Ordered():
			return "kv" + text
		}
		return text
	case aerospike.KindBytes, aerospike.KindHLL:
		b, _ := v.AsBytes()
		return "x" + hex.EncodeToString(b)
	case aerospike.KindFloat:
		f, _ := v.AsFloat()
		return strconv.FormatFloat(f, 'f', -1, 64) + "f"
	case aerospike.KindNil:
		return "nil"
	}
	return fmt.Sprint(v.Any())
}

// needs skips the test if the server cannot do an operation at all.
func (e *env) needs(what string, op aerospike.Op) {
	e.Helper()
	key := e.key("probe of ", what)
	e.put(key, aerospike.Bins{"other": 0})
	if _, err := e.client.Operate(e.ctx, key, []aerospike.Op{op}); err != nil {
		e.skip("the server has no " + what + ": " + err.Error())
	}
}

// run does the rows, each on a record of its own.
func (e *env) run(rows []row) {
	e.Helper()
	for i, s := range rows {
		key := e.key(i)
		bins := aerospike.Bins{"other": 0}
		if s.start != nil {
			bins["b"] = s.start
		}
		e.put(key, bins)
		before := e.bin(key)
		name := fmt.Sprintf("row %d: %s", i, before)
		if b, err := s.op.Arg.AsBytes(); err == nil {
			name += " " + hex.EncodeToString(b)
		}
		rec, err := e.client.Operate(e.ctx, key, []aerospike.Op{s.op})
		code, _ := aerospike.CodeOf(err)
		require.Equal(e, s.code, code, "%s: %v", name, err)
		if s.code != 0 {
			require.Equal(e, before, e.bin(key), name)
			continue
		}
		require.NoError(e, err, name)
		require.Equal(e, s.result, textOf(rec.Ops[0]), name)
		after := s.after
		if after == "" {
			after = before
		}
		require.Equal(e, after, e.bin(key), name)
	}
}

// bin returns bin "b" of a record as text.
func (e *env) bin(key aerospike.Key) string {
	e.Helper()
	v, _ := e.get(key).Value("b")
	return textOf(v)
}

func ordered(elems ...any) aerospike.Value {
	vals := make([]aerospike.Value, len(elems))
	for i, elem := range elems {
		vals[i], _ = aerospike.ValueOf(elem)
	}
	return types.OrderedList(vals...)
}

func pairs(order aerospike.MapOrder, keysAndValues ...any) aerospike.Value {
	var entries []aerospike.MapEntry
	for kv := range slices.Chunk(keysAndValues, 2) {
		k, _ := aerospike.ValueOf(kv[0])
		v, _ := aerospike.ValueOf(kv[1])
		entries = append(entries, aerospike.MapEntry{Key: k, Value: v})
	}
	return types.OrderedMap(order, entries...)
}

// expression is one that is written by hand.
type expression string

func (x expression) AppendExpression(dst []byte) ([]byte, error) {
	b, err := hex.DecodeString(string(x))
	return append(dst, b...), err
}

type list = []any

func TestListChanges(t *testing.T) {
	const none = cdt.Flag(0)
	l := cdt.List("b")
	onEach(t, func(e *env) {
		e.needs("list operations", l.Append(1))
		e.run([]row{
			{nil, l.Append(5), 0, "1", "[5]"},
			{nil, l.Ordered().Persisted().Append(5), 0, "1", "ord[5]"},
			{nil, l.Ordered().AppendItems(list{}), 0, "0", "ord[]"},
			{nil, l.Ordered().AppendItems(list{3, 1, 2, 1}), 0, "4", "ord[1 1 2 3]"},
			{list{1}, l.Append(map[string]int{"b": 1, "a": 2}), 0, "2", "[1 {a:2 b:1}]"},
			{list{1, 2}, l.Insert(5, 9), 0, "6", "[1 2 nil nil nil 9]"},
			{list{1, 2}, l.Insert(5, 9, cdt.InsertBounded), 26, "", ""},
			{list{1, 2}, l.Insert(5, 9, cdt.InsertBounded|cdt.NoFail), 0, "2", ""},
			{list{1, 2}, l.Insert(-1, 9), 0, "3", "[1 9 2]"},
			{list{1, 2}, l.Insert(-3, 9), 26, "", ""},
			{list{1, 2}, l.InsertItems(1, list{7, 8}), 0, "4", "[1 7 8 2]"},
			{ordered(1, 2), l.Insert(0, 0), 26, "", ""},
			{list{1, 2}, l.Append(2, cdt.AddUnique), 24, "", ""},
			{list{1, 2}, l.Append(2, cdt.AddUnique|cdt.NoFail), 0, "2", ""},
			{list{1, 2}, l.AppendItems(list{2, 3, 3}, cdt.AddUnique, cdt.NoFail, cdt.Partial), 0, "3", "[1 2 3]"},
			{list{1, 2}, l.AppendItems(list{3, 3}, cdt.AddUnique), 26, "", ""},
			{ordered(1, 2), l.AppendItems(list{2, 3, 0}, cdt.AddUnique|cdt.NoFail|cdt.Partial), 0, "4", "ord[0 1 2 3]"},
			{ordered(1, 2, 7), l.Increment(0, 5), 0, "6", "ord[2 6 7]"},
			{ordered(1, 2, 7), l.Increment(4, 5), 26, "", ""},
			{list{1, 2}, l.Set(4, 5), 0, "nil", "[1 2 nil nil 5]"},
			{list{1, 2, 3}, l.Set(0, 3, cdt.AddUnique), 24, "", ""},
			{list{1, "a", 2.5}, l.Increment(0, 2.7), 0, "3", "[3 a 2.5f]"},
			{list{1, "a", 2.5}, l.Increment(1, 2), 4, "", ""},
			{list{1, "a", 2.5}, l.Increment(5, 2), 0, "2", "[1 a 2.5f nil nil 2]"},
			{list{1, 2}, l.Increment(5, 2, cdt.InsertBounded), 26, "", ""},
			{list{1, 2, 3, 4}, l.Pop(7), 26, "", ""},
			{list{1, 2, 3, 4}, l.Pop(-1), 0, "4", "[1 2 3]"},
			{list{1, 2, 3, 4}, l.PopRange(9, 2), 0, "[]", ""},
			{list{1, 2, 3, 4}, l.PopRange(1, 1), 0, "[2]", "[1 3 4]"},
			{list{1, 2, 3, 4}, l.PopRange(1, cdt.ToEnd), 0, "[2 3 4]", "[1]"},
			{list{1, 2, 3, 4}, l.Remove(0), 0, "1", "[2 3 4]"},
			{list{1, 2, 3, 4}, l.RemoveRange(2, cdt.ToEnd), 0, "2", "[1 2]"},
			{list{1, 2, 3, 4}, l.Trim(1, 2), 0, "2", "[2 3]"},
			{list{1, 2, 3, 4}, l.Trim(9, 2), 0, "4", "[]"},
			{list{1, 2, 3, 4}, l.Trim(1, cdt.ToEnd), 0, "1", "[2 3 4]"},
			{list{1, 2, 3, 4}, l.Trim(-2, cdt.ToEnd), 0, "2", "[3 4]"},
			{ordered(1), l.Clear(), 0, "nil", "ord[]"},
			{list{3, 1, 2, 1}, l.Sort(none), 0, "nil", "[1 1 2 3]"},
			{list{3, 1, 2, 1}, l.Sort(cdt.Descending), 0, "nil", "[3 2 1 1]"},
			{ordered(1, 1, 2), l.Sort(cdt.Descending, cdt.DropDuplicates), 0, "nil", "ord[1 2]"},
			{list{3, 1}, l.SetOrder(cdt.ListOrdered), 0, "nil", "ord[1 3]"},
			{nil, l.Persisted().Create(cdt.ListOrdered), 0, "nil", "ord[]"},
			{list{3, 1, 2, 3}, l.RemoveByValue(3, cdt.Values.Inverted()), 0, "[1 2]", "[3 3]"},
			{list{3, 1, 2, 3}, l.RemoveByValueList(list{}, cdt.Values.Inverted()), 0, "[3 1 2 3]", "[]"},
			{list{3, 1, 2, 3}, l.RemoveByValueRelRankRange(2, 0, 1, cdt.Values), 0, "[2]", "[3 1 3]"},
			{list{3, 1, 2, 3}, l.RemoveByRankRange(-2, cdt.ToEnd, cdt.Count), 0, "2", "[1 2]"},
			{list{3, 1, 2, 3}, l.RemoveByIndex(-2, cdt.Values), 0, "2", "[3 1 3]"},
			{list{3, 1, 2, 3}, l.RemoveByIndexRange(1, 2, cdt.Nothing), 0, "nil", "[3 3]"},
			{list{3, 1, 2, 3}, l.RemoveByRank(0, cdt.Indexes), 0, "1", "[3 2 3]"},
			{list{3, 1, 2, 3}, l.RemoveByValueRange(2, nil, cdt.Exists), 0, "true", "[1]"},
		})
	})
}

func TestListSelections(t *testing.T) {
	five := list{5, 3, 9, 3, 1}
	l := cdt.List("b")
	onEach(t, func(e *env) {
		e.needs("list operations", l.Append(1))
		e.run([]row{
			{nil, l.Size(), 0, "nil", ""},
			{five, l.Size(), 0, "5", ""},
			{five, l.Get(-1), 0, "1", ""},
			{five, l.Get(5), 26, "", ""},
			{five, l.GetRange(-10, 7), 0, "[5 3]", ""},
			{five, l.GetRange(-10, 3), 0, "[]", ""},
			{five, l.GetRange(9, 3), 0, "[]", ""},
			{five, l.GetRange(3, 10), 0, "[3 1]", ""},
			{five, l.GetRange(3, cdt.ToEnd), 0, "[3 1]", ""},
			{five, l.GetByValueRange(nil, 3, cdt.Values), 0, "[1]", ""},
			{five, l.GetByValueRange(5, nil, cdt.Values), 0, "[5 9]", ""},
			{five, l.GetByValueRange(nil, nil, cdt.Count), 0, "5", ""},
			{five, l.GetByValueList(list{9, 3}, cdt.Ranks), 0, "[4 1 2]", ""},
			{five, l.GetByIndexRange(1, 2, cdt.Values.Inverted()), 0, "[5 3 1]", ""},
			{five, l.GetByIndexRange(1, 2, cdt.Ranks), 0, "[1 4]", ""},
			{five, l.GetByIndexRange(0, 2, cdt.ReverseIndexes), 0, "[3 4]", ""},
			{five, l.GetByIndexRange(1, 2, cdt.IndexRange), 0, "[1 2]", ""},
			{five, l.GetByIndex(2, cdt.ReverseRanks), 0, "0", ""},
			{five, l.GetByRank(-1, cdt.Values), 0, "9", ""},
			{five, l.GetByRank(5, cdt.Values), 26, "", ""},
			{five, l.GetByRankRange(-1, cdt.ToEnd, cdt.Values), 0, "[9]", ""},
			{five, l.GetByRankRange(0, 1, cdt.Indexes), 0, "[4]", ""},
			{five, l.GetByValue(3, cdt.Indexes), 0, "[1 3]", ""},
			{five, l.GetByValue(3, cdt.Ranks), 0, "[1 2]", ""},
			{five, l.GetByValue(7, cdt.Exists), 0, "false", ""},
			{five, l.GetByValue(7, cdt.Count.Inverted()), 0, "5", ""},
			{five, l.GetByValueRelRankRange(4, -1, 2, cdt.Count), 0, "2", ""},
			{five, l.GetByValueRelRankRange(4, 1, cdt.ToEnd, cdt.Values), 0, "[9]", ""},
			{ordered(1, 3, 3, 5), l.GetByValueList(list{5, 3, 5}, cdt.Values), 0, "[5 3 3 5]", ""},
			{ordered(1, 3, 3, 5), l.GetByValueList(list{5, 3, 5}, cdt.Count), 0, "3", ""},
			{list{list{1, 2}, list{1, 3}, list{2}}, l.GetByValueRange(list{1, nil}, list{1, types.Infinity()}, cdt.Values), 0, "[[1 2] [1 3]]", ""},
			{list{list{1, 2}, list{1}, list{2}}, l.GetByValue(list{1, types.Wildcard()}, cdt.Values), 0, "[[1 2]]", ""},
			{"text", l.Size(), 12, "", ""},
		})
	})
}

func TestMapSelections(t *testing.T) {
	m := cdt.Map("b")
	onEach(t, func(e *env) {
		e.needs("map operations", m.Put("a", 1))
		for _, order := range []aerospike.MapOrder{aerospike.KeyOrdered, aerospike.Unordered} {
			four := pairs(order, "a", 3, "b", 1, "c", 2, "d", 1)
			e.run([]row{
				{four, m.Size(), 0, "4", ""},
				{four, m.GetByKey("b", cdt.KeyValues), 0, "kv{b:1}", ""},
				{four, m.GetByKey("b", cdt.UnorderedMap), 0, "{b:1}", ""},
				{four, m.GetByKey("b", cdt.OrderedMap), 0, "K{b:1}", ""},
				{four, m.GetByKey("b", cdt.Indexes), 0, "1", ""},
				{four, m.GetByKey("b", cdt.ReverseIndexes), 0, "2", ""},
				{four, m.GetByKey("b", cdt.Ranks), 0, "0", ""},
				{four, m.GetByKey("d", cdt.Ranks), 0, "1", ""},
				{four, m.GetByKey("d", cdt.ReverseRanks), 0, "2", ""},
				{four, m.GetByKey("z", cdt.Values), 0, "nil", ""},
				{four, m.GetByKey("z", cdt.Keys), 0, "nil", ""},
				{four, m.GetByKey("z", cdt.KeyValues), 0, "kv{}", ""},
				{four, m.GetByKey("z", cdt.Indexes), 0, "-1", ""},
				{four, m.GetByKey("z", cdt.Exists), 0, "false", ""},
				{four, m.GetByKey(1.5, cdt.Values), 0, "nil", ""},
				{four, m.GetByIndex(9, cdt.Values), 26, "", ""},
				{four, m.GetByRank(9, cdt.Values), 26, "", ""},
				{four, m.GetByRank(-1, cdt.Keys), 0, "a", ""},
				{four, m.GetByValue(1, cdt.Keys), 0, "[b d]", ""},
				{four, m.GetByValue(1, cdt.Ranks), 0, "[0 1]", ""},
				{four, m.GetByValue(9, cdt.Values), 0, "[]", ""},
				{four, m.GetByValue(9, cdt.OrderedMap), 0, "K{}", ""},
				{four, m.GetByKeyRange("b", "d", cdt.Keys), 0, "[b c]", ""},
				{four, m.GetByKeyRange(nil, "b", cdt.Keys), 0, "[a]", ""},
				{four, m.GetByKeyRange("b", nil, cdt.Keys), 0, "[b c d]", ""},
				{four, m.GetByKeyRange("b", "d", cdt.Ranks), 0, "[0 2]", ""},
				{four, m.GetByIndexRange(1, 2, cdt.KeyValues), 0, "kv{b:1 c:2}", ""},
				{four, m.GetByIndexRange(1, 2, cdt.Ranks), 0, "[0 2]", ""},
				{four, m.GetByIndexRange(1, 2, cdt.Keys.Inverted()), 0, "[a d]", ""},
				{four, m.GetByIndexRange(-9, 6, cdt.Keys), 0, "[a]", ""},
				{four, m.GetByIndexRange(1, cdt.ToEnd, cdt.Count), 0, "3", ""},
				{four, m.GetByValueRange(1, 3, cdt.Keys), 0, "[b c d]", ""},
				{four, m.GetByRankRange(0, 4, cdt.Keys), 0, "[b d c a]", ""},
				{four, m.GetByRankRange(2, 2, cdt.KeyValues), 0, "kv{c:2 a:3}", ""},
				{four, m.GetByRankRange(0, 3, cdt.Indexes), 0, "[1 3 2]", ""},
				{four, m.GetByRankRange(0, 2, cdt.Keys.Inverted()), 0, "[c a]", ""},
				{four, m.GetByKeyList(list{"d", "a", "z"}, cdt.Values), 0, "[3 1]", ""},
				{four, m.GetByKeyList(list{"d", "a", "z", "d"}, cdt.Count), 0, "2", ""},
				{four, m.GetByValueList(list{2, 1}, cdt.Keys), 0, "[b c d]", ""},
				{four, m.GetByValueList(list{2, 1}, cdt.Ranks), 0, "[2 0 1]", ""},
				{four, m.GetByValueList(list{2, 1}, cdt.Keys.Inverted()), 0, "[a]", ""},
				{four, m.GetByKeyRelIndexRange("bb", 0, cdt.ToEnd, cdt.Keys), 0, "[c d]", ""},
				{four, m.GetByKeyRelIndexRange("bb", -1, 1, cdt.Keys), 0, "[b]", ""},
				{four, m.GetByKeyRelIndexRange("a", -5, 6, cdt.Keys), 0, "[a]", ""},
				{four, m.GetByValueRelRankRange(2, 0, cdt.ToEnd, cdt.Keys), 0, "[c a]", ""},
				{four, m.GetByValueRelRankRange(2, -1, 2, cdt.Keys), 0, "[d c]", ""},
				{four, m.GetByValueRelRankRange(9, -1, cdt.ToEnd, cdt.Keys), 0, "[a]", ""},
			})
		}
	})
}

func TestMapChanges(t *testing.T) {
	m := cdt.Map("b")
	one := map[string]int{"a": 1}
	onEach(t, func(e *env) {
		e.needs("map operations", m.Put("a", 1))
		four := pairs(aerospike.KeyOrdered, "a", 3, "b", 1, "c", 2, "d", 1)
		e.run([]row{
			{nil, m.Put("b", 1), 0, "1", "{b:1}"},
			{map[string]int{"b": 1}, m.Put("a", 2), 0, "2", "{a:2 b:1}"},
			{nil, m.KeyOrdered().Put("b", 1), 0, "1", "K{b:1}"},
			{nil, m.KeyValueOrdered().Persisted().Put(1, nil), 0, "1", "KV{1:nil}"},
			{one, m.Put("a", 9, cdt.CreateOnly), 24, "", ""},
			{one, m.Put("a", 9, cdt.CreateOnly|cdt.NoFail), 0, "1", ""},
			{one, m.Put("z", 9, cdt.UpdateOnly), 23, "", ""},
			{one, m.Put("z", 9, cdt.UpdateOnly|cdt.NoFail), 0, "1", ""},
			{nil, m.KeyOrdered().Put("z", 9, cdt.UpdateOnly|cdt.NoFail), 0, "0", "K{}"},
			{one, m.PutItems(map[string]int{"b": 2, "a": 9}), 0, "2", "{a:9 b:2}"},
			{one, m.PutItems(map[string]int{"b": 2, "a": 9}, cdt.CreateOnly, cdt.NoFail, cdt.Partial), 0, "2", "{a:1 b:2}"},
			{one, m.PutItems(map[string]int{"b": 2, "a": 9}, cdt.UpdateOnly, cdt.NoFail, cdt.Partial), 0, "1", "{a:9}"},
			{nil, m.KeyOrdered().PutItems(map[string]int{}), 0, "0", "K{}"},
			{one, m.Increment("a", 2.9), 0, "3", "{a:3}"},
			{nil, m.KeyOrdered().Increment("n", 5), 0, "5", "K{n:5}"},
			{map[string]any{"s": "x"}, m.Increment("s", 5), 4, "", ""},
			{map[string]any{}, m.Decrement("zz", 3), 0, "-3", "{zz:-3}"},
			{pairs(aerospike.Unordered, "b", 1, "a", 2), m.SetOrder(cdt.KeyOrdered), 0, "nil", "K{a:2 b:1}"},
			{nil, m.Persisted().Create(cdt.KeyValueOrdered), 0, "nil", "KV{}"},
			{four, m.Clear(), 0, "nil", "K{}"},
			{four, m.RemoveByKey("b", cdt.Values), 0, "1", "K{a:3 c:2 d:1}"},
			{four, m.RemoveByKeyList(list{"a", "d"}, cdt.Count), 0, "2", "K{b:1 c:2}"},
			{four, m.RemoveByKeyRange("b", nil, cdt.Keys), 0, "[b c d]", "K{a:3}"},
			{four, m.RemoveByKeyRelIndexRange("bb", 0, 1, cdt.Keys), 0, "[c]", "K{a:3 b:1 d:1}"},
			{four, m.RemoveByIndex(-1, cdt.KeyValues), 0, "kv{d:1}", "K{a:3 b:1 c:2}"},
			{four, m.RemoveByIndexRange(1, cdt.ToEnd, cdt.Nothing), 0, "nil", "K{a:3}"},
			{four, m.RemoveByRank(-1, cdt.Keys), 0, "a", "K{b:1 c:2 d:1}"},
			{four, m.RemoveByRankRange(-2, cdt.ToEnd, cdt.Keys.Inverted()), 0, "[b d]", "K{a:3 c:2}"},
			{four, m.RemoveByValue(1, cdt.Keys), 0, "[b d]", "K{a:3 c:2}"},
			{four, m.RemoveByValueList(list{2, 3}, cdt.Exists), 0, "true", "K{b:1 d:1}"},
			{four, m.RemoveByValueRange(nil, 2, cdt.Count), 0, "2", "K{a:3 c:2}"},
			{four, m.RemoveByValueRelRankRange(2, -1, 1, cdt.Keys), 0, "[d]", "K{a:3 b:1 c:2}"},
		})
	})
}
