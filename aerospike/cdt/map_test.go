package cdt

import (
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestMapOperationsAreTheseBytes(t *testing.T) {
	requireBytes(t, MapBin{}, []golden{
		{`Map("m").SetOrder(Unordered)`, Map("m").SetOrder(Unordered), wire.OpCDTModify, "924000"},
		{`Map("m").Persisted().SetOrder(KeyOrdered)`, Map("m").Persisted().SetOrder(KeyOrdered), wire.OpCDTModify, "924011"},
		{`Map("m").Create(KeyValueOrdered)`, Map("m").Create(KeyValueOrdered), wire.OpCDTModify, "924003"},
		{`Map("m", MapKey("a")).Persisted().Create(KeyOrdered)`, Map("m", MapKey("a")).Persisted().Create(KeyOrdered), wire.OpCDTModify, "93ccff9262a20361924001"},
		{`Map("m").Put("a", 1)`, Map("m").Put("a", 1), wire.OpCDTModify, "9343a2036101"},
		{`Map("m").KeyOrdered().Put("a", 1, CreateOnly)`, Map("m").KeyOrdered().Put("a", 1, CreateOnly), wire.OpCDTModify, "9543a20361010101"},
		{`Map("m").KeyValueOrdered().Persisted().Put(1, nil)`, Map("m").KeyValueOrdered().Persisted().Put(1, nil), wire.OpCDTModify, "944301c013"},
		{`Map("m").Put([]byte{1}, true, UpdateOnly|NoFail)`, Map("m").Put([]byte{1}, true, UpdateOnly|NoFail), wire.OpCDTModify, "9543a20401c30006"},
		{`Map("m", MapKeyCreate("q", Unordered)).KeyOrdered().Put("k", 1)`, Map("m", MapKeyCreate("q", Unordered)).KeyOrdered().Put("k", 1), wire.OpCDTModify, "93ccff9262a203719443a2036b0101"},
		{`Map("m").KeyOrdered().PutItems(map[string]int{"b": 2, "a": 1})`, Map("m").KeyOrdered().PutItems(map[string]int{"b": 2, "a": 1}), wire.OpCDTModify, "934482a2036101a203620201"},
		{`Map("m").PutItems(map[string]int{}, CreateOnly|NoFail|Partial)`, Map("m").PutItems(map[string]int{}, CreateOnly|NoFail|Partial), wire.OpCDTModify, "944480000d"},
		{`Map("m").KeyOrdered().Increment("a", 5)`, Map("m").KeyOrdered().Increment("a", 5), wire.OpCDTModify, "9449a203610501"},
		{`Map("m").Increment("a", 0.5)`, Map("m").Increment("a", 0.5), wire.OpCDTModify, "9349a20361cb3fe0000000000000"},
		{`Map("m").Decrement("a", 3)`, Map("m").Decrement("a", 3), wire.OpCDTModify, "934aa2036103"},
		{`Map("m").Clear()`, Map("m").Clear(), wire.OpCDTModify, "914b"},
		{`Map("m").Size()`, Map("m").Size(), wire.OpCDTRead, "9160"},
		{`Map("m").GetByKey("b", KeyValues)`, Map("m").GetByKey("b", KeyValues), wire.OpCDTRead, "936108a20362"},
		{`Map("m").GetByKeyList([]string{"a", "b"}, Values)`, Map("m").GetByKeyList([]string{"a", "b"}, Values), wire.OpCDTRead, "936b0792a20361a20362"},
		{`Map("m").GetByKeyRange("b", "d", Keys)`, Map("m").GetByKeyRange("b", "d", Keys), wire.OpCDTRead, "946706a20362a20364"},
		{`Map("m").GetByKeyRange("b", nil, Keys)`, Map("m").GetByKeyRange("b", nil, Keys), wire.OpCDTRead, "936706a20362"},
		{`Map("m").GetByKeyRange(nil, "b", Keys)`, Map("m").GetByKeyRange(nil, "b", Keys), wire.OpCDTRead, "946706c0a20362"},
		{`Map("m").GetByKeyRelIndexRange("bb", -1, 1, Keys)`, Map("m").GetByKeyRelIndexRange("bb", -1, 1, Keys), wire.OpCDTRead, "956d06a3036262ff01"},
		{`Map("m").GetByKeyRelIndexRange("bb", 0, ToEnd, Keys)`, Map("m").GetByKeyRelIndexRange("bb", 0, ToEnd, Keys), wire.OpCDTRead, "946d06a303626200"},
		{`Map("m").GetByIndex(9, Values)`, Map("m").GetByIndex(9, Values), wire.OpCDTRead, "93620709"},
		{`Map("m").GetByIndexRange(1, 2, Keys.Inverted())`, Map("m").GetByIndexRange(1, 2, Keys.Inverted()), wire.OpCDTRead, "9468ce000100060102"},
		{`Map("m").GetByRank(-1, OrderedMap)`, Map("m").GetByRank(-1, OrderedMap), wire.OpCDTRead, "936411ff"},
		{`Map("m").GetByRankRange(-1, ToEnd, KeyValues)`, Map("m").GetByRankRange(-1, ToEnd, KeyValues), wire.OpCDTRead, "936a08ff"},
		{`Map("m").GetByValue(1, Keys)`, Map("m").GetByValue(1, Keys), wire.OpCDTRead, "93660601"},
		{`Map("m").GetByValueList([]int{2, 1}, Ranks)`, Map("m").GetByValueList([]int{2, 1}, Ranks), wire.OpCDTRead, "936c03920201"},
		{`Map("m").GetByValueRange(1, 3, UnorderedMap)`, Map("m").GetByValueRange(1, 3, UnorderedMap), wire.OpCDTRead, "9469100103"},
		{`Map("m").GetByValueRelRankRange(2, -1, 2, Keys)`, Map("m").GetByValueRelRankRange(2, -1, 2, Keys), wire.OpCDTRead, "956e0602ff02"},
		{`Map("m").RemoveByKey("a", Nothing)`, Map("m").RemoveByKey("a", Nothing), wire.OpCDTModify, "934c00a20361"},
		{`Map("m").RemoveByKeyList([]string{"a"}, Count)`, Map("m").RemoveByKeyList([]string{"a"}, Count), wire.OpCDTModify, "93510591a20361"},
		{`Map("m").RemoveByKeyRange("a", "c", Exists)`, Map("m").RemoveByKeyRange("a", "c", Exists), wire.OpCDTModify, "94540da20361a20363"},
		{`Map("m").RemoveByKeyRelIndexRange("a", 1, ToEnd, Indexes)`, Map("m").RemoveByKeyRelIndexRange("a", 1, ToEnd, Indexes), wire.OpCDTModify, "945801a2036101"},
		{`Map("m").RemoveByIndex(0, KeyValues)`, Map("m").RemoveByIndex(0, KeyValues), wire.OpCDTModify, "934d0800"},
		{`Map("m").RemoveByIndexRange(-2, ToEnd, ReverseIndexes)`, Map("m").RemoveByIndexRange(-2, ToEnd, ReverseIndexes), wire.OpCDTModify, "935502fe"},
		{`Map("m").RemoveByRank(0, Values)`, Map("m").RemoveByRank(0, Values), wire.OpCDTModify, "934f0700"},
		{`Map("m").RemoveByRankRange(0, 10, OrderedMap.Inverted())`, Map("m").RemoveByRankRange(0, 10, OrderedMap.Inverted()), wire.OpCDTModify, "9457ce00010011000a"},
		{`Map("m").RemoveByValue(1, ReverseRanks)`, Map("m").RemoveByValue(1, ReverseRanks), wire.OpCDTModify, "93520401"},
		{`Map("m").RemoveByValueList([]string{"x"}, Count)`, Map("m").RemoveByValueList([]string{"x"}, Count), wire.OpCDTModify, "93530591a20378"},
		{`Map("m").RemoveByValueRange(nil, nil, Count)`, Map("m").RemoveByValueRange(nil, nil, Count), wire.OpCDTModify, "935605c0"},
		{`Map("m").RemoveByValueRelRankRange(5, 0, 1, Values)`, Map("m").RemoveByValueRelRankRange(5, 0, 1, Values), wire.OpCDTModify, "955907050001"},
		{`Map("m", MapKeyCreate(1, KeyOrdered).Persisted(), MapKeyCreate([]byte{1}, KeyValueOrdered)).Put(types.String("k"), 1)`, Map("m", MapKeyCreate(1, KeyOrdered).Persisted(), MapKeyCreate([]byte{1}, KeyValueOrdered)).Put(types.String("k"), 1), wire.OpCDTModify, "93ccff94cd01a201cce2a204019343a2036b01"},
		{`Map("m", MapKeyCreate("a", Unordered), MapKeyCreate("b", Unordered).Persisted()).Size()`, Map("m", MapKeyCreate("a", Unordered), MapKeyCreate("b", Unordered).Persisted()).Size(), wire.OpCDTRead, "93ccff9462a2036162a203629160"},
	})
}
