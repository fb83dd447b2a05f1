package cdt

import (
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestBitOperationsAreTheseBytes(t *testing.T) {
	requireBytes(t, BitBin{}, []golden{
		{`Bit("b").Resize(4)`, Bit("b").Resize(4), wire.OpBitModify, "920004"},
		{`Bit("b").Resize(2, FromFront)`, Bit("b").Resize(2, FromFront), wire.OpBitModify, "9400020001"},
		{`Bit("b").Resize(2, CreateOnly|NoFail|GrowOnly)`, Bit("b").Resize(2, CreateOnly|NoFail|GrowOnly), wire.OpBitModify, "9400020502"},
		{`Bit("b").Insert(1, []byte{0xff, 0xc7})`, Bit("b").Insert(1, []byte{0xff, 0xc7}), wire.OpBitModify, "930101a304ffc7"},
		{`Bit("b").Remove(2, 9, Partial)`, Bit("b").Remove(2, 9, Partial), wire.OpBitModify, "9402020908"},
		{`Bit("b").Set(13, 3, []byte{0xe0})`, Bit("b").Set(13, 3, []byte{0xe0}), wire.OpBitModify, "94030d03a204e0"},
		{`Bit("b").Or(17, 6, []byte{0xa8})`, Bit("b").Or(17, 6, []byte{0xa8}), wire.OpBitModify, "94041106a204a8"},
		{`Bit("b").Xor(17, 6, []byte{0xac}, UpdateOnly)`, Bit("b").Xor(17, 6, []byte{0xac}, UpdateOnly), wire.OpBitModify, "95051106a204ac02"},
		{`Bit("b").And(23, 9, []byte{0x3c, 0x80})`, Bit("b").And(23, 9, []byte{0x3c, 0x80}), wire.OpBitModify, "94061709a3043c80"},
		{`Bit("b").Not(25, 6, NoFail|Partial)`, Bit("b").Not(25, 6, NoFail|Partial), wire.OpBitModify, "940719060c"},
		{`Bit("b").LShift(32, 8, 3)`, Bit("b").LShift(32, 8, 3), wire.OpBitModify, "9408200803"},
		{`Bit("b").RShift(0, 9, 1)`, Bit("b").RShift(0, 9, 1), wire.OpBitModify, "9409000901"},
		{`Bit("b").Add(24, 16, 128, Wrap)`, Bit("b").Add(24, 16, 128, Wrap), wire.OpBitModify, "960a1810cc800004"},
		{`Bit("b").Add(32, 8, 127, Signed, Saturate)`, Bit("b").Add(32, 8, 127, Signed, Saturate), wire.OpBitModify, "960a20087f0003"},
		{`Bit("b").Subtract(32, 8, 6)`, Bit("b").Subtract(32, 8, 6), wire.OpBitModify, "940b200806"},
		{`Bit("b").SetInt(1, 8, 127)`, Bit("b").SetInt(1, 8, 127), wire.OpBitModify, "940c01087f"},
		{`Bit("b").Get(9, 5)`, Bit("b").Get(9, 5), wire.OpBitRead, "93320905"},
		{`Bit("b").Count(20, 4)`, Bit("b").Count(20, 4), wire.OpBitRead, "93331404"},
		{`Bit("b").LScan(24, 8, true)`, Bit("b").LScan(24, 8, true), wire.OpBitRead, "94341808c3"},
		{`Bit("b").RScan(32, 8, false)`, Bit("b").RScan(32, 8, false), wire.OpBitRead, "94352008c2"},
		{`Bit("b").GetInt(8, 16, Signed)`, Bit("b").GetInt(8, 16, Signed), wire.OpBitRead, "9436081001"},
		{`Bit("b").GetInt(8, 16)`, Bit("b").GetInt(8, 16), wire.OpBitRead, "93360810"},
	})
}
