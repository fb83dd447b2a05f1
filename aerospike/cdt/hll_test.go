package cdt

import (
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestHLLOperationsAreTheseBytes(t *testing.T) {
	requireBytes(t, HLLBin{}, []golden{
		{`HLL("h").Bits(8, 0).Init()`, HLL("h").Bits(8, 0).Init(), wire.OpHLLModify, "93000800"},
		{`HLL("h").Init()`, HLL("h").Init(), wire.OpHLLModify, "9100"},
		{`HLL("h").Init(CreateOnly)`, HLL("h").Init(CreateOnly), wire.OpHLLModify, "9400ffff01"},
		{`HLL("h").Bits(12, Unset).Init()`, HLL("h").Bits(12, Unset).Init(), wire.OpHLLModify, "92000c"},
		{`HLL("h").Bits(8, Unset).Add([]string{"a"}, NoFail)`, HLL("h").Bits(8, Unset).Add([]string{"a"}, NoFail), wire.OpHLLModify, "950191a2036108ff04"},
		{`HLL("h").Add([]any{"a", 1, 1.5, true, []byte{1}, nil})`, HLL("h").Add([]any{"a", 1, 1.5, true, []byte{1}, nil}), wire.OpHLLModify, "920196a2036101cb3ff8000000000000c3a20401c0"},
		{`HLL("h").SetUnion([]types.HLL{sketch}, AllowFold)`, HLL("h").SetUnion([]types.HLL{sketch}, AllowFold), wire.OpHLLModify, "930291b812000400000000000000000000000000000000000000000008"},
		{`HLL("h").RefreshCount()`, HLL("h").RefreshCount(), wire.OpHLLModify, "9103"},
		{`HLL("h").Fold(4)`, HLL("h").Fold(4), wire.OpHLLModify, "920404"},
		{`HLL("h").Count()`, HLL("h").Count(), wire.OpHLLRead, "9132"},
		{`HLL("h").GetUnion(sketch)`, HLL("h").GetUnion(sketch), wire.OpHLLRead, "923391b8120004000000000000000000000000000000000000000000"},
		{`HLL("h").UnionCount(sketch, sketch)`, HLL("h").UnionCount(sketch, sketch), wire.OpHLLRead, "923492b8120004000000000000000000000000000000000000000000b8120004000000000000000000000000000000000000000000"},
		{`HLL("h").IntersectCount(sketch)`, HLL("h").IntersectCount(sketch), wire.OpHLLRead, "923591b8120004000000000000000000000000000000000000000000"},
		{`HLL("h").Similarity(sketch)`, HLL("h").Similarity(sketch), wire.OpHLLRead, "923691b8120004000000000000000000000000000000000000000000"},
		{`HLL("h").Describe()`, HLL("h").Describe(), wire.OpHLLRead, "9137"},
		{`HLL("h").MayContain([]string{"a"})`, HLL("h").MayContain([]string{"a"}), wire.OpHLLRead, "923891a20361"},
	})
}
