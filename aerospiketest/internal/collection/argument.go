package collection

import (
	"encoding/binary"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// arguments reads an instruction from front to back.
type arguments struct {
	r wire.Reader
	// count is how many arguments the head of the array announces. There may be
	// fewer: the server looks at a missing one only when it needs it.
	count int
	// special is set once an argument held a value that cannot be stored. It stays
	// set for the arguments after it, those of a context too.
	special bool
}

// unassignedOp stands for instructions beyond the range of wire.CDTOp.
const unassignedOp wire.CDTOp = 0xfd

// opOf narrows an instruction's number as the server does: to 32 bits.
func opOf(n int64) wire.CDTOp {
	if op := uint32(n); op <= 0xff {
		return wire.CDTOp(op)
	}
	return unassignedOp
}

// parseInstruction reads the head of an instruction: [op, arguments...], or in the
// old form two bytes with the op and then, if it has any, the array of arguments.
func parseInstruction(b []byte) (wire.CDTOp, *arguments, bool) {
	a := &arguments{r: wire.NewReader(b)}
	if len(b) > 0 && b[0] == 0 {
		op := a.r.Uint16("instruction")
		if a.r.Err() != nil {
			return 0, nil, false
		}
		if a.r.Len() > 0 {
			n, ok := a.array()
			if !ok {
				return 0, nil, false
			}
			a.count = n
		}
		return opOf(int64(op)), a, true
	}
	op, ok := a.nested()
	return op, a, ok
}

// nested reads the head of an instruction within a context.
func (a *arguments) nested() (wire.CDTOp, bool) {
	n, ok := a.array()
	if !ok || n == 0 {
		return 0, false
	}
	op, ok := a.integer()
	a.count = n - 1
	return opOf(op), ok
}

// array reads the head of an array. Unlike [wire.Reader.Token] it takes a count
// greater than what follows, as the server does.
func (a *arguments) array() (int, bool) {
	switch c := a.r.Uint8("array"); {
	case a.r.Err() != nil:
		return 0, false
	case c >= 0x90 && c <= 0x9f:
		return int(c & 0x0f), true
	case c == 0xdc:
		n := a.r.Uint16("array")
		return int(n), a.r.Err() == nil
	case c == 0xdd:
		n := a.r.Uint32("array")
		return int(n), a.r.Err() == nil
	}
	return 0, false
}

// integer reads a number; one that exceeds an int64 wraps.
func (a *arguments) integer() (int64, bool) {
	t := a.r.Token()
	return t.Int(), t.Kind == wire.TokenInt || t.Kind == wire.TokenUint
}

// element reads any value and returns its bytes.
func (a *arguments) element() ([]byte, bool) {
	e := a.r.SkipMsgpack()
	if e == nil {
		return nil, false
	}
	if holdsSpecial(e) {
		a.special = true
	}
	return e, true
}

// argumentKind says what an argument must be.
type argumentKind uint8

const (
	integerArgument argumentKind = iota // index, rank, count, flags, return type
	valueArgument                       // any value
	storedArgument                      // a value that can be stored
)

// argument is one argument of an instruction; the zero argument was not given.
type argument struct {
	given bool
	num   int64  // integerArgument
	value []byte // valueArgument, storedArgument
}

// count returns the number as a count, missing meaning "to the end". A negative one
// wraps to more than there can be.
func (g argument) count() uint64 {
	if !g.given {
		return 0xffffffff
	}
	return uint64(g.num)
}

// maxArguments is the most that any instruction has.
const maxArguments = 4

// read reads the arguments, the last of which, as many as optional says, may be
// missing. No other number of arguments is right.
func (a *arguments) read(optional int, kinds ...argumentKind) (got [maxArguments]argument, ok bool) {
	if a.count < len(kinds)-optional || a.count > len(kinds) {
		return got, false
	}
	for i, kind := range kinds[:a.count] {
		g := &got[i]
		g.given = true
		if kind == integerArgument {
			g.num, ok = a.integer()
		} else {
			g.value, ok = a.element()
			ok = ok && (kind == valueArgument || !a.special)
		}
		if !ok {
			return got, false
		}
	}
	return got, true
}

// holdsSpecial reports whether a value is or contains one that cannot be stored: an
// extension of type 255 with one to three bytes, such as wildcard and infinity.
func holdsSpecial(value []byte) bool {
	r := wire.NewReader(value)
	for r.Len() > 0 {
		t := r.Token()
		switch {
		case t.Kind == wire.TokenInvalid:
			return false
		case t.Kind == wire.TokenExt && t.Ext == 0xff && len(t.Data) >= 1 && len(t.Data) <= 3:
			return true
		}
	}
	return false
}

// maxItems is how many values or keys a list of them may have as an argument.
const maxItems = 1 << 20

// items splits a list given as an argument: offsets[i] is where value i begins,
// the last one where the list ends. An attribute in front counts as a value.
func items(value []byte) (offsets []uint32, ok bool) {
	r := wire.NewReader(value)
	t := r.Token()
	if t.Kind != wire.TokenArray || t.Len() > maxItems {
		return nil, false
	}
	return elementOffsets(&r, t.Len())
}

// elementOffsets walks over n values and returns where each begins and where the
// last one ends.
func elementOffsets(r *wire.Reader, n int) ([]uint32, bool) {
	offsets := make([]uint32, 0, n+1)
	for range n {
		offsets = append(offsets, uint32(r.Offset()))
		if r.SkipMsgpack() == nil {
			return nil, false
		}
	}
	return append(offsets, uint32(r.Offset())), true
}

// bigEndian64 is the particle of an integer.
func bigEndian64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
