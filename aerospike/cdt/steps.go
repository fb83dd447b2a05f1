package cdt

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// target is a bin and the context of what an operation is about in it. Contexts of
// usual depth are copied into it, so that they need no memory of their own.
type target struct {
	bin  string
	n    int
	few  [3]Ctx
	more []Ctx // instead of few
}

func newTarget(bin string, ctx []Ctx) target {
	t := target{bin: bin, n: len(ctx)}
	if copy(t.few[:], ctx) < len(ctx) {
		t.more = append([]Ctx(nil), ctx...)
	}
	return t
}

func (t *target) steps() []Ctx {
	if t.more != nil {
		return t.more
	}
	return t.few[:t.n]
}

// begin starts an instruction on what the context leads to.
func (t *target) begin(kind wire.OpType, op wire.CDTOp) *instruction {
	p := begin(kind, t.bin, cdtNames, uint8(op))
	if t.n > 0 {
		p.buf = append(p.buf, 0x93)
		p.buf = wire.AppendMsgpackInt(p.buf, int64(wire.CDTContextEval))
		p.buf, p.err = appendSteps(p.buf, t.steps(), plain)
	}
	return p.open()
}

func (t *target) read(op wire.CDTOp) *instruction { return t.begin(wire.OpCDTRead, op) }

func (t *target) change(op wire.CDTOp) *instruction { return t.begin(wire.OpCDTModify, op) }

// creating returns the target with a last step that may create the element.
func (t target) creating() target {
	if t.n == 0 {
		return t
	}
	if t.more != nil {
		t.more = append([]Ctx(nil), t.more...) // the caller may use the builder again
	}
	switch last := &t.steps()[t.n-1]; last.id {
	case listIndexID:
		last.id |= wire.ContextCreateListUnordered
	case mapKeyID:
		last.id |= wire.ContextCreateMapUnordered
	}
	return t
}

// usage is where a context stands. The rules of the server differ.
type usage uint8

const (
	plain usage = iota // of a list or map operation
	path               // of a path expression
	index              // of a secondary index
)

// maxPathSteps is the limit of the server for path expressions (cdt.c).
const maxPathSteps = 64

// AppendContext appends a context as a msgpack array, as a list or map call inside an
// expression has it. errors.Is(err, types.ErrInvalidArg) holds for its errors.
func AppendContext(dst []byte, ctx ...Ctx) ([]byte, error) { return appendSteps(dst, ctx, plain) }

func appendSteps(dst []byte, ctx []Ctx, use usage) ([]byte, error) {
	if len(ctx) == 0 {
		return dst, errOf("the context is empty")
	}
	if use == path && len(ctx) > maxPathSteps {
		return dst, errOf("a context of %d steps, the limit of path expressions is %d", len(ctx), maxPathSteps)
	}
	start := len(dst)
	dst = wire.AppendMsgpackArrayHeader(dst, 2*len(ctx))
	for i := range ctx {
		err := check(ctx, i, use)
		if err == nil {
			dst, err = ctx[i].appendTo(dst, i)
		}
		if err != nil {
			return dst[:start], fmt.Errorf("context step %d: %w", i, err)
		}
		if len(dst)-start > wire.MaxFrameBody {
			return dst[:start], errOf("the context is longer than a message can be, %d bytes", wire.MaxFrameBody)
		}
	}
	return dst, nil
}

// check refuses a step that the server would not take in its place.
func check(ctx []Ctx, i int, use usage) error {
	c := &ctx[i]
	if f, bad := c.exp.(fault); bad {
		return f.err
	}
	if use != path && c.base() > wire.ContextValue {
		return errOf("only a path expression takes it")
	}
	if use != plain && c.creates() {
		return errOf("only a list or map operation can create")
	}
	if c.id != andID {
		return nil
	}
	if i == 0 || ctx[i-1].base() == wire.ContextExpression {
		return errOf("And belongs after a step that selects by index, rank, key or value")
	}
	return nil
}
