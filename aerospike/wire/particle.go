package wire

import "strconv"

// ParticleType is the type of a bin's value on the wire.
type ParticleType uint8

// Particle types (proto.h, as_particle_type). The legacy language blobs 7 to 12
// are serialised objects of old clients: opaque bytes here.
const (
	ParticleNull    ParticleType = 0  // no value; writing it deletes the bin
	ParticleInt     ParticleType = 1  // 8 bytes, two's complement
	ParticleFloat   ParticleType = 2  // 8 bytes, IEEE 754
	ParticleString  ParticleType = 3  // text, not validated by the server
	ParticleBlob    ParticleType = 4  // bytes
	ParticleJava    ParticleType = 7  // legacy blob
	ParticleCSharp  ParticleType = 8  // legacy blob
	ParticlePython  ParticleType = 9  // legacy blob
	ParticleRuby    ParticleType = 10 // legacy blob
	ParticlePHP     ParticleType = 11 // legacy blob
	ParticleErlang  ParticleType = 12 // legacy blob
	ParticleVector  ParticleType = 16 // bytes
	ParticleBool    ParticleType = 17 // 1 byte, 0 or 1
	ParticleHLL     ParticleType = 18 // a HyperLogLog
	ParticleMap     ParticleType = 19 // msgpack map
	ParticleList    ParticleType = 20 // msgpack array
	ParticleGeoJSON ParticleType = 23 // see AppendGeoJSON
)

var particleNames = map[ParticleType]string{
	ParticleNull: "null", ParticleInt: "integer", ParticleFloat: "float", ParticleString: "string",
	ParticleBlob: "blob", ParticleJava: "java blob", ParticleCSharp: "c# blob", ParticlePython: "python blob",
	ParticleRuby: "ruby blob", ParticlePHP: "php blob", ParticleErlang: "erlang blob", ParticleVector: "vector",
	ParticleBool: "bool", ParticleHLL: "hyperloglog", ParticleMap: "map", ParticleList: "list", ParticleGeoJSON: "geojson",
}

func (t ParticleType) String() string {
	if s, ok := particleNames[t]; ok {
		return s
	}
	return "particle type " + strconv.Itoa(int(t))
}

// Valid reports whether the server takes values of this type in a write; a null
// deletes the bin.
func (t ParticleType) Valid() bool { _, ok := particleNames[t]; return ok }

// AppendGeoJSON appends the particle of a GeoJSON bin: a flags byte, the number
// of S2 cells (2 bytes), the cells (8 bytes each), the text. A client sends no
// cells; the server computes its own and returns them.
func AppendGeoJSON(dst []byte, json string) []byte {
	return append(append(dst, 0, 0, 0), json...)
}

// GeoJSON returns the text of a GeoJSON particle, past its cells.
func GeoJSON(particle []byte) ([]byte, error) {
	r := NewReader(particle)
	r.Skip(1, "geojson flags")
	cells := int(r.Uint16("geojson cell count"))
	r.Skip(8*cells, "geojson cells")
	text := r.Bytes(r.Len(), "geojson text")
	return text, r.Err()
}
