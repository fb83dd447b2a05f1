package types

import (
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
