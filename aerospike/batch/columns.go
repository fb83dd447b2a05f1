package batch

import (
	"context"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Columns reads records into columns: for each field of T one, which [Column] returns.
//
// Fields may be integers of 1 to 8 bytes, signed or not, floats, booleans, strings, and arrays:
// of bytes, which take bytes and text of at most their length, filled up with zeros; and of
// numbers, such as embeddings, which take lists of as many numbers and blobs of as many
// little-endian ones. Nothing else is converted. A number that does not fit its field, NaN for
// an integer, or a bin of another kind fails the row: its value is null, and the error names
// field, row and key.
//
// The error joins those of the rows that failed, the first of them at least; the table is
// there all the same, unless nothing was sent. That there is no record is no failure.
func Columns[T any](ctx context.Context, c Getter, keys []types.Key, opts ...policy.BatchOption) (*Table, error) {
	schema, err := SchemaOf[T]()
	if err != nil {
		return nil, unmapped(ctx, c, keys, opts, err)
	}
	return ColumnsBy(ctx, c, schema, keys, opts...)
}

// ColumnsBy is [Columns] for fields that are known at run time only.
func ColumnsBy(ctx context.Context, c Getter, schema Schema, keys []types.Key, opts ...policy.BatchOption) (*Table, error) {
	t, err := NewTable(schema, keys)
	if err != nil {
		return nil, unmapped(ctx, c, keys, opts, err)
	}
	names := make([]string, len(schema))
	for i := range schema {
		names[i] = schema[i].Bin
	}
	s := c.BatchGet(ctx, keys, append(opts[:len(opts):len(opts)], policy.Select(names...))...)
	if err := s.begin(); err != nil {
		return nil, err
	}
	return t, s.fill((*columnSink)(t), t.err)
}

// columnSink is a sink that fills a table. Rows are apart from each other in it, but for the
// bitmaps and what failed.
type columnSink Table

func (s *columnSink) answer(w *worker, r *row, m *wire.Message) error {
	t := (*Table)(s)
	t.Generations[r.index], t.VoidTimes[r.index] = m.Generation, m.TTL
	next := 0 // column; the bins come in the order in which they were asked for
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		at := next
		for at < len(t.columns) && t.columns[at].bin != string(op.Name) {
			at++
		}
		if at == len(t.columns) {
			return fmt.Errorf("%w: a bin that was not asked for", types.ErrProtocol)
		}
		for ; next < at; next++ {
			t.columns[next].setNull(r.index)
		}
		next++
		c := t.columns[at]
		if op.Particle == wire.ParticleNull {
			c.setNull(r.index)
			continue
		}
		w.op = op // setters get its address
		if err := c.set(r.index, &w.op, &w.text); err != nil {
			c.setNull(r.index)
			t.fail(r.index, c.bin, err)
		}
	}
	for ; next < len(t.columns); next++ {
		t.columns[next].setNull(r.index)
	}
	return m.Err()
}

func (s *columnSink) settle(_ *worker, r *row, o outcome) {
	t := (*Table)(s)
	t.Codes[r.index] = o.code
	for _, c := range t.columns {
		c.setNull(r.index)
	}
	if o.err != nil {
		t.fail(r.index, "", o.err)
	}
}

func (s *columnSink) flush(*worker) {}

// Putter starts batches of rows. A client is one.
type Putter interface {
	Batch(ctx context.Context, rows []Op, opts ...policy.BatchOption) *Stream
}

// PutColumns writes the rows of a table: of each the values that are not null, to the record of
// its key; bins without a value are left alone. Arrays are written as blobs, those of numbers
// little-endian. A row without any value, or with an unsigned number beyond int64, fails with
// ErrInvalidArg. The table must not be changed until the stream is over.
func PutColumns(ctx context.Context, c Putter, t *Table, opts ...policy.BatchOption) *Stream {
	s := c.Batch(ctx, nil, opts...)
	if t == nil || len(t.Keys) != len(t.Codes) {
		s.refuse(kindNames[kindPut], refuse("no table, or its keys have become more or less"))
		return s
	}
	s.source = &tableSource{table: t, rules: &s.rules}
	return s
}

// tableSource is the rows of a table to be written.
type tableSource struct {
	table *Table
	rules *policy.BatchSettings
	at    int
}

func (s *tableSource) size() int { return s.table.Len() }
func (s *tableSource) stop()     {}

func (s *tableSource) introduce(call *hook.Call) {
	call.Op, call.Write = hook.BatchWrite, true
	for i := range s.table.Keys {
		introduceKey(call, i == 0, &s.table.Keys[i])
	}
}

func (s *tableSource) next() (row, bool) {
	if s.at == s.table.Len() {
		return row{}, false
	}
	i := s.at
	s.at++
	ops := make([]types.Op, 0, len(s.table.columns))
	for _, c := range s.table.columns {
		if c.null(i) {
			continue
		}
		v, err := c.get(i)
		if err != nil {
			err = &RowError{Row: i, Key: s.table.Keys[i], Field: c.bin, Err: err}
		}
		ops = append(ops, types.Op{Type: wire.OpWrite, Bin: c.bin, Arg: v, Err: err})
	}
	return row{index: i, key: &s.table.Keys[i], spec: newSpec(&Op{kind: kindPut, ops: ops}, s.rules)}, true
}
