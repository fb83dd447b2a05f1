package cdt

import (
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// PathBin makes operations on all the elements of a bin to which a path leads, see
// [Path]. It is a plain value.
type PathBin struct {
	target
	flags int64
}

// Path returns the elements of a bin to which a context leads. Unlike the context of a
// list or map operation it can fan out: [AllChildren], [ChildrenWhere], [MapKeys] and
// [And] are for it, [ListValue] and [MapValue] select all that are equal, and a step
// that finds nothing is no error. It has 1 to 64 steps, none of which creates. Servers
// know path expressions since version 8.1.1, MapKeys and And since 8.1.2.
//
// Expressions in a path see the loop variables of package expr: key, value and index of
// the element at hand. They see neither the bins nor the metadata of the record.
func Path(bin string, ctx ...Ctx) PathBin { return PathBin{target: newTarget(bin, ctx)} }

// NoFail makes a condition that cannot be told count as false, and a change that cannot
// be computed leave the element as it is. Else they are errors.
func (b PathBin) NoFail() PathBin {
	b.flags |= wire.SelectNoFail
	return b
}

// SelectTree returns the bin's list or map, pruned to the branches that lead to a
// selected element.
func (b PathBin) SelectTree() types.Op { return b.selecting(wire.SelectTree) }

// SelectValues returns the selected elements as a list.
func (b PathBin) SelectValues() types.Op { return b.selecting(wire.SelectValue) }

// SelectKeys returns the map keys of the selected elements as a list.
func (b PathBin) SelectKeys() types.Op { return b.selecting(wire.SelectKey) }

// SelectPairs returns a list in which the map key of each selected element is followed
// by the element.
func (b PathBin) SelectPairs() types.Op { return b.selecting(wire.SelectKeyValue) }

// Modify replaces each selected element by what an expression makes of it. Keys of maps
// do not change; ordered lists are sorted again. There is no result.
func (b PathBin) Modify(exp Expression) types.Op {
	return b.pack(wire.OpCDTModify, b.flags|wire.SelectApply, exp)
}

// Remove removes the selected elements. There is no result.
func (b PathBin) Remove() types.Op { return b.Modify(removal{}) }

func (b *PathBin) selecting(mode int64) types.Op {
	return b.pack(wire.OpCDTRead, b.flags|mode, nil)
}

func (b *PathBin) pack(kind wire.OpType, flags int64, exp Expression) types.Op {
	p := begin(kind, b.bin, cdtNames, uint8(wire.CDTSelect))
	p.buf, p.err = AppendPath(p.buf, flags, exp, b.steps()...)
	return p.done()
}

// removal is the expression that makes an element vanish.
type removal struct{}

func (removal) AppendExpression(dst []byte) ([]byte, error) {
	return wire.AppendMsgpackInt(wire.AppendMsgpackArrayHeader(dst, 1), int64(wire.ExpResultRemove)), nil
}

// AppendPath appends the instruction of a path expression, for package expr. flags is a
// mode of wire, maybe with wire.SelectNoFail; apply belongs to wire.SelectApply.
func AppendPath(dst []byte, flags int64, apply Expression, ctx ...Ctx) ([]byte, error) {
	start, n := len(dst), 3
	if flags&wire.SelectModeMask == wire.SelectApply {
		n = 4
	}
	dst = wire.AppendMsgpackInt(wire.AppendMsgpackArrayHeader(dst, n), int64(wire.CDTSelect))
	dst, err := appendSteps(dst, ctx, path)
	if err == nil {
		dst = wire.AppendMsgpackInt(dst, flags)
		if n == 4 {
			dst, err = appendExpression(dst, apply)
		}
	}
	if err != nil {
		return dst[:start], err
	}
	return dst, nil
}
