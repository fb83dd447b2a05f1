package index

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Kind says which part of a value is indexed, as in a query's index type field.
type Kind uint8

// Kinds.
const (
	Default   Kind = iota // the value itself
	List                  // the elements of a list
	MapKeys               // the keys of a map
	MapValues             // the values of a map
	// Set marks an index of which records are in a set. It holds no entries and no
	// query names it.
	Set
)

// String returns the name that info commands have for a kind.
func (k Kind) String() string {
	return [...]string{"default", "list", "mapkeys", "mapvalues", "set"}[k]
}

// Definition says what an index holds. Two indexes of a namespace never have the same
// definition.
type Definition struct {
	// Set is the name of a set, empty for the whole namespace.
	Set string
	// Bin is the name of a bin, empty if Expression is not.
	Bin string
	// Type is ParticleInt, ParticleString, ParticleBlob or ParticleGeoJSON.
	Type wire.ParticleType
	Kind Kind
	// Context is the packed way to a nested value, empty for the bin itself.
	Context string
	// Expression is a packed expression whose value is indexed, empty for none.
	Expression string
}

// Record is what an index looks at of one version of a record.
type Record interface {
	// SetName is empty for a record outside of any set.
	SetName() string
	// Bin is a bin's value, the zero Value for a missing bin. It must not be changed.
	Bin(name []byte) packed.Value
}
