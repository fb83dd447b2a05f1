package lua

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Particle is a value as it is sent or stored. The zero Particle is no value.
type Particle struct {
	Type wire.ParticleType
	Data []byte
}
