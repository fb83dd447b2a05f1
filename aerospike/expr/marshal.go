package expr

import (
	"encoding/base64"
	"fmt"
	"slices"

	tree "github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/text"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// String returns the expression as text, in the language that Parse reads, or what is
// wrong with it.
func (e Exp[T]) String() string {
	if err := e.n.fault(); err != nil {
		return "<" + err.Error() + ">"
	}
	root, err := tree.Decode(e.n.code)
	if err != nil { // nested deeper than is read back
		return base64.StdEncoding.EncodeToString(e.n.code)
	}
	return text.Print(root)
}

// MarshalBinary returns a copy of the packed expression.
func (e Exp[T]) MarshalBinary() ([]byte, error) { return slices.Clone(e.n.code), e.n.fault() }

// UnmarshalBinary takes a packed expression, see [FromBytes].
func (e *Exp[T]) UnmarshalBinary(b []byte) (err error) {
	*e, err = FromBytes[T](b)
	return err
}

// MarshalText returns the packed expression in base64, the form of the server's
// configuration and of other clients.
func (e Exp[T]) MarshalText() ([]byte, error) {
	if err := e.n.fault(); err != nil {
		return nil, err
	}
	return base64.StdEncoding.AppendEncode(nil, e.n.code), nil
}

// UnmarshalText takes a packed expression in base64, see [FromBytes].
func (e *Exp[T]) UnmarshalText(text []byte) (err error) {
	*e, err = FromBase64[T](string(text))
	return err
}

// FromBase64 takes a packed expression in base64 with padding, see [FromBytes].
func FromBase64[T Type](text string) (Exp[T], error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return Exp[T]{}, fmt.Errorf("%w: expr: base64: %w", types.ErrInvalidArg, err)
	}
	return FromBytes[T](b)
}

// FromBytes takes a packed expression, as other clients make them too. It is checked as
// the server checks it: that it is complete, that the types of operands fit, and that its
// value is of type T. What it holds is a copy in the shortest form.
func FromBytes[T Type](packed []byte) (Exp[T], error) {
	if len(packed) >= wire.MaxExpSize {
		return Exp[T]{}, invalid("%d bytes, the limit is %d", len(packed), wire.MaxExpSize-1)
	}
	root, err := tree.Decode(packed)
	if err != nil {
		return Exp[T]{}, invalid("%v", err)
	}
	t, err := root.Check()
	if err != nil {
		return Exp[T]{}, invalid("%v", err)
	}
	if want := typeOf[T](); t != want && !isUnknown(packed) {
		return Exp[T]{}, invalid("its value is of type %s, want %s", tree.TypeName(t), tree.TypeName(want))
	}
	n := checked(root.Append(make([]byte, 0, len(packed))))
	return Exp[T]{n}, n.err
}
