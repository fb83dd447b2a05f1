package types

import (
	"fmt"
	"strconv"
	"strings"
)

// Any returns the value as a plain Go value: nil, bool, int64, float64, string,
// []byte, [GeoJSON], [HLL], []any or map[any]any. A map whose order counts (see
// [Value.Ordered]), or with keys other than integers and strings, is a []MapEntry in
// the order of the reply. Kinds without a Go counterpart are returned as the Value.
func (v Value) Any() any {
	switch v.kind {
	case KindNil:
		return nil
	case KindBool:
		return v.num != 0
	case KindInt:
		return int64(v.num)
	case KindFloat:
		return v.float()
	case KindString:
		return v.text()
	case KindBytes:
		return v.bytes()
	case KindGeoJSON:
		return GeoJSON(v.text())
	case KindHLL:
		return HLL(v.bytes())
	case KindList:
		elems := v.elems()
		out := make([]any, len(elems))
		for i, e := range elems {
			out[i] = e.Any()
		}
		return out
	case KindMap:
		return v.anyMap()
	}
	return v
}

func (v Value) anyMap() any {
	entries := v.entries()
	plain := !v.Ordered()
	for _, e := range entries {
		plain = plain && (e.Key.kind == KindInt || e.Key.kind == KindString)
	}
	if !plain {
		return entries
	}
	out := make(map[any]any, len(entries))
	for _, e := range entries {
		out[e.Key.Any()] = e.Value.Any()
	}
	return out
}

// Bounds of what String prints.
const (
	maxPrintedBytes = 64
	maxPrintedElems = 16
	maxPrintedDepth = 4
)

// String returns the value for debugging: short ones in full, long ones as kind and
// size.
func (v Value) String() string {
	var b strings.Builder
	v.print(&b, 0)
	return b.String()
}

// GoString is [Value.String], so that %#v does not print pointers.
func (v Value) GoString() string { return v.String() }

func (v Value) print(b *strings.Builder, depth int) {
	switch v.kind {
	case KindBool:
		b.WriteString(strconv.FormatBool(v.num != 0))
	case KindInt:
		b.WriteString(strconv.FormatInt(int64(v.num), 10))
	case KindFloat:
		b.WriteString(strconv.FormatFloat(v.float(), 'g', -1, 64))
	case KindString:
		if v.num <= maxPrintedBytes {
			b.WriteString(strconv.Quote(v.text()))
			return
		}
		fmt.Fprintf(b, "string(%d bytes)", v.num)
	case KindGeoJSON, KindBytes, KindHLL, KindExt:
		fmt.Fprintf(b, "%v(%d bytes)", v.kind, v.num)
	case KindRaw:
		fmt.Fprintf(b, "%v(%d bytes)", v.rawType(), v.num)
	case KindList:
		if v.num > maxPrintedElems || depth >= maxPrintedDepth {
			fmt.Fprintf(b, "list(%d)", v.num)
			return
		}
		b.WriteByte('[')
		for i, e := range v.elems() {
			if i > 0 {
				b.WriteByte(' ')
			}
			e.print(b, depth+1)
		}
		b.WriteByte(']')
	case KindMap:
		if v.num > maxPrintedElems || depth >= maxPrintedDepth {
			fmt.Fprintf(b, "map(%d)", v.num)
			return
		}
		b.WriteByte('{')
		for i, e := range v.entries() {
			if i > 0 {
				b.WriteByte(' ')
			}
			e.Key.print(b, depth+1)
			b.WriteByte(':')
			e.Value.print(b, depth+1)
		}
		b.WriteByte('}')
	default:
		b.WriteString(v.kind.String())
	}
}
