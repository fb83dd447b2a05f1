package cdt

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// golden is an operation, as it is written and as it is sent.
type golden struct {
	text   string
	op     types.Op
	kind   wire.OpType
	packed string
}

func hexOf(t *testing.T, op types.Op) string {
	t.Helper()
	require.NoError(t, op.Err)
	require.Equal(t, wire.ParticleBlob, op.Arg.ParticleType(), "bits demand it")
	b, err := op.Arg.AsBytes()
	require.NoError(t, err)
	require.Equal(t, len(b), cap(b), "of its own size")
	return hex.EncodeToString(b)
}

// requireBytes checks the operations, and that they use each method of the builder.
func requireBytes(t *testing.T, builder any, rows []golden) {
	var all strings.Builder
	for _, row := range rows {
		require.Equal(t, row.packed, hexOf(t, row.op), row.text)
		require.Equal(t, row.kind, row.op.Type, row.text)
		require.NotEmpty(t, row.op.Bin, row.text)
		all.WriteString(row.text)
		r := wire.NewReader(must(hex.DecodeString(row.packed)))
		r.SkipMsgpack()
		require.NoError(t, r.Finish(row.text))
	}
	for m := range reflect.TypeOf(builder).Methods() {
		require.Contains(t, all.String(), ")."+m.Name+"(", "no bytes are pinned of this method")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The payloads that were seen to work on a server 8.1.2.0. Optional arguments at the
// end that are zero are not sent: package integration shows that it makes no difference.
func TestOperationsAreThePayloadsThatAServerTook(t *testing.T) {
	for _, c := range []struct {
		name string
		op   types.Op
		sent string
	}{
		// Lists.
		{"size", List("l").Size(), "9110"},
		{"append 5", List("l").Append(5), "920105"},
		{"append 5, ordered, unique", List("l").Ordered().Append(5, AddUnique), "9401050101"},
		{"append items", List("l").AppendItems([]int64{1, 2}), "9202920102"},
		{"insert", List("l").Insert(0, "a"), "930300a20361"},
		{"set type", List("l").SetOrder(ListOrdered), "920001"},
		{"sort", List("l").Sort(DropDuplicates), "920d02"},
		{"increment", List("l").Increment(0, 1), "930c0001"},
		{"get by index", List("l").GetByIndex(-1, Values), "931307ff"},
		{"get all by value", List("l").GetByValue(7, Count.Inverted()), "9316ce0001000507"},
		{"get by value interval", List("l").GetByValueRange(3, 9, Values), "9419070309"},
		{"get by value list", List("l").GetByValueList([]int{9, 3}, Values), "931707920903"},
		{"get by relative rank", List("l").GetByValueRelRankRange(4, -1, 2, Values), "951b0704ff02"},
		{"remove by rank range", List("l").RemoveByRankRange(-2, ToEnd, Count), "932705fe"},
		// Maps.
		{"put", Map("m").Put("a", 1), "9343a2036101"},
		{"put, key ordered, create only", Map("m").KeyOrdered().Put("a", 1, CreateOnly), "9543a20361010101"},
		{"put items", Map("m").KeyOrdered().PutItems(map[string]any{"a": 1, "b": 2}), "934482a2036101a203620201"},
		{"increment, key ordered", Map("m").KeyOrdered().Increment("a", 5), "9449a203610501"},
		{"set type, persisted", Map("m").Persisted().SetOrder(KeyOrdered), "924011"},
		{"remove by key", Map("m").RemoveByKey("a", Nothing), "934c00a20361"},
		{"get by key", Map("m").GetByKey("a", Values), "936107a20361"},
		{"get by key interval", Map("m").GetByKeyRange("b", "d", Keys), "946706a20362a20364"},
		{"get by key list", Map("m").GetByKeyList([]any{"a", "b"}, Values), "936b0792a20361a20362"},
		{"get by rank range", Map("m").GetByRankRange(-1, ToEnd, KeyValues), "936a08ff"},
		// Contexts.
		{"size at a key", List("m", MapKey("a")).Size(), "93ccff9222a203619110"},
		{"append at a key and an index", List("m", MapKey("a"), ListIndex(1)).Append(9), "93ccff9422a203611001920109"},
		{
			"put in a map to be created", Map("m", MapKeyCreate("q", KeyOrdered)).KeyOrdered().Put("k", 1),
			"93ccff92cca2a203719443a2036b0101",
		},
		{"append with padding", List("l", ListIndexCreate(2, ListUnordered, true)).Append(9), "93ccff92cc9002920109"},
		// Path expressions.
		{"select values", Path("l", MapKey("book"), AllChildren(), MapKey("p")).SelectValues(), "93ccfe9622a503626f6f6b04c322a2037001"},
		{"select tree", Path("l", ChildrenWhere(above1)).SelectTree(), "93ccfe92049303937a02010100"},
		{"modify", Path("l", AllChildren()).Modify(doubled), "94ccfe9204c3049316937a0701cb4000000000000000"},
		{"remove", Path("l", ChildrenWhere(above2)).Remove(), "94ccfe92049303937a020102049164"},
		{"keys and condition", Path("l", MapKeys("a", "c"), And(above1)).SelectPairs(), "93ccfe942a92a20361a20363cd02049303937a02010103"},
		// Bits.
		{"resize", Bit("b").Resize(4), "920004"},
		{"set", Bit("b").Set(13, 3, []byte{0xe0}), "94030d03a204e0"},
		{"add", Bit("b").Add(24, 16, 128, Wrap), "960a1810cc800004"},
		{"get", Bit("b").Get(9, 5), "93320905"},
		{"get int", Bit("b").GetInt(8, 16, Signed), "9436081001"},
		{"scan", Bit("b").LScan(24, 8, true), "94341808c3"},
		// HyperLogLogs.
		{"init", HLL("h").Bits(8, 0).Init(), "93000800"},
		{"add with flags", HLL("h").Bits(8, Unset).Add([]string{"a"}), "930191a2036108"},
		{"count", HLL("h").Count(), "9132"},
		{"describe", HLL("h").Describe(), "9137"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.sent, hexOf(t, c.op))
		})
	}
}
