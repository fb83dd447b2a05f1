// Package ndjson writes and reads records as lines of JSON, for the examples. What JSON
// has no type for is written as an object with one name that begins with "@", so that
// what is read is what was written:
//
//	{"@bytes":"AAEC"} {"@hll":"…"} {"@text":"…"}   base64; the last is text that is not UTF-8
//	{"@geo":"{\"type\":…}"}                          GeoJSON, as text
//	{"@float":"NaN"}                               what JSON cannot write
//	{"@list":[…]}                                  an ordered list
//	{"@map":[[key,value],…],"@order":1}            a map with keys other than text, or an order
//
// Whole numbers are integers, others are floats: 2 and 2.0 differ.
package ndjson

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// appendValue appends a value as JSON.
func appendValue(dst []byte, v aerospike.Value) ([]byte, error) {
	switch v.Kind() {
	case aerospike.KindNil:
		return append(dst, "null"...), nil
	case aerospike.KindBool:
		b, _ := v.AsBool()
		return strconv.AppendBool(dst, b), nil
	case aerospike.KindInt:
		i, _ := v.AsInt()
		return strconv.AppendInt(dst, i, 10), nil
	case aerospike.KindFloat:
		f, _ := v.AsFloat()
		return appendFloat(dst, f), nil
	case aerospike.KindString:
		s, _ := v.AsString()
		if !utf8.ValidString(s) {
			return appendMarked(dst, "@text", []byte(s)), nil
		}
		return appendString(dst, s), nil
	case aerospike.KindBytes:
		b, _ := v.AsBytes()
		return appendMarked(dst, "@bytes", b), nil
	case aerospike.KindHLL:
		b, _ := v.AsBytes()
		return appendMarked(dst, "@hll", b), nil
	case aerospike.KindGeoJSON:
		s, _ := v.AsGeoJSON()
		return append(appendString(append(dst, `{"@geo":`...), s), '}'), nil
	case aerospike.KindList:
		return appendList(dst, v)
	case aerospike.KindMap:
		return appendMap(dst, v)
	}
	return dst, fmt.Errorf("a value of kind %v cannot be written as JSON", v.Kind())
}

func appendFloat(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(strconv.AppendFloat(append(dst, `{"@float":"`...), f, 'g', -1, 64), `"}`...)
	}
	start := len(dst)
	dst = strconv.AppendFloat(dst, f, 'g', -1, 64)
	if !strings.ContainsAny(string(dst[start:]), ".e") {
		dst = append(dst, ".0"...) // or it would be read as an integer
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	b, _ := json.Marshal(s) // text does not fail
	return append(dst, b...)
}

func appendMarked(dst []byte, mark string, b []byte) []byte {
	dst = append(append(append(dst, `{"`...), mark...), `":"`...)
	return append(base64.StdEncoding.AppendEncode(dst, b), `"}`...)
}

func appendList(dst []byte, v aerospike.Value) ([]byte, error) {
	elems, _ := v.AsList()
	if v.Ordered() {
		dst = append(dst, `{"@list":`...)
	}
	dst = append(dst, '[')
	var err error
	for i, elem := range elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendValue(dst, elem); err != nil {
			return dst, err
		}
	}
	if dst = append(dst, ']'); v.Ordered() {
		dst = append(dst, '}')
	}
	return dst, nil
}

// appendMap writes an object if the map is one.
func appendMap(dst []byte, v aerospike.Value) ([]byte, error) {
	entries, _ := v.AsMap()
	open, between, shut, end := `[`, `,`, `]`, fmt.Sprintf(`],"@order":%d}`, v.Order())
	if plain := v.Order() == aerospike.Unordered && textKeys(entries); plain {
		open, between, shut, end = ``, `:`, ``, `}`
		dst = append(dst, '{')
	} else {
		dst = append(dst, `{"@map":[`...)
	}
	var err error
	for i, entry := range entries {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = appendValue(append(dst, open...), entry.Key); err != nil {
			return dst, err
		}
		if dst, err = appendValue(append(dst, between...), entry.Value); err != nil {
			return dst, err
		}
		dst = append(dst, shut...)
	}
	return append(dst, end...), nil
}

