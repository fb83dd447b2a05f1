package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/examples/internal/ndjson"
	"github.com/aerospike-go/aerospike-go/examples/internal/progress"
)

// export is one run.
type export struct {
	client         *aerospike.Client
	namespace, set string
	path, cursor   string // of the output and of the cursor file
	perSecond      int    // records, from each node; 0 for as many as there are
	every          time.Duration
	out            io.Writer // for the progress bar
	// onRecord is called after each record; tests end a run with it.
	onRecord func(records int64)
}

// run writes the records that are left, and removes the cursor file when there are none.
// However it ends, the next run goes on where this one was when it last saved.
func (e *export) run(ctx context.Context) (records int64, err error) {
	s, resumed, err := load(e.cursor, e.namespace, e.set)
	if err != nil {
		return 0, err
	}
	flags := os.O_RDWR | os.O_CREATE
	if !resumed {
		flags |= os.O_EXCL // somebody else's file is not overwritten
		s = state{Namespace: e.namespace, Set: e.set}
	}
	f, err := os.OpenFile(e.path, flags, 0o644)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() < s.Offset {
		return 0, errors.Join(err, fmt.Errorf("%s is shorter than %s says", e.path, e.cursor))
	}
	if err := f.Truncate(s.Offset); err != nil {
		return 0, err
	}
	if _, err := f.Seek(s.Offset, io.SeekStart); err != nil {
		return 0, err
	}
	err = e.stream(ctx, f, &s)
	switch {
	case err == nil:
		err = os.Remove(e.cursor)
	case s.Cursor == nil: // nothing to go on from
		err = errors.Join(err, os.Remove(e.path))
	}
	return s.Records, err
}

// stream writes records until there are no more.
func (e *export) stream(ctx context.Context, f *os.File, s *state) error {
	stmt := query.New(e.namespace, e.set)
	if s.Cursor != nil {
		stmt = stmt.Resume(s.Cursor)
	}
	total, err := e.total(ctx)
	if err != nil {
		return err
	}
	opts := []aerospike.QueryOption{aerospike.Timeout(0)} // as long as it takes; ctx ends it
	if e.perSecond > 0 {
		opts = append(opts, aerospike.RecordsPerSecond(e.perSecond))
	}
	records := e.client.Query(ctx, stmt, opts...)
	bar := progress.New(e.out, "records", s.Records)
	w := &writer{file: f, w: bufio.NewWriterSize(f, 1<<20), state: s, path: e.cursor, saved: time.Now()}
	if s.Cursor == nil { // from now on there is something to go on from, whatever happens
		if err := w.save(records.Cursor()); err != nil {
			return err
		}
	}
	for rec, err := range records.All() {
		if err != nil {
			return errors.Join(err, w.save(records.Cursor()))
		}
		if err := w.write(rec); err != nil {
			return err
		}
		if s.Records%1024 == 0 {
			bar.Set(float64(s.Records)/float64(max(total, 1)), s.Records)
			if time.Since(w.saved) >= e.every {
				if err := w.save(records.Cursor()); err != nil {
					return err
				}
			}
		}
		if e.onRecord != nil {
			e.onRecord(s.Records)
		}
	}
	bar.Set(1, s.Records)
	bar.End()
	return w.save(records.Cursor())
}

// total returns about how many records there are.
func (e *export) total(ctx context.Context) (int64, error) {
	namespaces, err := e.client.Namespaces(ctx)
	if err != nil {
		return 0, err
	}
	copies := int64(1)
	for _, ns := range namespaces {
		if ns.Name != e.namespace {
			continue
		}
		if e.set == "" {
			return ns.Records, nil
		}
		copies = int64(max(ns.ReplicationFactor, 1))
	}
	sets, err := e.client.Sets(ctx, e.namespace)
	if err != nil {
		return 0, err
	}
	for _, set := range sets {
		if set.Name == e.set {
			return set.Copies / copies, nil
		}
	}
	return 0, nil
}

// writer appends records to the output.
type writer struct {
	file  *os.File
	w     *bufio.Writer
	state *state
	path  string // of the cursor file
	size  int64  // written since the state was saved
	line  []byte
	saved time.Time
}

func (w *writer) write(rec *aerospike.Record) (err error) {
	if w.line, err = ndjson.AppendRecord(w.line[:0], rec, time.Now()); err != nil {
		return err
	}
	if _, err := w.w.Write(w.line); err != nil {
		return err
	}
	w.size += int64(len(w.line))
	w.state.Records++
	return nil
}

// save makes sure of the output, and then of the cursor that says so.
func (w *writer) save(cursor *query.Cursor) error {
	if err := w.w.Flush(); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	w.state.Offset += w.size
	w.size, w.saved = 0, time.Now()
	w.state.Cursor = cursor
	return w.state.save(w.path)
}
