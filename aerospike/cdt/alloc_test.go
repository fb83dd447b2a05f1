package cdt

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// sink keeps operations alive, as the slice given to Client.Operate does.
var sink []types.Op

func TestAllocationBudgetOfOperations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	sink = make([]types.Op, 1)
	name, player := string([]byte("a variable")), string([]byte("bob"))
	score := 100000 * len(player)
	tags := []string{"a", "b", "c"}
	for _, test := range []struct {
		name string
		max  float64
		make func() types.Op
	}{
		{"append of a constant", 1, func() types.Op { return List("tags").Append("vip", AddUnique, NoFail) }},
		{"append of a variable, which Go puts into an interface", 2, func() types.Op { return List("tags").Ordered().Append(name) }},
		{"append of many", 2, func() types.Op { return List("tags").AppendItems(tags) }},
		{"by rank", 1, func() types.Op { return List("scores").GetByRankRange(-10, ToEnd, Values) }},
		{"put", 1, func() types.Op { return Map("prefs").Put("theme", "dark") }},
		{"put of variables", 2, func() types.Op { return Map("scores").KeyOrdered().Put(player, score) }},
		{"put in a nested map", 2, func() types.Op {
			return Map("players", MapKeyCreate(player, KeyOrdered), ListIndex(-1), MapKey("scores")).Put(name, score, CreateOnly)
		}},
		{"increment", 2, func() types.Op { return Map("scores", MapKey("all")).Increment(player, score) }},
		{"by value", 2, func() types.Op { return Map("scores").GetByValueRange(score, nil, Keys.Inverted()) }},
		{"bits", 1, func() types.Op { return Bit("b").Add(0, 8, int64(score), Signed|Wrap) }},
		{"hll", 2, func() types.Op { return HLL("h").Bits(12, 0).Add(tags) }},
		{"path", 1, func() types.Op { return Path("b", MapKey(name), AllChildren()).SelectValues() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := testing.AllocsPerRun(1000, func() { sink[0] = test.make() })
			require.NoError(t, sink[0].Err)
			t.Logf("%.0f allocations", n)
			require.LessOrEqual(t, n, test.max)
		})
	}
}

func TestAllocationBudgetOfSending(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	op := Map("prefs", MapKey("ui")).Put("theme", "dark")
	buf := make([]byte, 0, 100)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		if _, _, err := op.Arg.AppendTo(buf); err != nil {
			t.Fatal(err)
		}
	}))
}
