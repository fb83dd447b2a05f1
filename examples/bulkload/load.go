package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/examples/internal/progress"
)

// loader is one run.
type loader struct {
	client         *aerospike.Client
	namespace, set string
	path           string // of the input
	rejects        string // of the file of failed rows
	createOnly     bool
	chunk          int       // rows in one request
	out            io.Writer // for the progress bar
}

// maxRequest is about how many bytes of the input become one request at most.
const maxRequest = 4 << 20

// summary is what became of the rows.
type summary struct {
	loaded, failed int64
	perSecond      float64
}

// run writes the rows of the input. A row that fails goes to the file of rejects; the
// error is for what concerns all of them.
func (l *loader) run(ctx context.Context) (sum summary, err error) {
	src, err := open(l.path)
	if err != nil {
		return sum, err
	}
	defer src.file.Close()
	in, err := newInput(src, l.namespace, l.set)
	if err != nil {
		return sum, err
	}
	chunk := l.chunk
	if size := src.lineSize(); size > 0 { // what is under way is in memory
		chunk = max(min(chunk, maxRequest/size), min(chunk, 1))
	}
	f := &feed{in: in, waiting: make(map[int]line), failed: rejects{path: l.rejects}}
	defer func() { err = errors.Join(err, f.failed.close()) }()
	// The whole may take any time, a chunk of it half a minute: without a time of ours the
	// server has one, of a second. A row that is written twice is as if written once, but
	// not if it must not exist.
	opts := []aerospike.BatchOption{
		aerospike.SendKey(true), aerospike.Chunk(chunk), aerospike.Idempotent(!l.createOnly),
		aerospike.Timeout(0), aerospike.AttemptTimeout(30 * time.Second),
	}
	if l.createOnly {
		opts = append(opts, aerospike.CreateOnly)
	}
	bar := progress.New(l.out, "rows", 0)
	defer func() {
		bar.End()
		sum.perSecond = bar.Rate()
	}()
	// The rows are read while the batch goes on: only what is under way is in memory.
	for res, err := range l.client.BatchSeq(ctx, f.rows, opts...).All() {
		if res.Index < 0 {
			f.failed.fault = errors.Join(f.failed.fault, err)
			break
		}
		row := f.done(res.Index)
		if err != nil {
			f.failed.add(row, err)
		} else {
			sum.loaded++
		}
		bar.Set(src.fraction(), sum.loaded)
		if f.failed.fault != nil {
			break
		}
	}
	sum.failed = f.failed.count
	if f.failed.fault != nil {
		return sum, f.failed.fault
	}
	if err := in.err(); err != nil {
		return sum, err
	}
	bar.Set(1, sum.loaded)
	return sum, nil
}

// feed makes rows of a batch from the input, and remembers those that are under way. It
// is used by one goroutine: that of the loop over the results, which pulls the rows.
type feed struct {
	in      input
	waiting map[int]line // by the row's place in the batch
	sent    int
	failed  rejects
}

// rows yields the rows. Lines that are none are rejected here.
func (f *feed) rows(yield func(batch.Op) bool) {
	for f.failed.fault == nil {
		l, ok := f.in.next()
		if !ok {
			return
		}
		if l.err != nil {
			f.failed.add(l, l.err)
			continue
		}
		op := batch.Put(l.row.Key, l.row.Bins)
		if l.row.TTL > 0 {
			op = op.With(aerospike.TTL(l.row.TTL))
		}
		l.row.Bins = nil // the batch has them
		f.waiting[f.sent] = l
		f.sent++
		if !yield(op) {
			return
		}
	}
}

// done forgets a row that has its result, and returns it.
func (f *feed) done(index int) line {
	l := f.waiting[index]
	delete(f.waiting, index)
	return l
}

// rejects is the file of the rows that failed, one JSON object for each. It is made when
// there is one.
type rejects struct {
	path  string
	file  *os.File
	w     *bufio.Writer
	count int64
	fault error // a row could not be reported, or the batch has failed
}

// add reports a row.
func (r *rejects) add(l line, why error) {
	r.count++
	text, err := json.Marshal(struct {
		Line  int    `json:"line"`
		Error string `json:"error"`
		Row   string `json:"row"`
	}{l.number, why.Error(), l.text})
	if err == nil && r.file == nil {
		if r.file, err = os.Create(r.path); err == nil {
			r.w = bufio.NewWriter(r.file)
		}
	}
	if err == nil {
		_, err = r.w.Write(append(text, '\n'))
	}
	if r.fault == nil {
		r.fault = err
	}
}

func (r *rejects) close() error {
	if r.file == nil {
		return nil
	}
	return errors.Join(r.w.Flush(), r.file.Close())
}
