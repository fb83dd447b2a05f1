package store

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
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

// admitGeoJSON checks the text of a GeoJSON bin and stores it with its cells. Those
// that a client sends are ignored, as the server ignores them.
func (w *Workspace) admitGeoJSON(value []byte) ([]byte, wire.ResultCode) {
	text, ok := geo.Text(value)
	if !ok {
		return nil, wire.ResultInvalidGeoJSON
	}
	start := len(w.arena)
	out, ok := geo.AppendValue(w.arena, text)
	if !ok {
		return nil, wire.ResultInvalidGeoJSON
	}
	w.arena = out
	return out[start:len(out):len(out)], wire.ResultOK
}
