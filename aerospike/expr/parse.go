package expr

import (
	"fmt"

	tree "github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/text"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ParseError tells what is wrong with the text of an expression: the line and column,
// what was expected there, and the text at that place.
type ParseError = text.Error

// Parse reads a filter, such as
//
//	$.age >= 18 and $.name == 'x' and 'vip' in $.tags
//
// The language is described in the comment of the package. args are the values of the
// placeholders ?0, ?1 and so on, each of which has to occur; what they can be is in
// [types.ValueOf]. A value is never read as text of the language.
//
// For a fault errors.Is(err, types.ErrInvalidArg) holds, and errors.As finds a
// [*ParseError]. Texts are at most a mebibyte long.
func Parse(text string, args ...any) (Exp[bool], error) { return ParseAs[bool](text, args...) }

// MustParse is [Parse] for texts that are part of a program: it panics where that fails.
func MustParse(text string, args ...any) Exp[bool] {
	e, err := Parse(text, args...)
	if err != nil {
		panic(err)
	}
	return e
}

// ParseAs is [Parse] for an expression of any type. Where a text says nothing else of
// the type of a bin or element, it is read as T needs it.
func ParseAs[T Type](text string, args ...any) (Exp[T], error) {
	t, err := Prepare(text)
	if err != nil {
		return Exp[T]{}, err
	}
	return BindAs[T](t, args...)
}

// Template is the text of an expression that has been read once, to be used with one
// set of values after the other. It is safe for concurrent use.
type Template struct {
	source string
	parsed *text.Template
}

// Prepare reads the text of an expression, see [Parse]. The types of operands are
// checked when values are bound, since they depend on these.
func Prepare(source string) (*Template, error) {
	parsed, err := text.Parse(source)
	if err != nil {
		return nil, unreadable(err)
	}
	return &Template{source: source, parsed: parsed}, nil
}

// MustPrepare is [Prepare] for texts that are part of a program: it panics where that
// fails.
func MustPrepare(source string) *Template {
	t, err := Prepare(source)
	if err != nil {
		panic(err)
	}
	return t
}

// String returns the text.
func (t *Template) String() string { return t.source }

// Placeholders returns how many values the text needs: one more than the greatest number
// of a placeholder.
func (t *Template) Placeholders() int { return t.parsed.Placeholders() }

// Bind makes a filter of the text, see [Parse].
func (t *Template) Bind(args ...any) (Exp[bool], error) { return BindAs[bool](t, args...) }

// BindAs makes an expression of the text, see [ParseAs].
func BindAs[T Type](t *Template, args ...any) (Exp[T], error) {
	packed := make([][]byte, len(args))
	for i, arg := range args {
		b, err := appendComparable(nil, arg)
		if err != nil {
			return Exp[T]{}, failedArg(i, err)
		}
		packed[i] = b
	}
	root, err := t.parsed.Compile(packed, typeOf[T]())
	if err != nil {
		return Exp[T]{}, unreadable(err)
	}
	n := checked(root.Append(nil))
	return Exp[T]{n}, n.err
}

// Explain returns the text that an expression of an unknown type stands for, such as one
// that another client has sent, and the name of the type of its value.
func Explain(packed []byte) (source, typeName string, err error) {
	if len(packed) >= wire.MaxExpSize {
		return "", "", invalid("%d bytes, the limit is %d", len(packed), wire.MaxExpSize-1)
	}
	root, err := tree.Decode(packed)
	if err != nil {
		return "", "", invalid("%v", err)
	}
	t, err := root.Check()
	if err != nil {
		return "", "", invalid("%v", err)
	}
	return text.Print(root), tree.TypeName(t), nil
}

func unreadable(err error) error { return fmt.Errorf("%w: expr: %w", types.ErrInvalidArg, err) }

func failedArg(i int, err error) error {
	return fmt.Errorf("%w: expr: placeholder ?%d: %w", types.ErrInvalidArg, i, err)
}
