package batch_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// hang makes the third node silent. asked counts the requests for records that it gets.
func (f *fixture) hang() (asked *atomic.Int64) {
	asked = new(atomic.Int64)
	f.srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if isData(r) && r.Node == f.srv.Node(2) {
			asked.Add(1)
			return aerospiketest.Mute()
		}
		return aerospiketest.Pass()
	})
	return asked
}

// Rows that wait for a node which hangs are not to hold up, one request after the other,
// the rows behind them in an iterator, which are for other nodes: they fail together with
// those that were sent, and are not in doubt.
func TestANodeThatHangsDoesNotHoldUpAnIterator(t *testing.T) {
	const n, chunk = 4000, 32
	f := start(t, 3, 300)
	asked := f.hang()
	doubt, late := 0, 0
	for res, err := range f.client.BatchSeq(f.ctx, func(yield func(batch.Op) bool) {
		for i := range n {
			if !yield(batch.Operate(f.keys[i%len(f.keys)], aerospike.Add("n", 1))) {
				return
			}
		}
	}, aerospike.Timeout(500*time.Millisecond), aerospike.Chunk(chunk)).All() {
		switch {
		case f.srv.Master("test", res.Key.Partition()) != f.srv.Node(2):
			require.NoError(t, err)
		case res.InDoubt:
			require.ErrorIs(t, err, aerospike.ErrTimeout)
			doubt++
		default:
			require.ErrorIs(t, err, aerospike.ErrTimeout)
			require.ErrorContains(t, err, "not sent")
			late++
		}
	}
	require.LessOrEqual(t, int64(doubt), asked.Load()*chunk)
	require.Greater(t, late, doubt, "most waited in vain together")
	f.released()
}

// Reads that wait for a node which hangs go to another replica.
func TestReadsBehindANodeThatHangsGoElsewhere(t *testing.T) {
	f := start(t, 3, 3000)
	f.hang()
	rows := func(yield func(batch.Op) bool) {
		for _, key := range f.keys {
			if !yield(batch.Get(key)) {
				return
			}
		}
	}
	results := f.good(f.client.BatchSeq(f.ctx, rows, aerospike.Chunk(10), aerospike.AttemptTimeout(300*time.Millisecond)).Collect())
	require.Len(t, results, len(f.keys))
	for _, res := range results {
		require.True(t, res.Found())
	}
	f.released()
}

// A node that leaves one message unanswered, but answers others meanwhile, does not hang:
// rows that wait for it are sent.
func TestRowsForANodeThatAnswersOthersAreSent(t *testing.T) {
	const chunk = 4
	f := start(t, 3, 600)
	var keys []aerospike.Key
	for _, key := range f.keys {
		if f.srv.Master("test", key.Partition()) == f.srv.Node(0) {
			keys = append(keys, key)
		}
	}
	var batches atomic.Int64
	f.srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		switch {
		case !r.IsBatch():
			return aerospiketest.Pass()
		case batches.Add(1) == 4: // when others wait already
			return aerospiketest.Mute()
		}
		return aerospiketest.DelayReply(100 * time.Millisecond)
	})
	failed := 0
	for _, err := range f.client.BatchSeq(f.ctx, func(yield func(batch.Op) bool) {
		for _, key := range keys[:25*chunk] {
			if !yield(batch.Operate(key, aerospike.Add("n", 1))) {
				return
			}
		}
	}, aerospike.Timeout(700*time.Millisecond), aerospike.Chunk(chunk)).All() {
		if err != nil {
			require.NotContains(t, err.Error(), "not sent")
			failed++
		}
	}
	require.Equal(t, chunk, failed)
	f.released()
}
