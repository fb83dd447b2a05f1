package collection_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

func mapOf(t testing.TB, data string) packed.Value {
	return packed.Value{Type: wire.ParticleMap, Data: unhex(t, data)}
}

// change executes a changing instruction that must succeed.
func change(t *testing.T, bin packed.Value, instruction string) packed.Value {
	t.Helper()
	changed, _, code := collection.Modify(bin, unhex(t, instruction), nil)
	require.Zero(t, code, instruction)
	return changed
}

// read executes a reading instruction that must succeed and returns its result.
func read(t *testing.T, bin packed.Value, instruction string) string {
	t.Helper()
	result, code := collection.Read(bin, unhex(t, instruction), nil)
	require.Zero(t, code, instruction)
	return hex.EncodeToString(result.Data)
}

const (
	intervalKeys = "9469060104" // the keys of the values from 1 to before 4
	byRank       = "94a20362a20364a20363a20361"
	byKey        = "94a20361a20362a20363a20364"
	fourPairs    = "84a2036103a2036201a2036302a2036401"
)

// TestIndexSurvivesChanges follows the index of a map that is ordered by key and
// value: while it has one, an interval of values comes in the order of the values.
func TestIndexSurvivesChanges(t *testing.T) {
	bin := change(t, packed.Value{}, "924013") // set type
	bin = change(t, bin, "9244"+fourPairs)
	require.Equal(t, byRank, read(t, bin, intervalKeys))
	bin = change(t, bin, "9343a2036500") // put "e"
	bin = change(t, bin, "934c00a20365") // and remove it
	bin = change(t, bin, "9349a2036101") // increment "a"
	bin = change(t, bin, "934aa2036101") // and back
	require.Equal(t, byRank, read(t, bin, intervalKeys))
	bin = change(t, bin, "914b") // clear
	bin = change(t, bin, "9244"+fourPairs)
	require.Equal(t, byRank, read(t, bin, intervalKeys))
	bin = change(t, bin, "924003") // without an index
	require.Equal(t, byKey, read(t, bin, intervalKeys))

	created := change(t, packed.Value{}, "93ccff92cd01e2a2037a9343a2036101") // by a context, with an index
	created = change(t, created, "9244"+fourPairs)
	require.Equal(t, byRank, read(t, created, intervalKeys))
}

// TestEmptyListInvertedSelectsAll is what crashes a real server unless the result is
// without elements: it has not laid out the pairs.
func TestEmptyListInvertedSelectsAll(t *testing.T) {
	bin := mapOf(t, fourPairs)
	for _, op := range []string{"6b", "6c"} { // by key list, by value list
		require.Equal(t, byKey, read(t, bin, "93"+op+"ce0001000690"))
		require.Equal(t, "9403010201", read(t, bin, "93"+op+"ce0001000790"))
		require.Equal(t, "85c70001c0"+fourPairs[2:], read(t, bin, "93"+op+"ce0001001190"))
		require.Equal(t, "0000000000000004", read(t, bin, "93"+op+"ce0001000590"))
	}
	for _, op := range []string{"51", "53"} {
		require.Equal(t, "80", hex.EncodeToString(change(t, bin, "93"+op+"ce0001000690").Data))
	}
}

// TestNothingFoundInAnIndexedMap is what crashes a real server, too: one value, or a
// context step to a value, that is greater than all in an index.
func TestNothingFoundInAnIndexedMap(t *testing.T) {
	bin := mapOf(t, "85c70013c0"+fourPairs[2:])
	require.Equal(t, "81c70001c0", read(t, bin, "93631109"))
	_, code := collection.Read(bin, unhex(t, "93ccff9223099160"), nil)
	require.Equal(t, wire.ResultOpNotApplicable, code)
}

// TestMapsAreBounded refuses what would take too much memory or time.
func TestMapsAreBounded(t *testing.T) {
	env := &collection.Env{Limit: 64}
	long := hex.EncodeToString(wire.AppendMsgpackString(nil, string(make([]byte, 100))))
	for _, instruction := range []string{
		"9343a20361" + long,
		"924481a20361" + long,
		"93ccff92cca2a203619343a20361" + long,
	} {
		changed, _, code := collection.Modify(packed.Value{}, unhex(t, instruction), env)
		require.Equal(t, wire.ResultRecordTooBig, code)
		require.Zero(t, changed)
	}
	wildcards := "936b01dc0020" // indexes of 32 times any key
	for range 32 {
		wildcards += "d4ff00"
	}
	_, code := collection.Read(mapOf(t, "85c70001c0"+fourPairs[2:]), unhex(t, wildcards), env)
	require.Equal(t, wire.ResultRecordTooBig, code)
	for _, instruction := range []string{
		"936b01dd7fffffff", "936c01dd7fffffffc0", "936b01ddffffffff01", // lists that are not there
		"9344df7fffffff", "924482c70001c0a20361", "df7fffffff43", "93ccffdd7ffffffe220191",
	} {
		_, _, code := collection.Modify(mapOf(t, fourPairs), unhex(t, instruction), nil)
		require.Equal(t, wire.ResultParameter, code, instruction)
		_, code = collection.Read(mapOf(t, fourPairs), unhex(t, instruction), nil)
		require.Equal(t, wire.ResultParameter, code, instruction)
	}
}
