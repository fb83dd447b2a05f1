package expr

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Bin returns the value of a bin of type T. If the record has no such bin, or one of
// another type, the value is unknown. The functions after it are the same with a name
// that tells the type.
func Bin[T Type](name string) Exp[T] {
	if err := checkBin(name); err != nil {
		return Exp[T]{node{err: err}}
	}
	code := append(appendHead(make([]byte, 0, 4+len(name)), wire.ExpBin, 2), byte(typeOf[T]()))
	return Exp[T]{node{code: wire.AppendMsgpackRawString(code, name)}}
}

func checkBin(name string) error {
	if err := types.CheckBinName(name); err != nil {
		return fmt.Errorf("expr: bin %.32q: %w", name, err)
	}
	return nil
}

func IntBin(name string) Exp[int64]             { return Bin[int64](name) }
func FloatBin(name string) Exp[float64]         { return Bin[float64](name) }
func StringBin(name string) Exp[string]         { return Bin[string](name) }
func BoolBin(name string) Exp[bool]             { return Bin[bool](name) }
func BytesBin(name string) Exp[[]byte]          { return Bin[[]byte](name) }
func ListBin(name string) Exp[ListType]         { return Bin[ListType](name) }
func MapBin(name string) Exp[MapType]           { return Bin[MapType](name) }
func GeoJSONBin(name string) Exp[types.GeoJSON] { return Bin[types.GeoJSON](name) }
func HLLBin(name string) Exp[types.HLL]         { return Bin[types.HLL](name) }

// BinExists reports whether the record has a bin, of whatever type.
func BinExists(name string) Exp[bool] {
	if err := checkBin(name); err != nil {
		return Exp[bool]{node{err: err}}
	}
	code := appendHead(make([]byte, 0, 6+len(name)), wire.ExpNe, 2)
	code = wire.AppendMsgpackRawString(appendHead(code, wire.ExpBinType, 1), name)
	return Exp[bool]{node{code: append(code, byte(wire.ParticleNull))}}
}

// BinType returns the particle type of a bin, such as [wire.ParticleInt], or
// [wire.ParticleNull] if the record has no such bin. It is never unknown.
func BinType(name string) Exp[int64] { return Exp[int64]{named(wire.ExpBinType, name)} }

// Key returns the user's key that is stored with the record ([policy.SendKey]). If none
// is, or one of another type, the value is unknown.
//
// [policy.SendKey]: https://pkg.go.dev/github.com/aerospike-go/aerospike-go/aerospike/policy#SendKey
func Key[T KeyType]() Exp[T] {
	return Exp[T]{node{code: append(appendHead(make([]byte, 0, 3), wire.ExpKey, 1), byte(typeOf[T]()))}}
}
