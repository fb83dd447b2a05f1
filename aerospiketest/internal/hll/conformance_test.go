package hll_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/hll"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// list is a msgpack list of packed values.
type list [][]byte

// instruction packs an instruction: integers, lists of packed values.
func instruction(op wire.HLLOp, args ...any) []byte {
	b := wire.AppendMsgpackArrayHeader(nil, 1+len(args))
	b = wire.AppendMsgpackInt(b, int64(op))
	for _, a := range args {
		switch a := a.(type) {
		case int:
			b = wire.AppendMsgpackInt(b, int64(a))
		case list:
			b = wire.AppendMsgpackArrayHeader(b, len(a))
			for _, e := range a {
				b = append(b, e...)
			}
		case packed.Value:
			b = wire.AppendMsgpackBytes(b, a.Type, a.Data)
		}
	}
	return b
}

// strings packs a number of different strings.
func strings(from, to int) (l list) {
	for i := from; i < to; i++ {
		l = append(l, wire.AppendMsgpackString(nil, fmt.Sprint("element ", i)))
	}
	return l
}

// sketches packs HyperLogLogs as arguments.
func sketches(values ...packed.Value) (l list) {
	for _, v := range values {
		l = append(l, wire.AppendMsgpackBytes(nil, v.Type, v.Data))
	}
	return l
}

func modify(t *testing.T, target packed.Value, instr []byte) (packed.Value, packed.Value) {
	t.Helper()
	changed, result, code := hll.Modify(target, instr)
	require.Equal(t, wire.ResultOK, code)
	return changed, result
}

func number(t *testing.T, v packed.Value) int64 {
	t.Helper()
	require.Equal(t, wire.ParticleInt, v.Type)
	return int64(binary.BigEndian.Uint64(v.Data))
}

