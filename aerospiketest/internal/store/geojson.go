package store

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// geoRegion is the flag of a GeoJSON particle that is an area, not a point.
const geoRegion = 1

// parseGeoJSON checks that text is a geometry that the server takes: a Point,
// Polygon, MultiPolygon or AeroCircle, or a Feature holding one
// (as/src/geospatial/geojson.cc).
func parseGeoJSON(text []byte) (region, ok bool) {
	root, ok := decodeJSON(text)
	if !ok {
		return false, false
	}
	object, _ := root.(map[string]any)
	kind, _ := object["type"].(string)
	if kind == "Feature" {
		object, _ = object["geometry"].(map[string]any)
		kind, _ = object["type"].(string)
	}
	coordinates := object["coordinates"]
	switch kind {
	case "Point":
		_, ok := parsePoint(coordinates)
		return false, ok
	case "Polygon":
		return true, validPolygon(coordinates)
	case "MultiPolygon":
		polygons, ok := coordinates.([]any)
		for _, p := range polygons {
			ok = ok && validPolygon(p)
		}
		return true, ok
	case "AeroCircle":
		return true, validCircle(coordinates)
	}
	return false, false
}

// maxJSONDepth is how deep the server's JSON parser goes.
const maxJSONDepth = 2048

// decodeJSON decodes text as the server's JSON parser does, which is stricter than
// Go's: no invalid UTF-8, no NUL or half a surrogate pair in strings, no number
// outside of 64 bits.
func decodeJSON(text []byte) (any, bool) {
	if !utf8.Valid(text) || !validEscapes(text) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(text))
	depth := 0
	for {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, false
		}
		if delim, ok := t.(json.Delim); ok {
			if delim == '{' || delim == '[' {
				depth++
			} else {
				depth--
			}
			if depth > maxJSONDepth {
				return nil, false
			}
		}
	}
	d = json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var root any
	if d.Decode(&root) != nil {
		return nil, false
	}
	if _, err := d.Token(); err != io.EOF { // something follows
		return nil, false
	}
	return root, validNumbers(root)
}

// validEscapes looks at the escapes in the strings of a JSON text.
func validEscapes(text []byte) bool {
	high := false // the first half of a surrogate pair has just gone by
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			if high {
				return false
			}
			continue
		}
		i++
		if i+4 >= len(text) || text[i] != 'u' {
			if high {
				return false
			}
			continue // malformed ones are the decoder's to refuse
		}
		n, err := strconv.ParseUint(string(text[i+1:i+5]), 16, 16)
		if err != nil || n == 0 {
			return false
		}
		low := n >= 0xdc00 && n <= 0xdfff
		if low != high {
			return false
		}
		high = n >= 0xd800 && n <= 0xdbff
		i += 4
	}
	return !high
}

// validNumbers checks the range of all numbers in a decoded value.
func validNumbers(v any) bool {
	switch v := v.(type) {
	case json.Number:
		if _, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return true
		}
		_, err := v.Float64()
		return err == nil && bytes.ContainsAny([]byte(v.String()), ".eE")
	case []any:
		for _, e := range v {
			if !validNumbers(e) {
				return false
			}
		}
	case map[string]any:
		for _, e := range v {
			if !validNumbers(e) {
				return false
			}
		}
	}
	return true
}

// point is a longitude and a latitude.
type point [2]float64

func parsePoint(v any) (point, bool) {
	pair, _ := v.([]any)
	if len(pair) != 2 {
		return point{}, false
	}
	var p point
	for i := range p {
		n, ok := pair[i].(json.Number)
		if !ok {
			return point{}, false
		}
		p[i], _ = n.Float64() // in range, see validNumbers
	}
	return p, math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90
}

func validPolygon(v any) bool {
	loops, ok := v.([]any)
	for _, loop := range loops {
		ok = ok && validLoop(loop)
	}
	return ok
}

// validLoop wants a closed ring of four points or more, repeated ones not counted.
func validLoop(v any) bool {
	list, ok := v.([]any)
	if !ok {
		return false
	}
	var distinct []point
	for _, e := range list {
		p, ok := parsePoint(e)
		if !ok {
			return false
		}
		if n := len(distinct); n == 0 || distinct[n-1] != p {
			distinct = append(distinct, p)
		}
	}
	n := len(distinct)
	return n >= 4 && distinct[0] == distinct[n-1]
}

// validCircle wants a centre and a radius in metres.
func validCircle(v any) bool {
	parts, _ := v.([]any)
	if len(parts) != 2 {
		return false
	}
	_, centre := parsePoint(parts[0])
	_, radius := parts[1].(json.Number)
	return centre && radius
}