// textKeys reports whether the keys are text that is not taken for a mark.
func textKeys(entries []aerospike.MapEntry) bool {
	for _, entry := range entries {
		s, err := entry.Key.AsString()
		if err != nil || strings.HasPrefix(s, "@") || !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

// valueOf undoes appendValue. v is what encoding/json makes of it with UseNumber.
func valueOf(v any) (aerospike.Value, error) {
	switch x := v.(type) {
	case nil:
		return types.Nil(), nil
	case bool:
		return types.Bool(x), nil
	case string:
		return types.String(x), nil
	case json.Number:
		return number(x)
	case []any:
		elems, err := valuesOf(x)
		return types.List(elems...), err
	case map[string]any:
		for mark := range x {
			if strings.HasPrefix(mark, "@") {
				return marked(x)
			}
		}
		entries := make([]aerospike.MapEntry, 0, len(x))
		for name, elem := range x {
			value, err := valueOf(elem)
			if err != nil {
				return types.Nil(), err
			}
			entries = append(entries, aerospike.MapEntry{Key: types.String(name), Value: value})
		}
		return types.Map(entries...), nil
	}
	return types.Nil(), fmt.Errorf("unexpected JSON of type %T", v)
}

func valuesOf(list []any) ([]aerospike.Value, error) {
	values := make([]aerospike.Value, len(list))
	for i, elem := range list {
		var err error
		if values[i], err = valueOf(elem); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func number(n json.Number) (aerospike.Value, error) {
	if !strings.ContainsAny(n.String(), ".eE") {
		i, err := n.Int64()
		return types.Int(i), err
	}
	f, err := n.Float64()
	return types.Float(f), err
}

// marked reads an object with a mark.
func marked(x map[string]any) (aerospike.Value, error) {
	if pairs, ok := x["@map"].([]any); ok && len(x) == 2 {
		return markedMap(pairs, x["@order"])
	}
	if len(x) != 1 {
		return types.Nil(), fmt.Errorf("an object with a name that begins with @ has other names")
	}
	if list, ok := x["@list"].([]any); ok {
		elems, err := valuesOf(list)
		return types.OrderedList(elems...), err
	}
	for mark, content := range x {
		text, ok := content.(string)
		if !ok {
			break
		}
		switch mark {
		case "@geo":
			return types.GeoJSONValue(text), nil
		case "@float":
			f, err := strconv.ParseFloat(text, 64)
			return types.Float(f), err
		case "@bytes", "@hll", "@text":
			b, err := base64.StdEncoding.DecodeString(text)
			switch mark {
			case "@hll":
				return types.HLLValue(b), err
			case "@text":
				return types.String(string(b)), err
			}
			return types.Bytes(b), err
		}
	}
	return types.Nil(), fmt.Errorf("unknown mark, or it has no content of its type")
}

func markedMap(pairs []any, order any) (aerospike.Value, error) {
	n, ok := order.(json.Number)
	kind, err := n.Int64()
	if !ok || err != nil || kind < 0 || kind > int64(aerospike.KeyValueOrdered) {
		return types.Nil(), fmt.Errorf("@order is none of a map's")
	}
	entries := make([]aerospike.MapEntry, len(pairs))
	for i, p := range pairs {
		pair, ok := p.([]any)
		if !ok || len(pair) != 2 {
			return types.Nil(), fmt.Errorf("@map: entry %d is no pair", i)
		}
		values, err := valuesOf(pair)
		if err != nil {
			return types.Nil(), err
		}
		entries[i] = aerospike.MapEntry{Key: values[0], Value: values[1]}
	}
	return types.OrderedMap(aerospike.MapOrder(kind), entries...), nil
}
