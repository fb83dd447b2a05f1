package driver

import (
	"errors"
	"fmt"
	"net"
	"strconv"

	official "github.com/aerospike/aerospike-client-go/v8"
	"github.com/aerospike/aerospike-client-go/v8/types"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// officialDriver is aerospike-client-go with its default policies.
type officialDriver struct {
	client  *official.Client
	data    dataset.Dataset
	keys    []*official.Key
	persons []dataset.Person
	bins    []official.BinMap // what Put writes, in turn
	brief   *official.BasePolicy
}

func openOfficial(o Options) (Driver, error) {
	host, portText, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return nil, fmt.Errorf("port %q: %w", portText, err)
	}
	policy := official.NewClientPolicy()
	if o.Connections > 0 {
		policy.ConnectionQueueSize = o.Connections
	}
	client, failure := official.NewClientWithPolicy(policy, host, port)
	if failure != nil {
		return nil, failure
	}
	// It opens connections one at a time while callers poll for them. Opening those
	// that will be needed in advance shows it at its best.
	if _, failure := client.WarmUp(min(o.Goroutines, policy.ConnectionQueueSize)); failure != nil {
		client.Close()
		return nil, failure
	}
	d := &officialDriver{
		client: client, data: o.Data, keys: make([]*official.Key, o.Data.Records),
		persons: dataset.Persons(), brief: official.NewPolicy(),
	}
	if o.Data.Size > 0 {
		d.bins = []official.BinMap{{dataset.BinBlob: o.Data.Blob()}}
	} else {
		for _, p := range d.persons {
			d.bins = append(d.bins, official.BinMap{
				dataset.BinName: p.Name, dataset.BinCity: p.City,
				dataset.BinAge: p.Age, dataset.BinScore: p.Score, dataset.BinWeight: p.Weight,
			})
		}
	}
	d.brief.TotalTimeout = o.GiveUp
	for i := range d.keys {
		if d.keys[i], failure = official.NewKey(dataset.Namespace, o.Data.Set(), i); failure != nil {
			client.Close()
			return nil, failure
		}
	}
	return d, nil
}

func (d *officialDriver) Get(i int) error        { return d.get(nil, i) }
func (d *officialDriver) GetBriefly(i int) error { return d.get(d.brief, i) }

func (d *officialDriver) get(policy *official.BasePolicy, i int) error {
	record, failure := d.client.Get(policy, d.keys[i])
	if failure != nil {
		return failure
	}
	if d.data.Size > 0 {
		if blob, ok := record.Bins[dataset.BinBlob].([]byte); !ok || len(blob) != d.data.Size {
			return ErrWrongRecord
		}
		return nil
	}
	// It returns integers as int.
	if score, ok := record.Bins[dataset.BinScore].(int); !ok || int64(score) != d.persons[i%len(d.persons)].Score {
		return ErrWrongRecord
	}
	return nil
}

func (d *officialDriver) Put(i int) error {
	if failure := d.client.Put(nil, d.keys[i], d.bins[i%len(d.bins)]); failure != nil {
		return failure
	}
	return nil
}

func (d *officialDriver) Kind(err error) string {
	var failure *official.AerospikeError
	if !errors.As(err, &failure) {
		return err.Error()
	}
	switch failure.ResultCode {
	case types.TIMEOUT:
		return Timeout
	case types.NO_AVAILABLE_CONNECTIONS_TO_NODE:
		return "no connection"
	case types.MAX_RETRIES_EXCEEDED:
		return "retries used up"
	case types.NETWORK_ERROR:
		return "network"
	}
	return "code " + strconv.Itoa(int(failure.ResultCode))
}

func (d *officialDriver) Close() { d.client.Close() }
