package store

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// admitCollection checks a whole list or map and brings it into the form in which
// it is stored. Whatever is wrong with it, the server answers the same
// (particle_list.c, particle_map.c).
func (w *Workspace) admitCollection(p wire.ParticleType, value []byte) ([]byte, wire.ResultCode) {
	start := len(w.arena)
	out, err := packed.Normalise(w.arena, value, p)
	if err != nil {
		return nil, wire.ResultServerError
	}
	w.arena = out
	return out[start:len(out):len(out)], wire.ResultOK
}

// admitGeoJSON checks the text of a GeoJSON bin and stores it without cells. The
// cells that a client sends are ignored, as the server ignores them.
func (w *Workspace) admitGeoJSON(value []byte) ([]byte, wire.ResultCode) {
	const head, cellSize = 3, 8
	if len(value) < head {
		return nil, wire.ResultInvalidGeoJSON
	}
	skip := head + cellSize*int(binary.BigEndian.Uint16(value[1:]))
	if len(value) < skip {
		return nil, wire.ResultInvalidGeoJSON
	}
	text := value[skip:]
	region, ok := parseGeoJSON(text)
	if !ok {
		return nil, wire.ResultInvalidGeoJSON
	}
	flags := byte(0)
	if region {
		flags = geoRegion
	}
	start := len(w.arena)
	w.arena = append(append(w.arena, flags, 0, 0), text...)
	return w.arena[start:len(w.arena):len(w.arena)], wire.ResultOK
}
