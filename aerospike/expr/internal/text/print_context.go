package text

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// isPlain reports whether a context can be written as parts of a path.
func isPlain(packed []byte) bool {
	_, ok := appendSteps(nil, packed, false)
	return ok
}

// appendSteps appends a context as parts of a path. filters says that it is one of a
// path expression. ok is false if it has what cannot be written so; a missing context is
// no parts.
func appendSteps(dst, packed []byte, filters bool) (_ []byte, ok bool) {
	if packed == nil {
		return dst, true
	}
	r := wire.NewReader(packed)
	t := r.Token()
	if t.Kind != wire.TokenArray || t.Len() == 0 || t.Len()%2 != 0 {
		return dst, false
	}
	filterable := false
	for range t.Len() / 2 {
		id := r.Token()
		value := r.SkipMsgpack()
		if id.Kind != wire.TokenInt {
			return dst, false
		}
		if filters && id.Num == wire.ContextAnd|wire.ContextExpression && filterable {
			filterable = false
			if dst, ok = appendCondition(dst, value); !ok {
				return dst, false
			}
			continue
		}
		filterable = id.Num&wire.ContextBaseMask != wire.ContextExpression
		if dst, ok = appendStep(dst, id.Num, value, filters); !ok {
			return dst, false
		}
	}
	return dst, true
}

func appendStep(dst []byte, id uint64, value []byte, filters bool) ([]byte, bool) {
	opening, closing := ".{", "}"
	if id&wire.ContextTypeMask == wire.ContextList {
		opening, closing = ".[", "]"
	}
	body := func(prefix string) ([]byte, bool) {
		dst = append(append(dst, opening...), prefix...)
		return append(appendValue(dst, value), closing...), true
	}
	r := wire.NewReader(value)
	t := r.Token()
	switch id {
	case wire.ContextList | wire.ContextIndex, wire.ContextMap | wire.ContextIndex:
		if t.Kind == wire.TokenInt {
			return body("")
		}
	case wire.ContextList | wire.ContextRank, wire.ContextMap | wire.ContextRank:
		if t.Kind == wire.TokenInt {
			return body("#")
		}
	case wire.ContextList | wire.ContextValue, wire.ContextMap | wire.ContextValue:
		return body("=")
	case wire.ContextMap | wire.ContextKey:
		return appendKeyStep(dst, value), true
	}
	if !filters {
		return dst, false
	}
	switch id {
	case wire.ContextMap | wire.ContextKeyList:
		if t.Kind == wire.TokenArray && t.Len() > 0 {
			return append(appendItems(append(dst, opening...), value, true), closing...), true
		}
		return dst, false
	case wire.ContextExpression:
		dst = append(dst, ".*"...)
	case wire.ContextList | wire.ContextExpression, wire.ContextMap | wire.ContextExpression:
		dst = append(append(append(dst, opening...), '*'), closing...)
	default:
		return dst, false
	}
	if t.Kind == wire.TokenBool && t.Bool() {
		return dst, true
	}
	return appendCondition(dst, value)
}

// appendCondition appends a filter, if it is a valid condition.
func appendCondition(dst, packed []byte) ([]byte, bool) {
	n, t, ok := nested(packed)
	if !ok || t != wire.ExpTypeBool || n.Literal && n.Packed[0] != 0xc3 {
		return dst, false
	}
	return append(appendText(append(dst, "[?("...), n, wire.ExpTypeBool), ")]"...), true
}
