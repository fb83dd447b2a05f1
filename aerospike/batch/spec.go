package batch

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/command"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/route"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// spec is what one row, or many, do with their records: all about a row but its key. It
// is not changed once made.
type spec struct {
	kind       kind
	write      bool
	idempotent bool
	sendKey    bool
	header     wire.Header
	filter     []byte
	replica    cluster.Replica
	mode       cluster.ReadMode
	ops        []types.Op
	plan       command.Plan // of ops
	late       bool         // each row has bins of its own to write, and ops are none
	replaces   bool         // the record's bins by those that are written
	module     string       // of a UDF
	function   string
	args       []byte // of a UDF, packed

	err error // why the rows are refused
}

// newSpec works out what a row does. The key plays no part.
//
// Bins are looked at when the row is sent, so that all rows which write bins by the same
// rules can share a spec.
func newSpec(o *Op, rules *policy.BatchSettings) *spec {
	s := &spec{kind: o.kind, late: o.kind == kindPut && o.ops == nil}
	s.err = s.fill(o, rules)
	return s
}

// newSpecAtOnce is newSpec for a row whose bins, operations and bytes may have changed when it
// is sent.
func newSpecAtOnce(o *Op, rules *policy.BatchSettings) *spec {
	s := &spec{kind: o.kind}
	own := *o
	if o.kind == kindPut {
		own.ops, s.err = packedOps(o.bins)
	} else {
		own.ops, s.err = ownOps(o.ops)
	}
	if s.err == nil {
		s.err = s.fill(&own, rules)
	}
	return s
}

// packedOps is putOps for values that may change: it packs them.
func packedOps(bins types.Bins) ([]types.Op, error) {
	if len(bins) == 0 {
		return nil, refuse("no bins")
	}
	ops := make([]types.Op, 0, len(bins))
	var buf []byte
	for name, v := range bins {
		start := len(buf)
		var particle wire.ParticleType
		var err error
		if buf, particle, err = types.AppendValue(buf, v); err != nil {
			return nil, fmt.Errorf("bin %.32q: %w", name, err)
		}
		ops = append(ops, types.Op{Type: wire.OpWrite, Bin: name, Arg: packed(particle, buf[start:])})
	}
	return ops, nil
}

// packed returns a value that is written as b. It shares b.
func packed(particle wire.ParticleType, b []byte) types.Value {
	if particle == wire.ParticleNull {
		return types.Nil()
	}
	return types.Raw(particle, b[:len(b):len(b)])
}

// ownOps returns operations that share nothing which may change.
func ownOps(ops []types.Op) ([]types.Op, error) {
	own := slices.Clone(ops)
	for i := range own {
		switch own[i].Type {
		case wire.OpWrite, wire.OpAppend, wire.OpPrepend:
		default: // packed when it was made
			continue
		}
		switch arg := &own[i].Arg; arg.Kind() {
		case types.KindBytes:
			b, _ := arg.AsBytes()
			*arg = types.Bytes(bytes.Clone(b))
		case types.KindList, types.KindMap, types.KindHLL, types.KindRaw:
			b, particle, err := arg.AppendTo(nil)
			if err != nil {
				return nil, fmt.Errorf("bin %.32q: %w", own[i].Bin, err)
			}
			*arg = packed(particle, b)
		}
	}
	return own, nil
}

func (s *spec) fill(o *Op, rules *policy.BatchSettings) error {
	if err := s.operations(o, rules); err != nil {
		return err
	}
	base := &rules.Reads
	if s.write {
		base = &rules.Writes
	}
	set := *base
	if err := s.options(o.opts, &set); err != nil {
		return err
	}
	s.idempotent, s.sendKey, s.filter = set.Idempotent, set.SendKey, set.Filter
	s.replica, s.mode = route.Replica(set.Replica), route.ReadMode(set.ReadModeSC)
	return s.makeHeader(&set)
}

