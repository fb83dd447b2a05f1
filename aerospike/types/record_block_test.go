package types

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Records that share memory are those that have their own.
func TestRecordsOfABlockAreApart(t *testing.T) {
	key := NewKey("ns", "set", 1)
	var block Block
	var records []*Record
	var want []*Record
	for i := range 100 {
		var e wire.Encoder
		e.Begin(nil, &wire.Header{Generation: uint32(i)})
		for j := range i % 70 {
			e.Op(wire.OpRead, string(rune('a'+j)), wire.ParticleString, []byte(strings.Repeat("x", i*j%2000)))
		}
		frame, err := e.End()
		require.NoError(t, err)
		parse := func() *wire.Message {
			m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
			require.NoError(t, err)
			return &m
		}
		rec, err := block.Decode(parse(), &key, nil)
		require.NoError(t, err)
		records = append(records, rec)
		alone, err := DecodeRecord(parse(), key, nil)
		require.NoError(t, err)
		want = append(want, alone)
	}
	for i, rec := range records {
		require.Equal(t, cap(rec.Bins), len(rec.Bins), "an append must not reach the neighbour")
		require.Equal(t, want[i].Map(), rec.Map())
		require.Equal(t, want[i].Generation, rec.Generation)
	}
}

func TestABlockBelievesNoCount(t *testing.T) {
	key := NewKey("ns", "set", 1)
	var e wire.Encoder
	e.Begin(nil, &wire.Header{})
	e.Op(wire.OpRead, "a", wire.ParticleNull, nil)
	frame, err := e.End()
	require.NoError(t, err)
	body := frame[wire.FrameHeaderSize:]
	body[20], body[21] = 0xff, 0xff // operations
	m, err := wire.ParseMessage(body)
	require.NoError(t, err)
	_, err = new(Block).Decode(&m, &key, nil)
	require.ErrorIs(t, err, ErrProtocol)
}

// Names in another order than in the record before are found without memory, also where a
// record has some of them only, and others in between.
func TestABlockKnowsNamesInAnyOrder(t *testing.T) {
	key := NewKey("ns", "set", 1)
	random := rand.New(rand.NewPCG(1, 2))
	all := append(typicalBins(), Bin{"a", Nil()}, Bin{"b", Bool(true)})
	var block Block
	for range 1000 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		want := all[:random.IntN(len(all)+1)]
		m, err := wire.ParseMessage(reply(t, wire.Header{}, nil, want...))
		require.NoError(t, err)
		rec, err := block.Decode(&m, &key, nil) // without an interner each name is new
		require.NoError(t, err)
		require.Len(t, rec.Bins, len(want))
		for i := range want {
			require.Equal(t, want[i].Name, rec.Bins[i].Name)
			require.True(t, want[i].Value.Equal(rec.Bins[i].Value))
		}
	}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i := range all {
			if name := []byte(all[i].Name); block.name(i, name, nil) != all[i].Name {
				t.Error("another name")
			}
		}
	}), "places are changed, no name is forgotten")
}

// The rows of a query tell where they are, those of a batch do not.
func TestABlockTakesKeysFromFields(t *testing.T) {
	var block Block
	base := NewKey("ns", "", 1)
	for i := range 10 {
		namespace, set := "ns", string(rune('a'+i/4))
		fields := []wire.Field{{Type: wire.FieldNamespace, Data: []byte(namespace)}, {Type: wire.FieldSet, Data: []byte(set)}}
		want := NewKey(namespace, set, i)
		digest := want.Digest()
		fields = append(fields, wire.Field{Type: wire.FieldDigest, Data: digest[:]})
		m, err := wire.ParseMessage(reply(t, wire.Header{}, fields))
		require.NoError(t, err)
		rec, err := block.Decode(&m, &base, nil)
		require.NoError(t, err)
		require.Equal(t, NewKeyFromDigest(namespace, set, digest), rec.Key)
		require.True(t, rec.Key.SameSet(&want))
	}
}

func TestABlockMakesTheMemoryThatIsExpected(t *testing.T) {
	body := reply(t, wire.Header{}, nil, typicalBins()...)
	key := NewKey("ns", "set", 1)
	for _, records := range []int{1, 10, 64, 65, 200} {
		var block Block
		allocs := testing.AllocsPerRun(10, func() {
			block.Begin(records)
			for range records + 1 { // one more than was expected is no harm
				m, err := wire.ParseMessage(body)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := block.Decode(&m, &key, nil); err != nil {
					t.Fatal(err)
				}
			}
		})
		pieces := (records+blockRecords-1)/blockRecords + 1
		if !raceEnabled {
			require.LessOrEqual(t, allocs, float64(3*pieces), "%d records", records)
		}
	}
}
