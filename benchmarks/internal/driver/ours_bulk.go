package driver

import (
	"context"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// oursBulk is this repository's client with its default configuration.
type oursBulk struct {
	client   *aerospike.Client
	data     dataset.Dataset
	numbers  []int // of records, in the order of keys
	keys     []aerospike.Key
	persons  []dataset.Person
	bins     []aerospike.Bins // in the order of keys
	expected int
}

func openOursBulk(job Job, o Options) (Bulk, error) {
	client, err := aerospike.Connect(context.Background(), aerospike.Config{Hosts: []string{o.Addr}})
	if err != nil {
		return nil, err
	}
	d := &oursBulk{client: client, data: o.Data, persons: dataset.Persons()}
	if !job.batched() {
		d.expected = job.expected(o.Data)
		return d, nil
	}
	bins := make([]aerospike.Bins, len(d.persons))
	for i, p := range d.persons {
		bins[i] = aerospike.Bins{
			dataset.BinName: p.Name, dataset.BinCity: p.City,
			dataset.BinAge: p.Age, dataset.BinScore: p.Score, dataset.BinWeight: p.Weight,
		}
	}
	d.numbers = shuffled(o.Data)
	for _, i := range d.numbers {
		d.keys = append(d.keys, aerospike.NewKey(dataset.Namespace, o.Data.Set(), i))
		d.bins = append(d.bins, bins[i%len(bins)])
	}
	return d, nil
}

func (d *oursBulk) Do(job Job, from, n int) (records int, err error) {
	ctx := context.Background()
	switch job {
	case BatchRead:
		return d.read(ctx, from, n)
	case BatchStream:
		return d.stream(ctx, from, n)
	case BatchWrite:
		results, err := d.client.BatchPut(ctx, d.keys[from:from+n], d.bins[from:from+n]).Collect()
		return d.check(from, n, results, err)
	case BatchMixed:
		rows := make([]batch.Op, n)
		for i := range rows {
			if i%2 == 0 {
				rows[i] = batch.Get(d.keys[from+i])
			} else {
				rows[i] = batch.Put(d.keys[from+i], d.bins[from+i])
			}
		}
		results, err := d.client.Batch(ctx, rows).Collect()
		return d.check(from, n, results, err)
	case Columns:
		return d.columns(ctx, from, n)
	case Scan:
		return d.all(ctx, query.New(dataset.Namespace, d.data.Set()))
	case Query:
		return d.all(ctx, query.New(dataset.Namespace, d.data.Set()).Where(query.Between(dataset.BinAge, youngest, oldest)))
	}
	return 0, fmt.Errorf("no job %q", job)
}

// check looks at each result, and at the records of those that have one.
func (d *oursBulk) check(from, n int, results []batch.Result, err error) (int, error) {
	if err != nil || len(results) != n {
		return 0, fmt.Errorf("%d results for %d rows: %w", len(results), n, err)
	}
	for i := range results {
		if err := results[i].Err; err != nil || results[i].Code != aerospike.ResultOK {
			return 0, fmt.Errorf("code %v: %w", results[i].Code, err)
		}
		if results[i].Record != nil && !d.is(results[i].Record, from+i) {
			return 0, ErrWrongRecord
		}
	}
	return n, nil
}

func (d *oursBulk) read(ctx context.Context, from, n int) (int, error) {
	results, err := d.client.BatchGet(ctx, d.keys[from:from+n]).Collect()
	for i := range results {
		if results[i].Record == nil {
			return 0, fmt.Errorf("%w: none", ErrWrongRecord)
		}
	}
	return d.check(from, n, results, err)
}

func (d *oursBulk) stream(ctx context.Context, from, n int) (records int, err error) {
	for res, err := range d.client.BatchGet(ctx, d.keys[from:from+n]).All() {
		if err != nil {
			return 0, err
		}
		if res.Record == nil || !d.is(res.Record, from+res.Index) {
			return 0, ErrWrongRecord
		}
		records++
	}
	if records != n {
		return 0, fmt.Errorf("%d results for %d keys", records, n)
	}
	return n, nil
}

// is reports whether a record is the one of a key.
func (d *oursBulk) is(rec *aerospike.Record, at int) bool {
	score, err := rec.Int(dataset.BinScore)
	return err == nil && score == d.persons[d.numbers[at]%len(d.persons)].Score
}

// columnsRow is a record in columns.
type columnsRow struct {
	Name   string  `as:"name"`
	City   string  `as:"city"`
	Age    int64   `as:"age"`
	Score  int64   `as:"score"`
	Weight float64 `as:"weight"`
}

func (d *oursBulk) columns(ctx context.Context, from, n int) (int, error) {
	table, err := batch.Columns[columnsRow](ctx, d.client, d.keys[from:from+n])
	if err != nil {
		return 0, err
	}
	scores, err := batch.Column[int64](table, dataset.BinScore)
	if err != nil {
		return 0, err
	}
	for i, score := range scores {
		if table.Codes[i] != aerospike.ResultOK || score != d.persons[d.numbers[from+i]%len(d.persons)].Score {
			return 0, ErrWrongRecord
		}
	}
	return n, nil
}

// all runs a query to its end.
func (d *oursBulk) all(ctx context.Context, stmt query.Statement) (records int, err error) {
	for rec, err := range d.client.Query(ctx, stmt).All() {
		if err != nil {
			return 0, err
		}
		age, noAge := rec.Int(dataset.BinAge)
		score, noScore := rec.Int(dataset.BinScore)
		if noAge != nil || noScore != nil || !plausible(age, score) {
			return 0, ErrWrongRecord
		}
		records++
	}
	if records != d.expected {
		return 0, fmt.Errorf("%d records, want %d", records, d.expected)
	}
	return records, nil
}

func (d *oursBulk) Close() { d.client.Close() }
