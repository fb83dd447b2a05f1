package driver

import (
	"fmt"
	"net"
	"strconv"
	"time"

	official "github.com/aerospike/aerospike-client-go/v8"
	"github.com/aerospike/aerospike-client-go/v8/types"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// officialBulk is aerospike-client-go with its default policies.
type officialBulk struct {
	client   *official.Client
	batch    *official.BatchPolicy
	data     dataset.Dataset
	numbers  []int // of records, in the order of keys
	keys     []*official.Key
	persons  []dataset.Person
	ops      [][]*official.Operation // in the order of keys
	expected int
}

func openOfficialBulk(job Job, o Options) (Bulk, error) {
	host, portText, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", portText, err)
	}
	client, failure := official.NewClient(host, port)
	if failure != nil {
		return nil, failure
	}
	d := &officialBulk{client: client, data: o.Data, persons: dataset.Persons(), batch: official.NewBatchPolicy()}
	// A second for a whole batch of 100,000 keys is too little on a busy machine.
	d.batch.TotalTimeout, d.batch.SocketTimeout = time.Minute, time.Minute
	if !job.batched() {
		d.expected = job.expected(o.Data)
		return d, nil
	}
	ops := make([][]*official.Operation, len(d.persons))
	for i, p := range d.persons {
		ops[i] = []*official.Operation{
			official.PutOp(official.NewBin(dataset.BinName, p.Name)), official.PutOp(official.NewBin(dataset.BinCity, p.City)),
			official.PutOp(official.NewBin(dataset.BinAge, p.Age)), official.PutOp(official.NewBin(dataset.BinScore, p.Score)),
			official.PutOp(official.NewBin(dataset.BinWeight, p.Weight)),
		}
	}
	d.numbers = shuffled(o.Data)
	for _, i := range d.numbers {
		key, failure := official.NewKey(dataset.Namespace, o.Data.Set(), i)
		if failure != nil {
			client.Close()
			return nil, failure
		}
		d.keys = append(d.keys, key)
		d.ops = append(d.ops, ops[i%len(ops)])
	}
	return d, nil
}

func (d *officialBulk) Do(job Job, from, n int) (records int, err error) {
	switch job {
	case BatchRead, BatchStream: // it has no loop
		_, err := d.read(from, n)
		return n, err
	case BatchWrite, BatchMixed:
		return n, d.operate(job, from, n)
	case Columns:
		return n, d.columns(from, n)
	case Scan:
		set, failure := d.client.ScanAll(nil, dataset.Namespace, d.data.Set())
		return d.all(set, failure)
	case Query:
		stmt := official.NewStatement(dataset.Namespace, d.data.Set())
		if failure := stmt.SetFilter(official.NewRangeFilter(dataset.BinAge, youngest, oldest)); failure != nil {
			return 0, failure
		}
		set, failure := d.client.Query(nil, stmt)
		return d.all(set, failure)
	}
	return 0, fmt.Errorf("no job %q", job)
}

func (d *officialBulk) read(from, n int) ([]*official.Record, error) {
	records, failure := d.client.BatchGet(d.batch, d.keys[from:from+n])
	if failure != nil {
		return nil, failure
	}
	for i, record := range records {
		if record == nil || !d.is(record, from+i) {
			return nil, ErrWrongRecord
		}
	}
	return records, nil
}

// is reports whether a record is the one of a key.
func (d *officialBulk) is(record *official.Record, at int) bool {
	score, ok := record.Bins[dataset.BinScore].(int)
	return ok && int64(score) == d.persons[d.numbers[at]%len(d.persons)].Score
}

func (d *officialBulk) operate(job Job, from, n int) error {
	rows := make([]official.BatchRecordIfc, n)
	for i := range rows {
		if job == BatchMixed && i%2 == 0 {
			rows[i] = official.NewBatchRead(nil, d.keys[from+i], nil)
		} else {
			rows[i] = official.NewBatchWrite(nil, d.keys[from+i], d.ops[from+i]...)
		}
	}
	if failure := d.client.BatchOperate(d.batch, rows); failure != nil {
		return failure
	}
	for i := range rows {
		row := rows[i].BatchRec()
		if row.ResultCode != types.OK {
			return fmt.Errorf("code %v: %w", row.ResultCode, row.Err)
		}
		if job == BatchMixed && i%2 == 0 && (row.Record == nil || !d.is(row.Record, from+i)) {
			return ErrWrongRecord
		}
	}
	return nil
}

// columns fills slices by hand, since the client has nothing that does it.
func (d *officialBulk) columns(from, n int) error {
	records, err := d.read(from, n)
	if err != nil {
		return err
	}
	names, cities := make([]string, n), make([]string, n)
	ages, scores, weights := make([]int64, n), make([]int64, n), make([]float64, n)
	generations := make([]uint32, n)
	for i, record := range records {
		var okays [5]bool
		var age, score int
		names[i], okays[0] = record.Bins[dataset.BinName].(string)
		cities[i], okays[1] = record.Bins[dataset.BinCity].(string)
		age, okays[2] = record.Bins[dataset.BinAge].(int)
		score, okays[3] = record.Bins[dataset.BinScore].(int)
		weights[i], okays[4] = record.Bins[dataset.BinWeight].(float64)
		ages[i], scores[i] = int64(age), int64(score)
		generations[i] = record.Generation
		if okays != [5]bool{true, true, true, true, true} {
			return ErrWrongRecord
		}
	}
	for i, score := range scores {
		if score != d.persons[d.numbers[from+i]%len(d.persons)].Score {
			return ErrWrongRecord
		}
	}
	return nil
}

// all reads a record set to its end.
func (d *officialBulk) all(set *official.Recordset, failure official.Error) (records int, err error) {
	if failure != nil {
		return 0, failure
	}
	for res := range set.Results() {
		if res.Err != nil {
			return 0, res.Err
		}
		age, okAge := res.Record.Bins[dataset.BinAge].(int)
		score, okScore := res.Record.Bins[dataset.BinScore].(int)
		if !okAge || !okScore || !plausible(int64(age), int64(score)) {
			return 0, ErrWrongRecord
		}
		records++
	}
	if records != d.expected {
		return 0, fmt.Errorf("%d records, want %d", records, d.expected)
	}
	return records, nil
}

func (d *officialBulk) Close() { d.client.Close() }
