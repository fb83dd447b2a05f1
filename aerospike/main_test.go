package aerospike

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// connect returns a client of srv that is closed with the test.
func connect(t testing.TB, srv *aerospiketest.Server, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{Hosts: []string{srv.Addr()}}
	for _, f := range change {
		f(&cfg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := Connect(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// start returns a server of one node and a client of it.
func start(t testing.TB, opts ...aerospiketest.Option) (*Client, *aerospiketest.Server) {
	t.Helper()
	srv := aerospiketest.Start(t, opts...)
	return connect(t, srv), srv
}
