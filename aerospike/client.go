package aerospike

import (
	"context"
	"errors"

	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/gate"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Client is a connection to a cluster: make one with [Connect], share it, Close it at
// the end. All its methods may be called from any number of goroutines at once; calls
// share connections.
type Client struct {
	cluster *cluster.Cluster
	names   *types.Interner // of bins
	auth    *pool.Auth      // nil without login
	gate    *gate.Gate

	// What calls without options do. Never changed after Connect.
	reads, writes policy.Settings
	batches       batch.Engine
	queries       policy.QuerySettings
}

// Connect finds the cluster and returns a client for it once a partition map is
// known. It fails if the configuration is wrong ([ErrInvalidArg]), no node answers
// ([ErrCluster], [ErrTimeout]), the login is refused ([ErrAdmin]) or the cluster has
// another name ([ErrClusterName]). ctx bounds Connect only; see also
// [Config.ConnectTimeout].
func Connect(ctx context.Context, cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, &Error{Op: "connect", Err: err}
	}
	cfg.Hook = gate.Guard(cfg.Hook)
	lower, err := cfg.cluster()
	if err != nil {
		return nil, &Error{Op: "connect", Err: err}
	}
	timeout := cfg.ConnectTimeout
	if timeout == 0 {
		timeout = DefaultConnectTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	cl, err := cluster.New(ctx, lower)
	if err != nil {
		return nil, withOp("connect", err)
	}
	c := &Client{cluster: cl, auth: lower.Pool.Auth, names: types.NewInterner(), reads: cfg.readSettings(), writes: cfg.writeSettings(), queries: cfg.querySettings()}
	c.gate = gate.New(cfg.Hook, cl.Name(), cfg.Limits.gate())
	c.batches.Gate = c.gate
	c.batches.Cluster, c.batches.Names, c.batches.Rules = cl, c.names, cfg.batchSettings()
	return c, nil
}

// Close ends the client: calls in flight fail with [ErrClosed], later ones too, every
// connection is closed. When it returns nothing of the client runs any more. Further
// calls of Close do nothing. A write that was sent and not answered yet is in doubt,
// so finish your calls first. The error is always nil; it is there for [io.Closer].
func (c *Client) Close() error {
	c.cluster.Close()
	return nil
}

// IsConnected reports whether any node answered when it was last looked at. It asks
// nobody; see [Client.Ping].
func (c *Client) IsConnected() bool { return c.cluster.IsConnected() }

// Ping asks nodes until one answers, at most for [policy.DefaultTimeout]. It takes a
// connection of its own and so does not wait behind other calls.
func (c *Client) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, policy.DefaultTimeout)
	defer cancel()
	return withOp("ping", c.cluster.Ping(ctx))
}

// Warmup opens connections until each node has perNode of them, at most
// Config.MaxConnsPerNode, so that the first calls need not dial. Without it, calls open
// connections as they need them. ctx bounds the wait, [DefaultConnectTimeout] does if it has no
// deadline.
func (c *Client) Warmup(ctx context.Context, perNode int) error {
	if perNode < 0 {
		return &Error{Op: "warmup", Err: invalidArg("%d connections", perNode)}
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, DefaultConnectTimeout)
		defer cancel()
	}
	return withOp("warmup", c.cluster.Warmup(ctx, perNode))
}

// withOp names the call in an error of a layer below.
func withOp(op string, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Op: op, Err: err}
	if refusal, ok := errors.AsType[*pool.LoginError](err); ok {
		e.Code = refusal.Code
	}
	return e
}