// operations fills in what is to be done.
func (s *spec) operations(o *Op, rules *policy.BatchSettings) (err error) {
	switch o.kind {
	case kindGet:
		names := o.names
		if len(names) == 0 {
			names = rules.Reads.Bins
		}
		for _, name := range names {
			s.ops = append(s.ops, types.Op{Type: wire.OpRead, Bin: name})
			if name == "" {
				return types.CheckBinName(name)
			}
		}
	case kindExists, kindHeader:
		return nil
	case kindGetOps, kindOperate:
		s.ops = o.ops
	case kindPut:
		s.write = true
		if s.late {
			return nil
		}
		if s.ops = o.ops; s.ops == nil { // those of a table's row are made
			s.ops, err = putOps(o.bins)
		}
	case kindDelete:
		s.write = true
		return nil
	case kindApply:
		s.write = true
		return s.call(o.udf)
	default:
		return refuse("the row was made by no function")
	}
	if err != nil || s.kind == kindGet && len(s.ops) == 0 {
		return err
	}
	if s.plan, err = command.NewPlan(s.ops); err != nil {
		return err
	}
	if s.kind == kindGetOps && s.plan.Writes {
		return refuse("an operation that writes among those that only read")
	}
	s.write = s.plan.Writes
	return nil
}

func putOps(bins types.Bins) ([]types.Op, error) {
	ops := make([]types.Op, 0, len(bins))
	for name, v := range bins {
		arg, err := types.ValueOf(v)
		if err != nil {
			return nil, fmt.Errorf("bin %.32q: %w", name, err)
		}
		ops = append(ops, types.Op{Type: wire.OpWrite, Bin: name, Arg: arg})
	}
	if len(ops) == 0 {
		return nil, refuse("no bins")
	}
	return ops, nil
}

// call fills in a UDF.
func (s *spec) call(u *udf) error {
	module := strings.TrimSuffix(u.module, ".lua")
	if module == "" || u.function == "" {
		return refuse("module or function is empty")
	}
	args := make([]types.Value, len(u.args))
	for i, arg := range u.args {
		v, err := types.ValueOf(arg)
		if err != nil {
			return fmt.Errorf("argument %d: %w", i, err)
		}
		args[i] = v
	}
	packed, _, err := types.List(args...).AppendTo(nil)
	s.module, s.function, s.args = module, u.function, packed
	return err
}

// options applies those of a row.
func (s *spec) options(opts []policy.OperateOption, set *policy.Settings) error {
	for _, opt := range opts {
		var fits bool
		switch {
		case s.kind == kindOperate:
			fits = true
		case s.write:
			_, fits = opt.(policy.WriteOption)
		default:
			_, fits = opt.(policy.ReadOption)
		}
		if !fits {
			return refuse("an option of type %T does not fit", opt)
		}
	}
	set.ApplyOperate(opts)
	return set.Err
}

// makeHeader fills in what a header says.
func (s *spec) makeHeader(set *policy.Settings) (err error) {
	s.replaces = set.Exists == policy.CreateOrReplace || set.Exists == policy.ReplaceOnly
	switch s.kind {
	case kindGet:
		s.header = command.ReadHeader(set)
		switch {
		case len(s.ops) > 0:
		case set.NoBins:
			s.kind = kindHeader
			s.header.Info1 |= wire.Info1NoBins
		default:
			s.header.Info1 |= wire.Info1GetAll
		}
	case kindExists, kindHeader:
		s.header = command.ReadHeader(set)
		s.header.Info1 |= wire.Info1NoBins
	case kindDelete:
		set.Exists, set.TTL = policy.CreateOrUpdate, wire.TTLDefault
		s.header = command.WriteHeader(set)
		s.header.Info2 |= wire.Info2Delete
	case kindPut:
		s.header = command.WriteHeader(set)
	case kindApply:
		// A UDF decides itself what to write: of the rules only these mean something.
		s.header = wire.Header{Info2: wire.Info2Write}
		if set.DurableDelete {
			s.header.Info2 |= wire.Info2DurableDelete
		}
		if set.Commit == policy.CommitMaster {
			s.header.Info3 |= wire.Info3CommitMaster
		}
	default:
		if s.header, err = s.plan.Header(set); err != nil {
			return err
		}
	}
	s.header.Info1 &^= wire.Info1CompressResponse // it is the batch's business
	if s.replaces && len(s.ops) > 0 && s.write {
		return command.CheckReplace(s.ops)
	}
	return nil
}

// same reports whether two rows made by different calls do certainly the same, but for bins
// that they write, so that they can share a spec: they have the same slices.
func (o *Op) same(p *Op) bool {
	return o.kind == p.kind && o.udf == p.udf && (o.ops == nil) == (p.ops == nil) &&
		sameSlice(o.names, p.names) && sameSlice(o.ops, p.ops) && sameSlice(o.opts, p.opts)
}

func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("%w: %s", types.ErrInvalidArg, fmt.Sprintf(format, args...))
}
