package packed

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// NormaliseElement appends a value that is to become an element of a list or map to
// dst, in the form in which the server stores it. Unlike a whole bin it can be of
// any type, and attributes of a list or map lose the bit for an index. It fails for
// what the server refuses. On failure dst is returned as it was.
func NormaliseElement(dst, value []byte) ([]byte, error) {
	n := normaliser{in: value, r: wire.NewReader(value), out: dst}
	if err := n.value(0); err != nil {
		return dst, err
	}
	if err := n.r.Finish("element"); err != nil {
		return dst, err
	}
	return n.out, nil
}
