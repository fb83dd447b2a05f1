package aerospike

import (
	"context"
	"iter"

	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
)

// Batch does something with many records: each row says what, see package batch. Nothing
// is sent before the results are asked for:
//
//	for res, err := range client.Batch(ctx, rows).All() { … }
//
// Rows and keys must not be changed until the stream is over.
func (c *Client) Batch(ctx context.Context, rows []batch.Op, opts ...BatchOption) *batch.Stream {
	return c.batches.Ops(ctx, rows, opts)
}

// BatchSeq is [Client.Batch] for rows that an iterator makes, any number of them, in
// bounded memory: rows are taken from it as results are consumed, on the goroutine that
// consumes them. They are gathered into chunks, so an iterator that waits holds up rows and
// results before it. When it goes on it may use the memory of its last row again.
func (c *Client) BatchSeq(ctx context.Context, rows iter.Seq[batch.Op], opts ...BatchOption) *batch.Stream {
	return c.batches.Seq(ctx, rows, opts)
}

// BatchGet reads many records: all their bins, those of [Select], or none with
// [HeaderOnly].
func (c *Client) BatchGet(ctx context.Context, keys []Key, opts ...BatchOption) *batch.Stream {
	return c.batches.Keys(ctx, batch.Get(Key{}), keys, opts)
}

// BatchGetOps does the same operations, which only read, on many records.
func (c *Client) BatchGetOps(ctx context.Context, keys []Key, ops []Op, opts ...BatchOption) *batch.Stream {
	return c.batches.Keys(ctx, batch.GetOps(Key{}, ops...), keys, opts)
}

// BatchExists asks which records exist: [batch.Result.Found].
func (c *Client) BatchExists(ctx context.Context, keys []Key, opts ...BatchOption) *batch.Stream {
	return c.batches.Keys(ctx, batch.Exists(Key{}), keys, opts)
}

// BatchPut writes the bins of many records: the i-th of bins to the record of the i-th
// key. A nil Bins, or one that is missing, fails its row with [ErrInvalidArg]; if there are
// more bins than keys nothing is written.
func (c *Client) BatchPut(ctx context.Context, keys []Key, bins []Bins, opts ...BatchOption) *batch.Stream {
	return c.batches.Puts(ctx, keys, bins, opts)
}

// BatchDelete deletes many records. Those that do not exist are no errors.
func (c *Client) BatchDelete(ctx context.Context, keys []Key, opts ...BatchOption) *batch.Stream {
	return c.batches.Keys(ctx, batch.Delete(Key{}), keys, opts)
}

// BatchOperate does the same operations on many records.
func (c *Client) BatchOperate(ctx context.Context, keys []Key, ops []Op, opts ...BatchOption) *batch.Stream {
	return c.batches.Keys(ctx, batch.Operate(Key{}, ops...), keys, opts)
}

// BatchApply calls a function of a Lua module on many records; see [batch.Apply].
func (c *Client) BatchApply(ctx context.Context, keys []Key, module, function string, args []any, opts ...BatchOption) *batch.Stream {
	return c.batches.Keys(ctx, batch.Apply(Key{}, module, function, args...), keys, opts)
}

// Options of batches. Every option of reads and writes is one too.
type (
	// BatchOption is an option of a batch.
	BatchOption = policy.BatchOption
	// BatchPolicy is a set of rules for batches, and a BatchOption. Zero fields inherit.
	BatchPolicy = policy.Batch
	// BatchKnob is an option of batches alone, such as [Inline].
	BatchKnob = policy.BatchKnob
)

// Inline lets nodes work on rows in memory in the thread that receives them; the default.
func Inline(on bool) BatchKnob { return policy.Inline(on) }

// InlineSSD does the same for rows on devices; off by default.
func InlineSSD(on bool) BatchKnob { return policy.InlineSSD(on) }

// RespondAll lets nodes go on after a row has failed; the default. See
// [policy.Batch.RespondAll].
func RespondAll(on bool) BatchKnob { return policy.RespondAll(on) }

// ConcurrentNodes is how many nodes a batch keeps busy at once; zero or less, the default,
// means all.
func ConcurrentNodes(n int) BatchKnob { return policy.ConcurrentNodes(n) }

// Chunk is how many rows are sent to a node in one message, see [policy.Batch.Chunk].
func Chunk(n int) BatchKnob { return policy.Chunk(n) }
