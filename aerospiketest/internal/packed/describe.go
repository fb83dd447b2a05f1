package packed

import (
	"fmt"
	"strconv"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Describe returns a packed value as the server's info commands show it: of what is
// not a scalar only the kind and the size. The server cannot show an empty list or map;
// ok is then false.
func Describe(value []byte) (text string, ok bool) {
	r := wire.NewReader(value)
	t := r.Token()
	if t.Kind == wire.TokenArray || t.Kind == wire.TokenMap {
		ok = t.Len() > 0
	} else {
		ok = t.Kind != wire.TokenInvalid
	}
	return describe(&t), ok
}

func describe(t *wire.Token) string {
	switch t.Kind {
	case wire.TokenNil:
		return "nil"
	case wire.TokenBool:
		return strconv.FormatBool(t.Bool())
	case wire.TokenInt, wire.TokenUint:
		return strconv.FormatInt(t.Int(), 10)
	case wire.TokenFloat:
		return fmt.Sprintf("%f", t.Float())
	case wire.TokenArray:
		return fmt.Sprintf("<list#%d>", t.Len())
	case wire.TokenMap:
		return fmt.Sprintf("<map#%d>", t.Len())
	case wire.TokenString:
		return describeText(t)
	}
	switch {
	case t.IsWildcard():
		return "*"
	case t.IsInfinity():
		return "inf"
	}
	return fmt.Sprintf("<ext#%d>", len(t.Data))
}

func describeText(t *wire.Token) string {
	kind, data := t.Typed()
	switch {
	case len(t.Data) == 0:
		return "<blob#_>"
	case kind == wire.ParticleString:
		return fmt.Sprintf("<string#%d>", len(data))
	case kind == wire.ParticleGeoJSON:
		return fmt.Sprintf("<geojson#%d>", len(data))
	case kind == wire.ParticleBlob:
		return fmt.Sprintf("<blob#%d>", len(data))
	}
	return fmt.Sprintf("<blob%d#%d>", kind, len(data))
}
