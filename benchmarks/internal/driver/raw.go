package driver

import (
	"context"
	"errors"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/rawpipe"
)

// rawConnections is the default of the raw driver.
const rawConnections = 32

// rawDriver is the ceiling. It does not look into records, so Get checks nothing.
type rawDriver struct {
	client     *rawpipe.Client
	gets, puts [][]byte
	giveUp     time.Duration
}

func openRaw(ctx context.Context, o Options) (Driver, error) {
	d := &rawDriver{giveUp: o.GiveUp}
	var err error
	if o.Writes {
		d.puts, err = rawpipe.Puts(o.Data)
	} else {
		d.gets, err = rawpipe.Gets(o.Data)
	}
	if err != nil {
		return nil, err
	}
	connections := o.Connections
	if connections == 0 {
		connections = rawConnections
	}
	if d.client, err = rawpipe.Dial(ctx, o.Addr, connections); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *rawDriver) Get(i int) error { return d.client.Do(context.Background(), d.gets[i]) }
func (d *rawDriver) Put(i int) error { return d.client.Do(context.Background(), d.puts[i]) }

func (d *rawDriver) GetBriefly(i int) error {
	ctx, cancel := context.WithTimeout(context.Background(), d.giveUp)
	defer cancel()
	return d.client.Do(ctx, d.gets[i])
}

func (d *rawDriver) Kind(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return Timeout
	}
	return err.Error()
}

func (d *rawDriver) Close() { d.client.Close() }
