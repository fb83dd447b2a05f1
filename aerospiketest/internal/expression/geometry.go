package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
)

// geoValue returns a geometry as a value that holds what a bin would; it is unknown if
// the text is no geometry. One that takes too many cells can be compared, but no bin
// can hold it.
func geoValue(text []byte) value {
	if bin, ok := geo.AppendValue(nil, text); ok {
		return bytesValue(wire.ExpTypeGeoJSON, bin)
	}
	if _, ok := geo.Parse(text); !ok {
		return value{}
	}
	v := bytesValue(wire.ExpTypeGeoJSON, append([]byte{0, 0, 0}, text...))
	v.num = tooManyCells
	return v
}

// tooManyCells marks a geometry that cannot be stored.
const tooManyCells = 1

// geoText returns the text in a bin of GeoJSON.
func geoText(bin []byte) []byte {
	text, _ := geo.Text(bin)
	return text
}

// geoMatch reports whether one of two bins is a point in the other one's region.
func geoMatch(a, b []byte) bool { return geo.Contains(a, b) }
