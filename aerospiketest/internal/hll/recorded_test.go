package hll_test

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/hll"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/recorded"
)

// TestAnswersOfARealServer compares every bit, those of similarities too.
func TestAnswersOfARealServer(t *testing.T) {
	rows, err := recorded.Load("testdata/recorded.txt")
	require.NoError(t, err)
	require.Greater(t, len(rows), 300)
	for _, r := range rows {
		changed, result, code := r.Bin, packed.Value{}, wire.ResultOK
		if r.Modify {
			changed, result, code = hll.Modify(r.Bin, r.Instr)
		} else {
			result, code = hll.Read(r.Bin, r.Instr)
		}
		require.Equal(t, r.Code, code, "%x on %x", r.Instr, r.Bin.Data)
		require.Equal(t, r.Result.Type, result.Type)
		require.Equal(t, hex.EncodeToString(r.Result.Data), hex.EncodeToString(result.Data), "%x on %x", r.Instr, r.Bin.Data)
		require.Equal(t, r.Changed.Type, changed.Type)
		require.Equal(t, hex.EncodeToString(r.Changed.Data), hex.EncodeToString(changed.Data), "%x on %x", r.Instr, r.Bin.Data)
	}
}

// FuzzHLL looks for instructions and bins that break the engine.
func FuzzHLL(f *testing.F) {
	rows, err := recorded.Load("testdata/recorded.txt")
	require.NoError(f, err)
	for _, r := range rows {
		f.Add(r.Instr, r.Bin.Data)
	}
	f.Fuzz(func(t *testing.T, instr, data []byte) {
		target := packed.Value{Type: wire.ParticleHLL, Data: data}
		before := string(data)
		result, code := hll.Read(target, instr)
		require.True(t, code == wire.ResultOK || result.Type == wire.ParticleNull)
		if result.Type == wire.ParticleHLL {
			require.True(t, hll.Valid(result.Data))
		}
		changed, _, code := hll.Modify(target, instr)
		require.Equal(t, before, string(data), "the target must not change")
		if code == wire.ResultOK {
			require.True(t, hll.Valid(changed.Data))
		}
		created, _, _ := hll.Modify(packed.Value{}, instr)
		require.Less(t, len(created.Data), 1<<20)
	})
}
