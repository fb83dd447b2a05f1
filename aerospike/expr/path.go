package expr

import (
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// PathCall selects elements at all places of a list or map that a path leads to, or
// changes them there. It needs server 8.1.1.
type PathCall[C Container] struct {
	target node
	ctx    []cdt.Ctx
	noFail bool
}

// Path works on the places in target that the steps lead to, such as [cdt.AllChildren]
// and [cdt.ChildrenWhere]. Expressions in the steps, and those of [PathCall.Modify], see
// the element they are at by [LoopKey], [LoopValue] and [LoopIndex]; they see neither the
// record's bins nor its metadata.
//
//	dear := expr.Gt(expr.LoopValue[int64](), expr.Int(10))
//	expr.Path(expr.MapBin("prices"), cdt.ChildrenWhere(dear)).SelectKeys()
func Path[C Container](target Exp[C], steps ...cdt.Ctx) PathCall[C] {
	return PathCall[C]{target: target.n, ctx: steps}
}

// NoFail lets an unknown condition count as false, and leaves an element alone for which
// what [PathCall.Modify] applies is unknown. Else both make the whole value unknown.
func (p PathCall[C]) NoFail() PathCall[C] {
	p.noFail = true
	return p
}

// SelectTree returns the target with only what the path leads to, and the way there.
func (p PathCall[C]) SelectTree() Exp[C] {
	return Exp[C]{p.pack(typeOf[C](), wire.ExpModuleCDT, wire.SelectTree, nil)}
}

// SelectValues returns the values at the end of the path.
func (p PathCall[C]) SelectValues() Exp[ListType] {
	return Exp[ListType]{p.pack(wire.ExpTypeList, wire.ExpModuleCDT, wire.SelectValue, nil)}
}

// SelectKeys returns the keys at the end of the path, which has to be in maps.
func (p PathCall[C]) SelectKeys() Exp[ListType] {
	return Exp[ListType]{p.pack(wire.ExpTypeList, wire.ExpModuleCDT, wire.SelectKey, nil)}
}

// SelectPairs returns the keys at the end of the path, which has to be in maps, each with
// its value after it.
func (p PathCall[C]) SelectPairs() Exp[ListType] {
	return Exp[ListType]{p.pack(wire.ExpTypeList, wire.ExpModuleCDT, wire.SelectKeyValue, nil)}
}

// Modify returns the target with each value at the end of the path replaced by what an
// expression makes of it, or without it if that is [Remove].
func (p PathCall[C]) Modify(apply cdt.Expression) Exp[C] {
	if apply == nil {
		return Exp[C]{failed("path: nothing to apply")}
	}
	return Exp[C]{p.pack(typeOf[C](), wire.ExpModuleCDT|wire.ExpModuleModify, wire.SelectApply, apply)}
}

// Remove returns the target without the values at the end of the path.
func (p PathCall[C]) Remove() Exp[C] { return p.Modify(Remove()) }

func (p PathCall[C]) pack(t wire.ExpType, module byte, mode int64, apply cdt.Expression) node {
	if err := p.target.fault(); err != nil {
		return node{err: err}
	}
	if p.noFail {
		mode |= wire.SelectNoFail
	}
	code := appendHead(make([]byte, 0, 64+16*len(p.ctx)+len(p.target.code)), wire.ExpCall, 4)
	code, err := cdt.AppendPath(append(code, byte(t), module), mode, apply, p.ctx...)
	if err != nil {
		return wrapped("path", err)
	}
	return checked(append(code, p.target.code...))
}
