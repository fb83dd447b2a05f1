package geo

import (
	"bytes"
	"encoding/json"
	"io"
	"strconv"
	"unicode/utf8"
)

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
