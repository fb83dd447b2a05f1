package aerospiketest

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Row is a row of an intercepted batch.
type Row struct {
	// Index is the number under which the client looks for the result.
	Index uint32
	// Header, Namespace, Set, Digest and Ops are those of a record command that does
	// the same.
	Header    wire.Header
	Namespace string
	Set       string
	Digest    wire.Digest
	Ops       []wire.OpType
}

// Writes reports whether the row writes.
func (r *Row) Writes() bool { return r.Header.Info2&wire.Info2Write != 0 }

// public shows a row to a hook.
func (row *batchRow) public() *Row {
	q := &row.request
	return &Row{
		Index:     row.index,
		Header:    q.Header,
		Namespace: string(row.name),
		Set:       string(q.Set),
		Digest:    q.Digest,
		Ops:       opTypes(q.Ops),
	}
}

// batch reads the rows of a batch, of a malformed one those before the fault.
func (r *Request) batch(body []byte) {
	q, ok := openBatch(body)
	if !ok {
		return
	}
	r.Header = q.header
	rows := rowReader{server: r.Node.server, data: q.rows, header: q.header}
	for range q.count {
		row, ok := rows.next()
		if !ok {
			return
		}
		r.Rows = append(r.Rows, *row.public())
	}
}

// concerns reports whether the request, or a row of it, is for a record.
func (r *Request) concerns(d wire.Digest) bool {
	return r.Digest == d && len(r.Rows) == 0 ||
		slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Digest == d })
}

// has reports whether the request, or a row of it, has an operation.
func (r *Request) has(t wire.OpType) bool {
	return slices.Contains(r.Ops, t) ||
		slices.ContainsFunc(r.Rows, func(row Row) bool { return slices.Contains(row.Ops, t) })
}

func opTypes(ops []wire.Op) []wire.OpType {
	types := make([]wire.OpType, len(ops))
	for i, op := range ops {
		types[i] = op.Type
	}
	return types
}
