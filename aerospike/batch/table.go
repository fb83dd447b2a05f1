package batch

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Table is records as columns: one for each field, contiguous in memory, one value for each
// key and in their order. [Column] gives access to it.
//
// A row without a record has zeros everywhere, is null in every column, and Codes tells
// why. Once filled, a Table may be read by several goroutines.
type Table struct {
	// Keys are those of the rows. They are the caller's slice.
	Keys []types.Key
	// Codes are the verdicts of the server, ResultOK too if there is none: see [Table.RowError].
	Codes []types.ResultCode
	// Generations of the records, 0 without one.
	Generations []uint32
	// VoidTimes is when the records expire, in seconds since 2010-01-01 UTC; 0 for never.
	VoidTimes []uint32

	columns []*column
	byBin   map[string]*column

	mu    sync.Mutex
	errs  map[int]error     // guarded by mu; by row
	byKey map[types.Key]int // guarded by mu; made when it is asked for
}

// column is one column.
type column struct {
	bin   string
	data  reflect.Value // a slice
	nulls []uint64      // a bit for each row
	set   setter
	get   getter
}

// Field is one column of a [Schema].
type Field struct {
	Bin  string
	Type reflect.Type // of an element; see [Columns] for what it may be
}

// Schema is the columns of a table whose fields are known at run time only.
type Schema []Field

// SchemaOf returns the columns that stand for the fields of a struct, which are mapped to
// bins as types.BinsOf does it.
func SchemaOf[T any]() (Schema, error) {
	bins, err := types.BinsOfType(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	s := make(Schema, len(bins))
	for i, b := range bins {
		s[i] = Field{Bin: b.Bin, Type: b.Type}
	}
	return s, nil
}

// NewTable returns a table with a row for each key. Every value is zero and none is null: it
// is there to be filled, by way of [Column], and written by [PutColumns].
func NewTable(schema Schema, keys []types.Key) (*Table, error) {
	n := len(keys)
	t := &Table{
		Keys: keys, Codes: make([]types.ResultCode, n), Generations: make([]uint32, n), VoidTimes: make([]uint32, n),
		byBin: make(map[string]*column, len(schema)), errs: map[int]error{},
	}
	if len(schema) == 0 {
		return nil, refuse("a table without columns")
	}
	for _, f := range schema {
		if err := types.CheckBinName(f.Bin); err != nil {
			return nil, err
		}
		if t.byBin[f.Bin] != nil {
			return nil, refuse("two columns for bin %q", f.Bin)
		}
		c := &column{bin: f.Bin, nulls: make([]uint64, (n+63)/64)}
		if err := c.make(f.Type, n); err != nil {
			return nil, fmt.Errorf("field %q: %w", f.Bin, err)
		}
		t.columns = append(t.columns, c)
		t.byBin[f.Bin] = c
	}
	return t, nil
}

// Len returns how many rows there are.
func (t *Table) Len() int { return len(t.Keys) }

// Column returns the values of a column, one for each row: the table's own memory. E is the
// type of its field. It fails with ErrInvalidArg if there is no such column, or it is of
// another type.
func Column[E any](t *Table, bin string) ([]E, error) {
	c := t.byBin[bin]
	if c == nil {
		return nil, refuse("no column %q", bin)
	}
	values, ok := c.data.Interface().([]E)
	if !ok {
		return nil, refuse("column %q is %v, not []%v", bin, c.data.Type(), reflect.TypeFor[E]())
	}
	return values, nil
}

// Null reports whether a row has no value in a column; so it has none in one that does not
// exist.
func (t *Table) Null(bin string, row int) bool {
	c := t.byBin[bin]
	return c == nil || c.null(row)
}

// Nulls returns the null bitmap of a column: row i is bit i%64 of word i/64. It is the table's
// own memory; set bits before [PutColumns] to leave bins alone. It is nil if there is no such
// column.
func (t *Table) Nulls(bin string) []uint64 {
	if c := t.byBin[bin]; c != nil {
		return c.nulls
	}
	return nil
}

func (c *column) null(row int) bool { return c.nulls[row/64]&(1<<(row%64)) != 0 }

// setNull marks a value while other rows may be marked.
func (c *column) setNull(row int) { atomic.OrUint64(&c.nulls[row/64], 1<<(row%64)) }

// Row returns the first row of a key.
func (t *Table) Row(key types.Key) (row int, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byKey == nil {
		t.byKey = make(map[types.Key]int, len(t.Keys))
		for i := len(t.Keys) - 1; i >= 0; i-- {
			t.byKey[t.Keys[i]] = i
		}
	}
	row, ok = t.byKey[key]
	return row, ok
}

// TTL returns how long a row's record lives from now on; expires is false if it never does.
func (t *Table) TTL(row int, now time.Time) (left time.Duration, expires bool) {
	rec := types.Record{VoidTime: t.VoidTimes[row]}
	return rec.TTL(now)
}

// RowError returns why a row failed; nil if it did not. A row without a record has not.
func (t *Table) RowError(row int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.errs[row]
}

// maxErrors bounds the errors that are joined into one.
const maxErrors = 10

// err returns the errors of the first rows that failed, joined.
func (t *Table) err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.errs) == 0 {
		return nil
	}
	var all []error
	for i := range t.Keys {
		if err := t.errs[i]; err != nil {
			if all = append(all, err); len(all) == maxErrors {
				break
			}
		}
	}
	if more := len(t.errs) - len(all); more > 0 {
		all = append(all, fmt.Errorf("and %d rows more", more))
	}
	return &types.Error{Op: kindNames[kindGet], Err: errors.Join(all...)}
}

// fail notes why a row failed.
func (t *Table) fail(row int, field string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.errs[row] == nil {
		t.errs[row] = &RowError{Row: row, Key: t.Keys[row], Field: field, Err: err}
	}
}
