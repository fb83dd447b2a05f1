package batch

import (
	"fmt"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxRequest is how long a message may get before the rows that are left go into another
// one, in bytes. The server takes 128 MiB; rows that large do better in parts.
const maxRequest = 4 << 20

// maxRow is how large a row may be, in bytes: there may be as much as maxRequest before it.
const maxRow = wire.MaxFrameBody - maxRequest - 1<<10

// encoder writes rows.
type encoder struct {
	wire.BatchEncoder
	scratch []byte
	last    row // the one before
}

// row appends a row, abbreviated if it is the same as the one before.
func (e *encoder) row(index int, r *row) error {
	s, digest := r.spec, r.key.Digest()
	userKey := s.sendKey && r.key.UserKeyType() != wire.ParticleNull
	if e.last.spec == s && !s.late && !userKey && r.key.SameSet(e.last.key) &&
		e.Repeat(uint32(index), &digest) {
		return nil
	}
	before := e.Len()
	e.Row(uint32(index), &digest, &s.header)
	// Unlike in a single command the set is there even if it is empty.
	e.FieldString(wire.FieldNamespace, r.key.Namespace())
	e.FieldString(wire.FieldSet, r.key.Set())
	e.scratch = s.appendFields(&e.Encoder, r.key, e.scratch)
	err := r.appendOps(&e.Encoder)
	if size := e.Len() - before; err == nil && size > maxRow {
		err = refuse("a row of %d bytes, the limit is %d", size, maxRow)
	}
	if err != nil {
		e.Drop()
		return err
	}
	e.EndRow(userKey)
	e.last = *r
	return nil
}

// appendFields appends the fields after those that name the record.
func (s *spec) appendFields(e *wire.Encoder, key *types.Key, scratch []byte) []byte {
	if s.filter != nil {
		e.Field(wire.FieldFilter, s.filter)
	}
	if s.sendKey {
		if t := key.UserKeyType(); t != wire.ParticleNull {
			scratch = key.AppendUserKey(scratch[:0])
			e.FieldKey(t, scratch)
		}
	}
	if s.kind == kindApply {
		e.FieldString(wire.FieldUDFPackage, s.module)
		e.FieldString(wire.FieldUDFFunction, s.function)
		e.Field(wire.FieldUDFArgs, s.args)
	}
	return scratch
}

// appendOps appends the operations.
func (r *row) appendOps(e *wire.Encoder) error {
	s := r.spec
	if n := max(len(s.ops), len(r.bins)); n > math.MaxUint16 {
		return refuse("%d operations, the limit is %d", n, math.MaxUint16)
	}
	if !s.late {
		return s.plan.AppendOps(e, s.ops)
	}
	if len(r.bins) == 0 {
		return refuse("no bins")
	}
	for name, v := range r.bins {
		if err := types.CheckBinName(name); err != nil {
			return err
		}
		buf, particle, err := types.AppendValue(e.BeginOp(wire.OpWrite, name), v)
		switch {
		case err != nil:
			return fmt.Errorf("bin %.32q: %w", name, err)
		case particle == wire.ParticleNull && s.replaces:
			return refuse("bin %.32q: nil cannot be combined with replacing the record", name)
		}
		e.EndOp(buf, particle)
	}
	return nil
}

// single is a row sent as a command of its own. See cluster.Request.
type single struct {
	row     *row
	enc     wire.Encoder
	scratch []byte
}

// AppendRequest appends the whole frame.
func (q *single) AppendRequest(dst []byte, timeout uint32) ([]byte, error) {
	s, key := q.row.spec, q.row.key
	header := s.header
	header.Timeout = timeout
	q.enc.Begin(dst, &header)
	q.enc.FieldString(wire.FieldNamespace, key.Namespace())
	if set := key.Set(); set != "" {
		q.enc.FieldString(wire.FieldSet, set)
	}
	digest := key.Digest()
	q.enc.Field(wire.FieldDigest, digest[:])
	q.scratch = s.appendFields(&q.enc, key, q.scratch)
	if err := q.row.appendOps(&q.enc); err != nil {
		return dst, err
	}
	frame, err := q.enc.End()
	if err != nil {
		return dst, fmt.Errorf("%w: %w", types.ErrInvalidArg, err)
	}
	return frame, nil
}