func read(t *testing.T, target packed.Value, instr []byte) packed.Value {
	t.Helper()
	v, code := hll.Read(target, instr)
	require.Equal(t, wire.ResultOK, code)
	return v
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestSizes(t *testing.T) {
	for shape, size := range map[[2]int]int{{8, 0}: 203, {12, 0}: 3083, {14, 7}: 26635, {8, 20}: 843, {4, 51}: 125} {
		v, _ := modify(t, packed.Value{}, instruction(wire.HLLInit, shape[0], shape[1]))
		require.Len(t, v.Data, size)
		require.True(t, hll.Valid(v.Data))
		require.False(t, hll.Valid(v.Data[:size-1]))
		require.False(t, hll.Valid(append(v.Data, 0)))
	}
	for _, b := range []string{"", "00", "00040000000000000000", "01040000000000000000000000000000000000000000000000"} {
		require.False(t, hll.Valid(unhex(t, b)), b)
	}
}

// TestRegisters has the registers that elements set (protocol notes 10, B4).
func TestRegisters(t *testing.T) {
	for element, c := range map[string]struct{ index, plain, minhash int }{
		"a20361":             {117, 4, 66},
		"a5036b657931":       {65, 1, 16},
		"01":                 {22, 1, 30},
		"cb3ff8000000000000": {47, 5, 86},
		"a20401":             {162, 1, 28},
		"c3":                 {241, 6, 102},
	} {
		for _, shape := range []struct{ bits, value int }{{0, c.plain}, {4, c.minhash}} {
			v, added := modify(t, packed.Value{}, instruction(wire.HLLAdd, list{unhex(t, element)}, 8, shape.bits))
			require.Equal(t, int64(1), number(t, added))
			width := 6 + shape.bits
			want := make([]byte, len(v.Data))
			want[1], want[2] = 8, byte(shape.bits)
			for i := range width { // bit by bit, the highest first
				if shape.value>>(width-1-i)&1 != 0 {
					bit := 11*8 + c.index*width + i
					want[bit/8] |= 0x80 >> (bit % 8)
				}
			}
			require.Equal(t, want, v.Data, element)
		}
	}
}

// TestElementsAreNormalised adds the same element in several forms.
func TestElementsAreNormalised(t *testing.T) {
	for _, forms := range [][]string{
		{"01", "cc01", "cd0001", "d001", "d30000000000000001"},
		{"a20361", "d9020361", "da00020361", "c4020361"},
		{"ff", "d0ff", "d3ffffffffffffffff"},
	} {
		var v packed.Value
		for i, form := range forms {
			changed, added := modify(t, v, instruction(wire.HLLAdd, list{unhex(t, form)}, 12))
			require.Equal(t, i == 0, number(t, added) == 1, form)
			v = changed
			require.Equal(t, int64(1), number(t, read(t, v, instruction(wire.HLLMayContain, list{unhex(t, form)}))))
		}
	}
	for _, container := range []string{"90", "80", "9101", "dc0000"} {
		_, _, code := hll.Modify(packed.Value{}, instruction(wire.HLLAdd, list{unhex(t, container)}, 8))
		require.Equal(t, wire.ResultParameter, code)
	}
}

func TestInstructionsOfClients(t *testing.T) {
	v, _ := modify(t, packed.Value{}, unhex(t, "9400080000"))
	v, _ = modify(t, v, unhex(t, "950191a2036108ff00"))
	require.Equal(t, int64(1), number(t, read(t, v, unhex(t, "9132"))))
	require.Equal(t, packed.Value{Type: wire.ParticleList, Data: []byte{0x92, 8, 0}}, read(t, v, unhex(t, "9137")))
	require.Equal(t, byte(0x40), v.Data[99])
}

func TestEstimatesAreNearTheTruth(t *testing.T) {
	for _, minhash := range []int{0, 10} {
		a, _ := modify(t, packed.Value{}, instruction(wire.HLLAdd, strings(0, 3000), 12, minhash))
		b, _ := modify(t, packed.Value{}, instruction(wire.HLLAdd, strings(2000, 5000), 12, minhash))
		other := instruction(wire.HLLUnionCount, sketches(b))
		require.InEpsilon(t, 3000, number(t, read(t, a, instruction(wire.HLLCount))), 0.05)
		require.InEpsilon(t, 5000, number(t, read(t, a, other)), 0.05)
		require.InEpsilon(t, 1000, number(t, read(t, a, instruction(wire.HLLIntersectCount, sketches(b)))), 0.2)
		similarity := read(t, a, instruction(wire.HLLSimilarity, sketches(b)))
		require.Equal(t, wire.ParticleFloat, similarity.Type)
		require.InDelta(t, 0.2, math.Float64frombits(binary.BigEndian.Uint64(similarity.Data)), 0.05)
		union := read(t, a, instruction(wire.HLLGetUnion, b))
		require.Equal(t, number(t, read(t, a, other)), number(t, read(t, union, instruction(wire.HLLCount))))
		refreshed, count := modify(t, union, instruction(wire.HLLRefreshCount))
		require.Equal(t, uint64(number(t, count)), binary.LittleEndian.Uint64(refreshed.Data[3:]))
		require.Equal(t, union.Data[11:], refreshed.Data[11:])
	}
}

// TestCodes has what the server refuses (protocol notes 10, B1 and B2).
func TestCodes(t *testing.T) {
	small, _ := modify(t, packed.Value{}, instruction(wire.HLLInit, 6))
	large, _ := modify(t, packed.Value{}, instruction(wire.HLLInit, 8))
	minhash, _ := modify(t, packed.Value{}, instruction(wire.HLLInit, 6, 10))
	widest, _ := modify(t, packed.Value{}, instruction(wire.HLLInit, 16))
	text := packed.Value{Type: wire.ParticleString, Data: []byte("text")}
	broken := packed.Value{Type: wire.ParticleHLL, Data: small.Data[:20]}
	none := packed.Value{}
	for name, c := range map[string]struct {
		target packed.Value
		instr  []byte
		code   wire.ResultCode
	}{
		"init without bits":                 {none, instruction(wire.HLLInit), wire.ResultOpNotApplicable},
		"init with unset bits":              {none, instruction(wire.HLLInit, -1, 4), wire.ResultOpNotApplicable},
		"add without bits":                  {none, instruction(wire.HLLAdd, strings(0, 1)), wire.ResultOpNotApplicable},
		"refresh nothing":                   {none, instruction(wire.HLLRefreshCount), wire.ResultBinNotFound},
		"fold nothing":                      {none, instruction(wire.HLLFold, 4), wire.ResultBinNotFound},
		"update only":                       {none, instruction(wire.HLLInit, 8, 0, wire.HLLUpdateOnly), wire.ResultBinNotFound},
		"update only, no fail":              {none, instruction(wire.HLLInit, 8, 0, wire.HLLUpdateOnly|wire.HLLNoFail), wire.ResultOK},
		"create only":                       {small, instruction(wire.HLLInit, 8, 0, wire.HLLCreateOnly), wire.ResultBinExists},
		"create only, no fail":              {small, instruction(wire.HLLInit, 8, 0, wire.HLLCreateOnly|wire.HLLNoFail), wire.ResultOK},
		"both":                              {small, instruction(wire.HLLInit, 8, 0, wire.HLLCreateOnly|wire.HLLUpdateOnly), wire.ResultParameter},
		"add does not take update only":     {small, instruction(wire.HLLAdd, strings(0, 1), 8, 0, wire.HLLUpdateOnly), wire.ResultParameter},
		"init does not take allow fold":     {small, instruction(wire.HLLInit, 8, 0, wire.HLLAllowFold), wire.ResultParameter},
		"too few index bits":                {none, instruction(wire.HLLInit, 3), wire.ResultParameter},
		"too many index bits":               {none, instruction(wire.HLLInit, 17), wire.ResultParameter},
		"too few minhash bits":              {none, instruction(wire.HLLInit, 4, 3), wire.ResultParameter},
		"too many minhash bits":             {none, instruction(wire.HLLInit, 4, 52), wire.ResultParameter},
		"too many bits together":            {none, instruction(wire.HLLInit, 14, 51), wire.ResultParameter},
		"bits of add are checked":           {small, instruction(wire.HLLAdd, strings(0, 1), 17), wire.ResultParameter},
		"init to too many bits":             {widest, instruction(wire.HLLInit, -1, 51), wire.ResultOpNotApplicable},
		"no elements":                       {small, instruction(wire.HLLAdd, list{}), wire.ResultParameter},
		"no sketches":                       {small, instruction(wire.HLLGetUnion, list{}), wire.ResultParameter},
		"broken sketch":                     {small, instruction(wire.HLLGetUnion, sketches(broken)), wire.ResultParameter},
		"wrong type":                        {text, instruction(wire.HLLInit, 17), wire.ResultBinType},
		"broken bin":                        {broken, instruction(wire.HLLInit, 17), wire.ResultServerError},
		"reading instruction":               {text, instruction(wire.HLLCount), wire.ResultParameter},
		"too many arguments":                {small, instruction(wire.HLLRefreshCount, 1), wire.ResultParameter},
		"union would lose index bits":       {large, instruction(wire.HLLSetUnion, sketches(small)), wire.ResultOpNotApplicable},
		"union may lose index bits":         {large, instruction(wire.HLLSetUnion, sketches(small), wire.HLLAllowFold), wire.ResultOK},
		"union of larger ones":              {small, instruction(wire.HLLSetUnion, sketches(large)), wire.ResultOK},
		"union would lose minhash bits":     {minhash, instruction(wire.HLLSetUnion, sketches(small)), wire.ResultOpNotApplicable},
		"union may lose minhash bits":       {minhash, instruction(wire.HLLSetUnion, sketches(small), wire.HLLAllowFold), wire.ResultOK},
		"fold with minhash bits":            {minhash, instruction(wire.HLLFold, 4), wire.ResultOpNotApplicable},
		"fold to more":                      {small, instruction(wire.HLLFold, 7), wire.ResultOpNotApplicable},
		"fold to unset":                     {small, instruction(wire.HLLFold, -1), wire.ResultOpNotApplicable},
		"fold to as many":                   {small, instruction(wire.HLLFold, 6), wire.ResultOK},
		"instruction longer than its bytes": {text, []byte{0x93, 4, 7}, wire.ResultBinType},
	} {
		t.Run(name, func(t *testing.T) {
			changed, _, code := hll.Modify(c.target, c.instr)
			require.Equal(t, c.code, code)
			if code != wire.ResultOK {
				require.Equal(t, c.target, changed)
			}
		})
	}
	for name, c := range map[string]struct {
		target packed.Value
		instr  []byte
		code   wire.ResultCode
	}{
		"no bin":                         {none, instruction(wire.HLLInit), wire.ResultOK},
		"wrong type":                     {text, instruction(wire.HLLCount, 1), wire.ResultBinType},
		"modifying instruction":          {small, instruction(wire.HLLInit), wire.ResultParameter},
		"three without minhash":          {small, instruction(wire.HLLSimilarity, sketches(small, small, small)), wire.ResultParameter},
		"three with different minhash":   {minhash, instruction(wire.HLLSimilarity, sketches(minhash, minhash, small)), wire.ResultParameter},
		"three unlike the bin":           {small, instruction(wire.HLLIntersectCount, sketches(minhash, minhash, minhash)), wire.ResultOpNotApplicable},
		"three like the bin":             {minhash, instruction(wire.HLLIntersectCount, sketches(minhash, minhash, minhash)), wire.ResultOK},
		"two of any shape":               {small, instruction(wire.HLLIntersectCount, sketches(minhash, large)), wire.ResultOK},
		"may contain without an element": {small, instruction(wire.HLLMayContain, list{}), wire.ResultParameter},
	} {
		t.Run("read: "+name, func(t *testing.T) {
			_, code := hll.Read(c.target, c.instr)
			require.Equal(t, c.code, code)
		})
	}
}
