package wire

import (
	"encoding/binary"
	"math"
)

// Extension type of the values that exist in arguments only, never in storage.
const msgpackSpecial = 0xff

// Payloads of an extension of type msgpackSpecial.
const (
	msgpackWildcard = 0
	msgpackInfinity = 1
)

// Attributes of a list or map, held by a pseudo element that comes first and is
// counted in the header (server: cdt.c; values with flag 0 have none).
const (
	MsgpackListOrdered     = 0x01 // list: kept in ascending order
	MsgpackKeyOrdered      = 0x01 // map: kept in key order
	MsgpackKeyValueOrdered = 0x03 // map: ordered by key, and by value for ranks
	MsgpackPreserveOrder   = 0x08 // map: results only, the order of the pairs matters
	MsgpackPersistIndex    = 0x10 // the server keeps an index; never sent to clients
)

// AppendMsgpackNil appends nil.
func AppendMsgpackNil(dst []byte) []byte { return append(dst, 0xc0) }

// AppendMsgpackBool appends false or true.
func AppendMsgpackBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, 0xc3)
	}
	return append(dst, 0xc2)
}

// AppendMsgpackInt appends v in the smallest form, the one that the server stores.
func AppendMsgpackInt(dst []byte, v int64) []byte {
	switch {
	case v >= 0:
		return AppendMsgpackUint(dst, uint64(v))
	case v >= -32:
		return append(dst, byte(v))
	case v >= math.MinInt8:
		return append(dst, 0xd0, byte(v))
	case v >= math.MinInt16:
		return binary.BigEndian.AppendUint16(append(dst, 0xd1), uint16(v))
	case v >= math.MinInt32:
		return binary.BigEndian.AppendUint32(append(dst, 0xd2), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0xd3), uint64(v))
}

// AppendMsgpackUint appends v in the smallest form.
func AppendMsgpackUint(dst []byte, v uint64) []byte {
	switch {
	case v < 128:
		return append(dst, byte(v))
	case v <= math.MaxUint8:
		return append(dst, 0xcc, byte(v))
	case v <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, 0xcd), uint16(v))
	case v <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, 0xce), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(dst, 0xcf), v)
}

// AppendMsgpackFloat appends a 64-bit float.
func AppendMsgpackFloat(dst []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, 0xcb), math.Float64bits(v))
}

// AppendMsgpackString appends text: the type byte 3, then its bytes.
func AppendMsgpackString(dst []byte, s string) []byte {
	return append(append(appendStringHeader(dst, 1+len(s)), byte(ParticleString)), s...)
}

// AppendMsgpackGeoJSON appends GeoJSON text. Unlike a bin's particle it has no
// cells, see [AppendGeoJSON].
func AppendMsgpackGeoJSON(dst []byte, json string) []byte {
	return append(append(appendStringHeader(dst, 1+len(json)), byte(ParticleGeoJSON)), json...)
}

// AppendMsgpackBytes appends bytes of the given type: [ParticleBlob],
// [ParticleHLL], a legacy blob, or text that is at hand as bytes.
func AppendMsgpackBytes(dst []byte, p ParticleType, b []byte) []byte {
	return append(append(appendStringHeader(dst, 1+len(b)), byte(p)), b...)
}

// AppendMsgpackRawString appends text without a type byte, as expressions have it
// for bin names, variable names and regular expressions.
func AppendMsgpackRawString(dst []byte, s string) []byte {
	return append(appendStringHeader(dst, len(s)), s...)
}

func appendStringHeader(dst []byte, n int) []byte {
	switch {
	case n < 32:
		return append(dst, 0xa0|byte(n))
	case n <= math.MaxUint8:
		return append(dst, 0xd9, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, 0xda), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, 0xdb), uint32(n))
}

// AppendMsgpackArrayHeader appends the head of an array; n elements have to follow.
func AppendMsgpackArrayHeader(dst []byte, n int) []byte {
	return appendCount(dst, n, 0x90, 0xdc)
}

// AppendMsgpackMapHeader appends the head of a map; n pairs have to follow.
func AppendMsgpackMapHeader(dst []byte, n int) []byte {
	return appendCount(dst, n, 0x80, 0xde)
}

// appendCount writes a count into the low bits of fix, or after long (16 bits) or
// the byte that follows long (32 bits).
func appendCount(dst []byte, n int, fix, long byte) []byte {
	switch {
	case n < 16:
		return append(dst, fix|byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, long), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, long+1), uint32(n))
}

// AppendMsgpackExt appends an extension value.
func AppendMsgpackExt(dst []byte, ext uint8, data []byte) []byte {
	switch n := len(data); {
	case n == 1:
		dst = append(dst, 0xd4)
	case n == 2:
		dst = append(dst, 0xd5)
	case n == 4:
		dst = append(dst, 0xd6)
	case n == 8:
		dst = append(dst, 0xd7)
	case n == 16:
		dst = append(dst, 0xd8)
	case n <= math.MaxUint8:
		dst = append(dst, 0xc7, byte(n))
	case n <= math.MaxUint16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0xc8), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint32(append(dst, 0xc9), uint32(n))
	}
	return append(append(dst, ext), data...)
}

// AppendMsgpackWildcard appends the value that equals every other and ends the
// comparison there. It is legal in arguments of list and map operations only.
func AppendMsgpackWildcard(dst []byte) []byte {
	return append(dst, 0xd4, msgpackSpecial, msgpackWildcard)
}

// AppendMsgpackInfinity appends the value greater than every other. It is legal in
// arguments of list and map operations only.
func AppendMsgpackInfinity(dst []byte) []byte {
	return append(dst, 0xd4, msgpackSpecial, msgpackInfinity)
}

// AppendMsgpackListFlags appends the pseudo element of a list with attributes.
// The array header before it counts one element more than the list has.
func AppendMsgpackListFlags(dst []byte, flags uint8) []byte {
	return append(dst, 0xc7, 0, flags)
}

// AppendMsgpackMapFlags appends the pseudo pair of a map with attributes. The map
// header before it counts one pair more than the map has.
func AppendMsgpackMapFlags(dst []byte, flags uint8) []byte {
	return append(dst, 0xc7, 0, flags, 0xc0)
}
