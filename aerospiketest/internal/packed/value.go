package packed

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Value is a bin's value, or the outcome of an operation, in the form in which it is
// stored. The zero Value is none.
type Value struct {
	Type wire.ParticleType
	Data []byte
}
