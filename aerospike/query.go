package aerospike

import (
	"context"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

type (
	// QueryOption is an option of [Client.Query].
	QueryOption = policy.QueryOption
	// QueryPolicy is a set of rules for queries, and a QueryOption. Zero fields inherit.
	QueryPolicy = policy.Query
	// ExpectedDuration tells servers how much work to expect; each is a QueryOption.
	ExpectedDuration = policy.ExpectedDuration
	// BackgroundOption is an option of [Client.ExecuteOps] and [Client.ExecuteUDF].
	BackgroundOption = policy.BackgroundOption
	// TuningOption is an option of queries, such as [QueueSize].
	TuningOption = policy.TuningOption
)

// How much work servers are to expect from a query. Each is a [QueryOption].
const (
	DurationLong        = policy.DurationLong        // the default
	DurationShort       = policy.DurationShort       // less than about 100 records from each node, at once
	DurationLongRelaxAP = policy.DurationLongRelaxAP // a node may answer before it has a whole partition
)

// RecordsPerSecond bounds how many records each node reads in a second for a query.
func RecordsPerSecond(n int) TuningOption { return policy.RecordsPerSecond(n) }

// MaxConcurrentNodes is how many nodes a query asks at the same time; all by default.
func MaxConcurrentNodes(n int) TuningOption { return policy.MaxConcurrentNodes(n) }

// QueueSize is about how many records of a query wait for the consumer, see
// [policy.Query.QueueSize].
func QueueSize(n int) TuningOption { return policy.QueueSize(n) }

// Query returns the stream of the records that a statement describes. Nothing is sent
// until they are asked for, by one of the stream's methods:
//
//	for rec, err := range client.Query(ctx, stmt).All() { ... }  // an iterator
//	stream := client.Query(ctx, stmt)
//	for rec := range stream.C() { ... }                          // a channel, then stream.Err()
//	recs, err := client.Query(ctx, stmt).Results()               // all of them
//	for user, err := range query.As[User](client.Query(ctx, stmt)) { ... }
//
// A query has no limit of time but that of ctx, unless [Timeout] or Config.QueryPolicy
// sets one: see [policy.Query] for what is retried and for how long. ctx bounds the
// stream to its end.
func (c *Client) Query(ctx context.Context, stmt query.Statement, opts ...QueryOption) *query.Stream {
	settings := c.queries
	settings.ApplyQuery(opts)
	return query.NewStream(ctx, c.source(), stmt, settings)
}

// QueryPartials has the servers call a Lua stream function on the records that a
// statement describes, each on those of its partitions, and returns the values that come
// out of it. It is for clients that finish an aggregation by themselves; package
// [github.com/aerospike-go/aerospike-go/aerospike/query/aggregate] does so with Lua.
//
// The arguments are what [ValueOf] takes; the function gets them after the stream. Time
// and retries are those of [Client.Query], filters depend on the server.
func (c *Client) QueryPartials(ctx context.Context, stmt query.Statement, module, function string, args []any, opts ...QueryOption) *query.Partials {
	settings := c.queries
	settings.ApplyQuery(opts)
	call := query.Call{Module: module, Function: function, Args: args}
	return query.NewPartials(ctx, c.source(), stmt, call, settings)
}

// Scan returns the stream of all records of a set, or with an empty set of a namespace.
// It is Query(ctx, query.New(namespace, set), opts...).
func (c *Client) Scan(ctx context.Context, namespace, set string, opts ...QueryOption) *query.Stream {
	return c.Query(ctx, query.New(namespace, set), opts...)
}

// ExecuteOps lets the servers do operations that write on all records of a statement,
// without sending them here, and returns a task to wait on. Records that are deleted
// meanwhile are not created anew, and operations that fail on a record do not stop the
// others. The work does not end with ctx, which bounds its start only; nor with the
// client.
//
// Timeout and retries are those of writes; [TTL], [DurableDelete] and [Filter] apply to
// each record, [RecordsPerSecond] to each node, at most the server's
// background-query-max-rps, which is also the default. The start is repeated on a node
// only if it is proven that the node has not started. If some nodes have started and
// others could not, the task of those comes with the error.
func (c *Client) ExecuteOps(ctx context.Context, stmt query.Statement, ops []Op, opts ...BackgroundOption) (*query.Task, error) {
	return c.execute(ctx, stmt, query.Job{Ops: ops}, opts)
}

// ExecuteUDF lets the servers call a Lua function on all records of a statement, as
// [Client.Apply] does on one. What the function returns is lost. See
// [Client.ExecuteOps].
func (c *Client) ExecuteUDF(ctx context.Context, stmt query.Statement, module, function string, args []any, opts ...BackgroundOption) (*query.Task, error) {
	return c.execute(ctx, stmt, query.Job{Call: query.Call{Module: module, Function: function, Args: args}}, opts)
}

func (c *Client) execute(ctx context.Context, stmt query.Statement, job query.Job, opts []BackgroundOption) (*query.Task, error) {
	settings := policy.QuerySettings{Settings: c.writes}
	settings.ApplyBackground(opts)
	return query.Execute(ctx, c.source(), stmt, job, settings)
}

// source is what the client lends to queries.
func (c *Client) source() query.Source {
	return query.Source{Cluster: c.cluster, Names: c.names, Gate: c.gate}
}
