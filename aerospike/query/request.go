package query

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// sendLimit is for how long a server may wait for us to read, in milliseconds. We close
// the connection before.
const sendLimit = 10_000

// request is what one node is asked: some partitions, each from a position on.
type request struct {
	parts []uint16
	max   int64 // MAX_RECORDS; 0 for none
	task  uint64
	// timeout is for the header, in milliseconds; it counts for short queries.
	timeout uint32
}

// append appends the request as a frame (protocol/04 §2). at holds the positions in
// the partitions.
func (q *request) append(dst []byte, s *Statement, settings *policy.QuerySettings, at positions) ([]byte, error) {
	h := wire.Header{Info1: wire.Info1Read, Info3: wire.Info3PartitionDone, Timeout: q.timeout}
	if s.header {
		h.Info1 |= wire.Info1NoBins
	}
	if settings.Compress {
		h.Info1 |= wire.Info1CompressResponse
	}
	switch settings.Duration {
	case policy.DurationShort:
		h.Info1 |= wire.Info1ShortQuery
	case policy.DurationLongRelaxAP:
		h.Info2 |= wire.Info2RelaxAP
	}
	var e wire.Encoder
	e.Begin(dst, &h)
	q.appendPlace(&e, s)
	q.appendPositions(&e, s.where != nil, at)
	if q.max > 0 {
		e.Field(wire.FieldMaxRecords, binary.BigEndian.AppendUint64(nil, uint64(q.max)))
	}
	appendLimits(&e, settings.RecordsPerSecond)
	if settings.Filter != nil {
		e.Field(wire.FieldFilter, settings.Filter)
	}
	for _, name := range s.bins {
		e.Op(wire.OpRead, name, wire.ParticleNull, nil)
	}
	if err := appendOps(&e, s.ops); err != nil {
		return dst, err
	}
	return end(&e, dst)
}

// appendPlace appends what says where and with which index to look.
func (q *request) appendPlace(e *wire.Encoder, s *Statement) {
	e.FieldString(wire.FieldNamespace, s.namespace)
	if s.set != "" {
		e.FieldString(wire.FieldSet, s.set)
	}
	e.Field(wire.FieldTaskID, binary.BigEndian.AppendUint64(nil, q.task))
	if s.where != nil {
		s.where.each(e.Field)
	}
}

// appendPositions appends the partitions that are to be read from the beginning, and
// the last records of those that are not.
func (q *request) appendPositions(e *wire.Encoder, indexed bool, at positions) {
	var ids, digests, bvals []byte
	for _, id := range q.parts {
		p := at.at(int(id))
		if p.state != started {
			ids = binary.LittleEndian.AppendUint16(ids, id)
			continue
		}
		digests = append(digests, p.digest[:]...)
		bvals = binary.LittleEndian.AppendUint64(bvals, uint64(p.bval))
	}
	if ids != nil {
		e.Field(wire.FieldPartitionIDs, ids)
	}
	if digests != nil {
		e.Field(wire.FieldDigests, digests)
		if indexed {
			e.Field(wire.FieldBinValues, bvals)
		}
	}
}

// appendLimits appends what keeps a server from doing too much.
func appendLimits(e *wire.Encoder, recordsPerSecond int) {
	if recordsPerSecond > 0 {
		e.Field(wire.FieldRecordsPerSecond, binary.BigEndian.AppendUint32(nil, uint32(min(recordsPerSecond, math.MaxInt32))))
	}
	e.Field(wire.FieldSocketTimeout, binary.BigEndian.AppendUint32(nil, sendLimit))
}

func appendOps(e *wire.Encoder, ops []types.Op) error {
	for i := range ops {
		buf, particle, err := ops[i].Arg.AppendTo(e.BeginOp(ops[i].Type, ops[i].Bin))
		if err != nil {
			return fmt.Errorf("operation %d: %w", i, err)
		}
		e.EndOp(buf, particle)
	}
	return nil
}

func end(e *wire.Encoder, dst []byte) ([]byte, error) {
	frame, err := e.End()
	if err != nil {
		return dst, fmt.Errorf("%w: %w", types.ErrInvalidArg, err)
	}
	return frame, nil
}

// newTask returns an id for a query or for work in the background. The server refuses 0
// and ids that it knows.
func newTask() uint64 { return rand.Uint64N(1<<63-1) + 1 }

// milliseconds returns how long a short query may take; 0 leaves it to the server.
func milliseconds(left time.Duration) uint32 {
	if left <= 0 {
		return 0
	}
	return uint32(min(max(left/time.Millisecond, 1), 1<<31))
}
