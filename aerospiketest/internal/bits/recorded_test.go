package bits_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/bits"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/recorded"
)

func TestAnswersOfARealServer(t *testing.T) {
	rows, err := recorded.Load("testdata/recorded.txt")
	require.NoError(t, err)
	require.Greater(t, len(rows), 500)
	for _, r := range rows {
		changed, result, code := r.Bin, packed.Value{}, wire.ResultOK
		if r.Modify {
			changed, code = bits.Modify(r.Bin, r.Instr)
		} else {
			result, code = bits.Read(r.Bin, r.Instr)
		}
		require.Equal(t, r.Code, code, "%x on %x", r.Instr, r.Bin.Data)
		require.Equal(t, r.Result.Type, result.Type)
		require.Equal(t, hex.EncodeToString(r.Result.Data), hex.EncodeToString(result.Data), "%x on %x", r.Instr, r.Bin.Data)
		require.Equal(t, r.Changed.Type, changed.Type)
		require.Equal(t, hex.EncodeToString(r.Changed.Data), hex.EncodeToString(changed.Data), "%x on %x", r.Instr, r.Bin.Data)
	}
}

// FuzzBits looks for instructions that break the engine.
func FuzzBits(f *testing.F) {
	rows, err := recorded.Load("testdata/recorded.txt")
	require.NoError(f, err)
	for _, r := range rows {
		f.Add(r.Instr, r.Bin.Data)
	}
	f.Fuzz(func(t *testing.T, instr, data []byte) {
		target := packed.Value{Type: wire.ParticleBlob, Data: data}
		before := string(data)
		result, code := bits.Read(target, instr)
		require.LessOrEqual(t, len(result.Data), max(8, len(data)))
		require.True(t, code == wire.ResultOK || result.Type == wire.ParticleNull)
		changed, code := bits.Modify(target, instr)
		require.Equal(t, before, string(data), "the target must not change")
		require.Equal(t, wire.ParticleBlob, changed.Type)
		if code != wire.ResultOK {
			require.Equal(t, before, string(changed.Data))
		}
		created, _ := bits.Modify(packed.Value{}, instr)
		require.Less(t, len(created.Data), 128<<20)
	})
}
