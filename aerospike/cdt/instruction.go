package cdt

import (
	"fmt"
	"sync"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ToEnd as the count of a range means everything from its start on. Any other negative
// count means the same.
const ToEnd = -1

// errOf returns an error for which errors.Is(err, types.ErrInvalidArg) holds.
func errOf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", types.ErrInvalidArg, fmt.Sprintf(format, args...))
}

// instruction is an operation while it is packed: a msgpack array of its code and its
// arguments. The first fault sticks.
type instruction struct {
	op    types.Op
	buf   []byte
	head  int // where the array begins; its count is known at the end
	elems int // of the array, the code included; 0 if it has been written as a whole
	err   error
	names map[uint8]string // of the codes, for errors
	code  uint8
}

// keepBuffer is the largest buffer that is kept for the next operation.
const keepBuffer = 64 << 10

// instructions is where operations are packed before the bytes are copied to memory of
// just their size. Nothing in it survives an operation but the buffer.
var instructions = sync.Pool{New: func() any { return &instruction{buf: make([]byte, 0, 512)} }}

// begin starts an instruction.
func begin(t wire.OpType, bin string, names map[uint8]string, code uint8) *instruction {
	p := instructions.Get().(*instruction)
	*p = instruction{op: types.Op{Type: t, Bin: bin}, buf: p.buf[:0], names: names, code: code}
	return p
}

// open writes the head of the array and the code.
func (p *instruction) open() *instruction {
	p.head, p.elems = len(p.buf), 0
	p.buf = append(p.buf, 0)
	return p.int(int64(p.code))
}

// done returns the operation. The instruction must not be used afterwards.
func (p *instruction) done() types.Op {
	op := p.op
	if p.err != nil {
		op.Err = fmt.Errorf("%s: %w", p.names[p.code], p.err)
	} else {
		if p.elems > 0 {
			p.buf[p.head] = 0x90 | byte(p.elems) // no instruction has more than 6
		}
		packed := make([]byte, len(p.buf))
		copy(packed, p.buf)
		op.Arg = types.Bytes(packed)
	}
	if cap(p.buf) > keepBuffer {
		p.buf = nil
	}
	*p = instruction{buf: p.buf} // do not keep what it was made from
	instructions.Put(p)
	return op
}

func (p *instruction) fail(format string, args ...any) *instruction {
	if p.err == nil {
		p.err = errOf(format, args...)
	}
	return p
}

// check notes an error.
func (p *instruction) check(err error) *instruction {
	if p.err == nil {
		p.err = err
	}
	return p
}

// took notes the outcome of appending an argument.
func (p *instruction) took(what string, buf []byte, err error) *instruction {
	switch {
	case p.err != nil:
	case err != nil:
		p.err = fmt.Errorf("%s: %w", what, err)
	default:
		p.buf = buf
		p.elems++
	}
	return p
}

func (p *instruction) int(v int64) *instruction {
	p.buf = wire.AppendMsgpackInt(p.buf, v)
	p.elems++
	return p
}

// count appends how many elements a range has; it is left out for a range to the end.
func (p *instruction) count(n int) *instruction {
	if n < 0 {
		return p
	}
	return p.int(int64(n))
}

// arg appends a value to compare with.
func (p *instruction) arg(what string, v any) *instruction {
	buf, err := types.AppendMsgpack(p.buf, v)
	return p.took(what, buf, err)
}

// stored appends a value that the server will store.
func (p *instruction) stored(what string, v any) *instruction {
	buf, err := types.AppendElement(p.buf, v)
	return p.took(what, buf, err)
}

// bounds appends the ends of an interval. An open beginning is nil, which is the lowest
// value; an open end is left out: nil as an end would mean "below nil", which is nothing.
func (p *instruction) bounds(begin, end any) *instruction {
	p.arg("begin", begin)
	at := len(p.buf)
	p.arg("end", end)
	if p.err == nil && p.buf[at] == msgpackNil {
		p.buf = p.buf[:at]
		p.elems--
	}
	return p
}

const msgpackNil = 0xc0

// args appends a slice of values to compare with.
func (p *instruction) args(what string, values any) *instruction {
	at := len(p.buf)
	return p.arg(what, values).slice(what, values, at)
}

// items appends a slice of values that the server will store.
func (p *instruction) items(values any) *instruction {
	at := len(p.buf)
	return p.stored("values", values).slice("values", values, at)
}

// slice refuses what was appended at a place if it is no array.
func (p *instruction) slice(what string, values any, at int) *instruction {
	if p.err == nil && !isArray(p.buf[at]) {
		return p.fail("%s: want a slice, have %T", what, values)
	}
	return p
}

// number appends a number.
func (p *instruction) number(what string, v any) *instruction {
	at := len(p.buf)
	p.arg(what, v)
	if p.err == nil && !isNumber(p.buf[at]) {
		p.fail("%s: want an integer or a float, have %T", what, v)
	}
	return p
}

// key appends the key of a pair that may be created.
func (p *instruction) key(k any) *instruction {
	v, err := keyOf(k)
	if err == nil {
		return p.took("key", mustAppend(p.buf, v), nil)
	}
	return p.took("key", nil, err)
}

// returning appends what is to be returned.
func (p *instruction) returning(r Return, allowed returns) *instruction {
	return p.check(r.check(allowed)).int(int64(r))
}

// trailing appends optional arguments at the end. Those that are zero are left out as
// long as nothing follows them, and the server takes zero for them.
func (p *instruction) trailing(args ...int64) *instruction {
	n := len(args)
	for n > 0 && args[n-1] == 0 {
		n--
	}
	for _, a := range args[:n] {
		p.int(a)
	}
	return p
}

func isArray(head byte) bool { return head>>4 == 0x9 || head == 0xdc || head == 0xdd }

func isMap(head byte) bool { return head>>4 == 0x8 || head == 0xde || head == 0xdf }

// isNumber reports whether a value is an integer or a float, by its first byte.
func isNumber(head byte) bool {
	return head < 0x80 || head >= 0xe0 || head >= 0xca && head <= 0xd3
}
