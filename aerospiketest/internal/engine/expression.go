package engine

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// expressionEngine executes operations whose value is an expression (expop.c).
type expressionEngine struct{}

func (expressionEngine) Read(x *store.Execution, _ *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	p, flags, code := parseExpression(op.Value, wire.ExpFlagEvalNoFail)
	if code != wire.ResultOK {
		return store.Value{}, code
	}
	v, known := p.Eval(subject{x})
	if !known && flags&wire.ExpFlagEvalNoFail == 0 {
		return store.Value{}, wire.ResultOpNotApplicable
	}
	return v, wire.ResultOK
}

// modifyFlags are the flags of an operation that changes a bin.
const modifyFlags = wire.ExpFlagCreateOnly | wire.ExpFlagUpdateOnly | wire.ExpFlagAllowDelete |
	wire.ExpFlagPolicyNoFail | wire.ExpFlagEvalNoFail

// Check looks at the expression of an operation that changes a bin.
func (expressionEngine) Check(op *wire.Op) wire.ResultCode {
	if op.Type != wire.OpExpModify {
		return wire.ResultOK
	}
	_, _, code := parseExpression(op.Value, modifyFlags)
	return code
}

func (expressionEngine) Modify(x *store.Execution, bin *store.Bin, op *wire.Op) (store.Value, wire.ResultCode) {
	p, flags, code := parseExpression(op.Value, modifyFlags)
	if code != wire.ResultOK {
		return store.Value{}, code
	}
	exists := bin.Type != wire.ParticleNull
	violation := wire.ResultOK
	switch {
	case exists && flags&wire.ExpFlagCreateOnly != 0:
		violation = wire.ResultBinExists
	case !exists && flags&wire.ExpFlagUpdateOnly != 0:
		violation = wire.ResultBinNotFound
	}
	if violation != wire.ResultOK {
		if flags&wire.ExpFlagPolicyNoFail != 0 {
			violation = wire.ResultOK
		}
		return store.Value{}, violation
	}
	v, known := p.Eval(subject{x})
	switch {
	case !known && flags&wire.ExpFlagEvalNoFail != 0:
		return store.Value{}, wire.ResultOK
	case !known:
		return store.Value{}, wire.ResultOpNotApplicable
	case exists && v.Type == wire.ParticleNull && flags&wire.ExpFlagAllowDelete == 0:
		if flags != 0 { // any flag: the server mistakes && for &
			return store.Value{}, wire.ResultOK
		}
		return store.Value{}, wire.ResultOpNotApplicable
	}
	assign(x, bin, v)
	return store.Value{}, wire.ResultOK
}

// parseExpression reads the value of an operation: [expression] or [expression,
// flags]. As in the server, what stands in place of the flags and is no integer is
// no flags, and what comes after them does not matter.
func parseExpression(value []byte, allowed uint64) (p *expression.Program, flags uint64, code wire.ResultCode) {
	r := wire.NewReader(value)
	count := uint32(0)
	switch c := r.Uint8("expression operation"); c {
	case 0xdc:
		count = uint32(r.Uint16("expression operation"))
	case 0xdd:
		count = r.Uint32("expression operation")
	default:
		if c&0xf0 == 0x90 {
			count = uint32(c & 0x0f)
		}
	}
	exp := r.SkipMsgpack()
	if count < 1 || count > 2 || exp == nil {
		return nil, 0, wire.ResultParameter
	}
	if t := r.Token(); t.Kind == wire.TokenInt || t.Kind == wire.TokenUint {
		flags = t.Num
	}
	if flags&^allowed != 0 {
		return nil, 0, wire.ResultParameter
	}
	p, code = expression.Compile(exp)
	return p, flags, code
}

// compileFilter makes a filter of a packed expression.
func compileFilter(packed []byte) (store.Predicate, wire.ResultCode) {
	p, code := expression.Compile(packed)
	if code == wire.ResultOK && !p.IsBool() {
		code = wire.ResultParameter
	}
	if code != wire.ResultOK {
		return nil, code
	}
	return predicate{p}, wire.ResultOK
}

type predicate struct{ *expression.Program }

func (p predicate) Metadata(x *store.Execution) (accepted, known bool) {
	return p.MatchesMetadata(subject{x})
}

func (p predicate) Bins(x *store.Execution) bool { return p.MatchesBins(subject{x}) }

// subject shows a record to an expression.
type subject struct{ x *store.Execution }

func (s subject) Digest() *wire.Digest { return &s.x.Request.Digest }
func (s subject) Set() string          { return s.x.SetName() }
func (s subject) Key() []byte          { return s.x.StoredKey() }
func (s subject) KeyStored() bool      { return s.x.HasStoredKey() }
func (s subject) LastUpdate() uint64   { return uint64(s.x.LastUpdate()) }
func (s subject) Now() uint64          { return uint64(s.x.Request.Now) }
func (s subject) VoidTime() uint32     { return s.x.VoidTime() }
func (s subject) Size() int            { return s.x.StoredSize() }

func (s subject) Bin(name []byte) store.Value {
	bins := s.x.Bins()
	for i := range bins {
		if string(bins[i].Name) == string(name) {
			return valueOf(&bins[i])
		}
	}
	return store.Value{}
}
