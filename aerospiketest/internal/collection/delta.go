package collection

import (
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// addDelta adds to a number, or subtracts from it. value is nil where there is none
// yet. by is the argument with the delta: 1 if it is nil or was not given. The type
// is that of the number, or of the delta if there is none; integers wrap.
func addDelta(value []byte, by argument, subtract bool) (sum []byte, result packed.Value, ok bool) {
	whole, real, isReal, ok := delta(by)
	if !ok {
		return nil, packed.Value{}, false
	}
	if subtract {
		whole, real = -whole, -real
	}
	base := wire.Token{Kind: wire.TokenInt}
	if isReal {
		base.Kind = wire.TokenFloat
	}
	if value != nil {
		r := wire.NewReader(value)
		base = r.Token()
	}
	switch base.Kind {
	case wire.TokenInt, wire.TokenUint:
		if isReal {
			whole = truncate(real)
		}
		n := base.Int() + whole
		return wire.AppendMsgpackInt(nil, n), intResult(n), true
	case wire.TokenFloat:
		if !isReal {
			real = float64(whole)
		}
		sum = wire.AppendMsgpackFloat(nil, base.Float()+real)
		return sum, packed.Value{Type: wire.ParticleFloat, Data: sum[1:]}, true
	}
	return nil, packed.Value{}, false
}

// delta reads the argument with what to add.
func delta(by argument) (whole int64, real float64, isReal, ok bool) {
	if !by.given {
		return 1, 1, false, true
	}
	r := wire.NewReader(by.value)
	switch t := r.Token(); t.Kind {
	case wire.TokenNil:
		return 1, 1, false, true
	case wire.TokenInt, wire.TokenUint:
		return t.Int(), 1, false, true
	case wire.TokenFloat:
		return 1, t.Float(), true, true
	}
	return 0, 0, false, false
}

// truncate makes an integer of a float; the least integer stands for what does not
// fit, as on the server's processors.
func truncate(f float64) int64 {
	if f >= -(1<<63) && f < 1<<63 {
		return int64(f)
	}
	return math.MinInt64
}
