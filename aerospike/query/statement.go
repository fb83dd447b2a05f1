package query

import (
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Statement says which records a query is about and what of them is returned. It is a
// plain value: each method returns a changed copy, so that one statement can be the
// beginning of several, and be used by any number of queries at the same time. Faults
// of its parts are reported by the call that uses it.
type Statement struct {
	namespace, set string
	bins           []string
	header         bool
	ops            []types.Op
	where          *Predicate
	filter         []byte
	partitions     Partitions
	cursor         *Cursor
	max            int64
	err            error
}

// New returns the statement for all records of a set with all their bins. An empty set
// stands for the whole namespace.
func New(namespace, set string) Statement { return Statement{namespace: namespace, set: set} }

// Namespace returns the namespace.
func (s Statement) Namespace() string { return s.namespace }

// Set returns the set, empty for the whole namespace.
func (s Statement) Set() string { return s.set }

// Select returns only the named bins. A record that has none of them is not returned.
func (s Statement) Select(bins ...string) Statement {
	if len(bins) == 0 {
		s.fail("select: no bins named; HeaderOnly reads none")
	}
	s.bins = slices.Concat(s.bins, bins)
	return s
}

// HeaderOnly returns records without bins: key, generation and expiry. The servers need
// not read the bins then, unless a filter does.
func (s Statement) HeaderOnly() Statement {
	s.header = true
	return s
}

// Read adds operations to be done on each record, such as those of package cdt and
// expr that read. Their results are the record's bins, under the names of their bins,
// in addition to those of Select. A record for which no operation has a result is not
// returned. Operations that write are refused; see Client.ExecuteOps for those.
func (s Statement) Read(ops ...types.Op) Statement {
	if len(ops) == 0 {
		s.fail("read: no operations")
	}
	s.ops = slices.Concat(s.ops, ops)
	return s
}

// Where returns only the records that an index finds. There has to be one that fits
// the predicate, else the query fails with ErrIndexNotFound. A statement without a
// predicate scans the set. There can be one predicate; the last one counts. What it
// cannot say is for Filter.
func (s Statement) Where(p Predicate) Statement {
	s.where = &p
	return s
}

// Filter returns only the records for which e is true. The servers ask it of every
// record that the predicate finds. The last filter counts; one among the options of the
// call, too.
func (s Statement) Filter(e expr.Exp[bool]) Statement {
	packed, err := e.Packed()
	if err != nil && s.err == nil {
		s.err = err
	}
	s.filter = packed
	return s
}

// Partitions restricts the query to some of the 4096 partitions. Queries over disjoint
// sets of partitions share the work on a set among several consumers.
func (s Statement) Partitions(p Partitions) Statement {
	s.partitions = p
	return s
}

// MaxRecords ends the query after n records, which are any of those that match: with
// the stream's cursor the next query goes on from there. It returns fewer only if there
// are no more. Zero or less is no limit.
func (s Statement) MaxRecords(n int64) Statement {
	s.max = max(n, 0)
	return s
}

// Resume begins where an earlier query of the same statement ended, or was when its
// cursor was taken. The cursor says which partitions are left, so Partitions does not
// count. A nil cursor begins at the beginning.
func (s Statement) Resume(c *Cursor) Statement {
	s.cursor = c
	return s
}

func (s *Statement) fail(format string, args ...any) {
	if s.err == nil {
		s.err = invalid(format, args...)
	}
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: query: %s", types.ErrInvalidArg, fmt.Sprintf(format, args...))
}

// check reports what is wrong with the statement before anything is sent.
func (s *Statement) check() error {
	switch {
	case s.err != nil:
		return s.err
	case s.namespace == "":
		return invalid("the namespace is empty")
	case len(s.namespace) > types.MaxNamespaceLen:
		return invalid("the namespace has %d bytes, the limit is %d", len(s.namespace), types.MaxNamespaceLen)
	case len(s.set) > types.MaxSetLen:
		return invalid("the set's name has %d bytes, the limit is %d", len(s.set), types.MaxSetLen)
	case len(s.bins)+len(s.ops) > wire.MaxOps:
		return invalid("%d bins and operations, the limit is %d", len(s.bins)+len(s.ops), wire.MaxOps)
	case s.header && len(s.bins)+len(s.ops) > 0:
		return invalid("HeaderOnly with bins or operations to read")
	case s.partitions.err != nil:
		return s.partitions.err
	case s.where != nil && s.partitions.after && s.cursor == nil:
		return invalid("AfterDigest applies to queries without a predicate; use a Cursor")
	case s.cursor != nil && s.cursor.statement != s.identity():
		return invalid("the cursor is that of another statement")
	}
	if s.where != nil {
		if err := s.where.check(); err != nil {
			return err
		}
	}
	for _, name := range s.bins {
		if err := types.CheckBinName(name); err != nil {
			return err
		}
	}
	return checkOps(s.ops, false)
}

// checkOps refuses what the server would not take: in a query operations that write,
// in work in the background those that read.
func checkOps(ops []types.Op, write bool) error {
	for i := range ops {
		op := &ops[i]
		err := op.Err
		switch {
		case err != nil:
		case op.Type == types.OpReadHeader || op.Type.Writes() != write:
			err = invalid("a query can only read bins")
			if write {
				err = invalid("work in the background can only write")
			}
		case op.Type == wire.OpTouch || op.Type == wire.OpDelete:
			if op.Bin != "" {
				err = invalid("it is about the whole record and takes no bin")
			}
		default:
			err = types.CheckBinName(op.Bin)
		}
		if err != nil {
			return fmt.Errorf("operation %d: %w", i, err)
		}
	}
	return nil
}

// projects reports whether a record may match and yet not be returned, because nothing
// of it was asked for.
func (s *Statement) projects() bool { return len(s.bins)+len(s.ops) > 0 }

// identity tells statements apart whose cursors mean different things.
func (s *Statement) identity() uint64 {
	h := fnv.New64a()
	for _, part := range []string{s.namespace, s.set} {
		_, _ = h.Write(append([]byte(part), 0))
	}
	if s.where != nil {
		s.where.each(func(t wire.FieldType, data []byte) {
			_, _ = h.Write(append([]byte{byte(t)}, data...))
		})
	}
	return h.Sum64()
}

// start returns where the query begins.
func (s *Statement) start() positions {
	if s.cursor != nil {
		return s.cursor.parts.clone()
	}
	return s.partitions.positions()
}
