package aerospike

import (
	"strconv"
	"strings"
)

// InfoMap is what an info command tells as pairs of names and values, such as the reply
// to "statistics". Its getters are for the types that servers write; ok is false if
// there is no such name or its value is of another type.
type InfoMap map[string]string

// ParseInfoMap splits pairs such as "a=1;b=x". A pair without "=" is a name with an empty
// value; of pairs of the same name the last counts.
func ParseInfoMap(value string) InfoMap { return parsePairs(value, ";") }

// ParseInfoList splits the replies that are lists of such maps, as those to "sets" and
// "sindex-list" are: entries with a ";" between them, pairs with a ":" between them.
func ParseInfoList(value string) []InfoMap {
	var list []InfoMap
	for entry := range strings.SplitSeq(value, ";") {
		if entry != "" {
			list = append(list, parsePairs(entry, ":"))
		}
	}
	return list
}

func parsePairs(value, separator string) InfoMap {
	m := make(InfoMap)
	for pair := range strings.SplitSeq(value, separator) {
		if pair != "" {
			name, v, _ := strings.Cut(pair, "=")
			m[name] = v
		}
	}
	return m
}

// Int returns a whole number.
func (m InfoMap) Int(name string) (v int64, ok bool) {
	v, err := strconv.ParseInt(m[name], 10, 64)
	return v, err == nil
}

// Uint returns a whole number that may exceed the largest int64, such as an id.
func (m InfoMap) Uint(name string) (v uint64, ok bool) {
	v, err := strconv.ParseUint(m[name], 10, 64)
	return v, err == nil
}

// Float returns a number.
func (m InfoMap) Float(name string) (v float64, ok bool) {
	v, err := strconv.ParseFloat(m[name], 64)
	return v, err == nil
}

// Bool returns what is "true" or "false", or "yes" or "no".
func (m InfoMap) Bool(name string) (v, ok bool) {
	switch strings.ToLower(m[name]) {
	case "true", "yes":
		return true, true
	case "false", "no":
		return false, true
	}
	return false, false
}

// Text returns a value as it is; ok is false if there is none, or if it is the "null" by
// which servers say so.
func (m InfoMap) Text(name string) (v string, ok bool) {
	v, ok = m[name]
	if v == "null" {
		return "", false
	}
	return v, ok
}

// number returns a whole number, 0 if there is none.
func (m InfoMap) number(name string) int64 {
	v, _ := m.Int(name)
	return v
}

// flag returns a switch, false if there is none.
func (m InfoMap) flag(name string) bool {
	v, _ := m.Bool(name)
	return v
}

// text returns a value, empty if there is none.
func (m InfoMap) text(name string) string {
	v, _ := m.Text(name)
	return v
}
