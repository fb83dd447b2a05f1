package driver

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// oursDriver is this repository's client with its default configuration.
type oursDriver struct {
	client  *aerospike.Client
	data    dataset.Dataset
	keys    []aerospike.Key
	persons []dataset.Person
	bins    []aerospike.Bins // what Put writes, in turn
	giveUp  time.Duration
}

func openOurs(ctx context.Context, o Options) (Driver, error) {
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{o.Addr}, MaxConnsPerNode: o.Connections})
	if err != nil {
		return nil, err
	}
	d := &oursDriver{
		client: client, data: o.Data, keys: make([]aerospike.Key, o.Data.Records),
		persons: dataset.Persons(), giveUp: o.GiveUp,
	}
	if o.Data.Size > 0 {
		d.bins = []aerospike.Bins{{dataset.BinBlob: o.Data.Blob()}}
	} else {
		for _, p := range d.persons {
			d.bins = append(d.bins, aerospike.Bins{
				dataset.BinName: p.Name, dataset.BinCity: p.City,
				dataset.BinAge: p.Age, dataset.BinScore: p.Score, dataset.BinWeight: p.Weight,
			})
		}
	}
	for i := range d.keys {
		d.keys[i] = aerospike.NewKey(dataset.Namespace, o.Data.Set(), i)
	}
	return d, nil
}

func (d *oursDriver) Get(i int) error { return d.get(context.Background(), i) }

func (d *oursDriver) GetBriefly(i int) error {
	ctx, cancel := context.WithTimeout(context.Background(), d.giveUp)
	defer cancel()
	return d.get(ctx, i)
}

func (d *oursDriver) get(ctx context.Context, i int) error {
	record, err := d.client.Get(ctx, d.keys[i])
	if err != nil {
		return err
	}
	if d.data.Size > 0 {
		if blob, err := record.Bytes(dataset.BinBlob); err != nil || len(blob) != d.data.Size {
			return ErrWrongRecord
		}
		return nil
	}
	if score, err := record.Int(dataset.BinScore); err != nil || score != d.persons[i%len(d.persons)].Score {
		return ErrWrongRecord
	}
	return nil
}

func (d *oursDriver) Put(i int) error {
	return d.client.Put(context.Background(), d.keys[i], d.bins[i%len(d.bins)])
}

func (d *oursDriver) Kind(err error) string {
	// An error may belong to several sorts; the first says most.
	for _, sort := range []struct {
		err  error
		name string
	}{
		{aerospike.ErrCircuitOpen, "circuit open"},
		{aerospike.ErrOverloaded, "overloaded"},
		{aerospike.ErrNoNode, "no node"},
		{context.DeadlineExceeded, Timeout},
		{aerospike.ErrTimeout, Timeout},
		{aerospike.ErrConnection, "connection"},
	} {
		if errors.Is(err, sort.err) {
			return sort.name
		}
	}
	if code, ok := aerospike.CodeOf(err); ok {
		return code.String()
	}
	return err.Error()
}

func (d *oursDriver) Close() { d.client.Close() }
