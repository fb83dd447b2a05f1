package batch_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

var addOne = []aerospike.Op{aerospike.Add("n", 1)}

// oddRows accepts every other row of a batch.
func oddRows(r *aerospiketest.Row) bool { return r.Digest[0]%2 == 1 }

func TestRowsThatFailForNowAreTriedAgainAlone(t *testing.T) {
	for _, code := range []aerospike.ResultCode{
		aerospike.ResultDeviceOverload, aerospike.ResultKeyBusy, aerospike.ResultUnavailable, types.ResultClusterKeyMismatch,
	} {
		t.Run(code.String(), func(t *testing.T) {
			f := start(t, 3, 300)
			f.srv.Inject(aerospiketest.AnswerRows(code, oddRows), 3, isBatch, (*aerospiketest.Request).IsWrite)
			f.good(f.client.BatchOperate(f.ctx, f.keys, addOne).Collect())
			f.values(1) // a row that was done is not sent again
			f.srv.Inject(aerospiketest.AnswerRows(code, oddRows), 3, isBatch)
			f.values(1)
		})
	}
}

func TestRetriesEnd(t *testing.T) {
	f := start(t, 1, 100)
	hook := f.srv.Inject(aerospiketest.AnswerRows(aerospike.ResultKeyBusy, oddRows), 0, isBatch)
	results, err := f.client.BatchGet(f.ctx, f.keys, aerospike.Retries(4), aerospike.Backoff(time.Millisecond)).Collect()
	require.NoError(t, err, "something can be said about the others")
	require.Equal(t, 5, hook.Taken())
	failed := 0
	for _, res := range results {
		if res.Err == nil {
			continue
		}
		failed++
		require.ErrorIs(t, res.Err, aerospike.ErrKeyBusy)
		require.False(t, res.InDoubt)
		e := res.Err.(*aerospike.Error)
		require.Len(t, e.Attempts, 5)
		for _, a := range e.Attempts {
			require.NotEmpty(t, a.Node)
			require.True(t, a.Sent)
			require.False(t, a.Start.IsZero())
		}
	}
	require.InDelta(t, 50, failed, 30)
	hook.Remove()
	hook = f.srv.Inject(aerospiketest.AnswerRows(aerospike.ResultRecordTooBig, oddRows), 0, isBatch)
	_, err = f.client.BatchOperate(f.ctx, f.keys, addOne).Collect()
	require.NoError(t, err)
	require.Equal(t, 1, hook.Taken(), "what would fail again is not tried again")
}

// A reply that breaks off tells of some rows. The others were executed or not.
func TestRepliesThatBreakOff(t *testing.T) {
	for _, n := range []int{0, 8, 500, 3000} {
		f := start(t, 2, 300)
		f.srv.Inject(aerospiketest.CutReply(n), 2, isBatch)
		f.values(0) // reads are tried again

		f.srv.Inject(aerospiketest.CutReply(n), 2, isBatch, (*aerospiketest.Request).IsWrite)
		results, _ := f.client.BatchOperate(f.ctx, f.keys, addOne).Collect()
		doubt := 0
		for _, res := range results {
			require.Equal(t, res.Err != nil, res.InDoubt)
			if res.InDoubt {
				require.ErrorIs(t, res.Err, aerospike.ErrConnection)
				require.True(t, aerospike.InDoubt(res.Err))
				doubt++
			}
		}
		require.Positive(t, doubt)
		f.values(1) // once each

		f.srv.Inject(aerospiketest.CutReply(n), 2, isBatch, (*aerospiketest.Request).IsWrite)
		f.good(f.client.BatchOperate(f.ctx, f.keys, []aerospike.Op{aerospike.Write("n", 7)}, aerospike.Idempotent(true)).Collect())
		f.srv.Inject(aerospiketest.CutReply(n), 2, isBatch, (*aerospiketest.Request).IsWrite)
		for _, res := range f.good(f.client.BatchDelete(f.ctx, f.keys, aerospike.Idempotent(true)).Collect()) {
			require.True(t, res.Found(), "the attempt that went unanswered has deleted it")
		}
		f.released()
	}
}

func TestRowsWithoutReply(t *testing.T) {
	f := start(t, 2, 100)
	f.srv.Inject(aerospiketest.Answer(aerospike.ResultOK), 0, isBatch)
	results, err := f.client.BatchOperate(f.ctx, f.keys, addOne).Collect()
	require.ErrorIs(t, err, batch.ErrNoReply)
	for _, res := range results {
		require.ErrorIs(t, res.Err, batch.ErrNoReply)
		require.ErrorIs(t, res.Err, aerospike.ErrServer)
		require.True(t, res.InDoubt)
	}
	results, err = f.client.BatchGet(f.ctx, f.keys, aerospike.Retries(1)).Collect()
	require.ErrorIs(t, err, batch.ErrNoReply)
	for _, res := range results {
		require.False(t, res.InDoubt)
	}
}

func TestBatchesThatAreRefusedAsAWhole(t *testing.T) {
	f := start(t, 2, 100)
	for _, test := range []struct {
		code  aerospike.ResultCode
		times int
		doubt bool
	}{
		{types.ResultBatchQueuesFull, 2, false},
		{types.ResultBatchMaxRequests, 2, false},
		{types.ResultBatchDisabled, 2, false},
		{aerospike.ResultParameter, 2, true}, // some rows may have been executed before the faulty one
	} {
		hook := f.srv.Inject(aerospiketest.Answer(test.code), 0, isBatch, (*aerospiketest.Request).IsWrite)
		results, err := f.client.BatchOperate(f.ctx, f.keys, addOne, aerospike.Retries(0)).Collect()
		require.NoError(t, err)
		for _, res := range results {
			require.Equal(t, test.code, res.Code)
			require.Equal(t, test.doubt, res.InDoubt, test.code)
		}
		hook.Remove()
	}
	f.srv.Inject(aerospiketest.Answer(types.ResultBatchQueuesFull), 2, isBatch)
	f.good(f.client.BatchOperate(f.ctx, f.keys, addOne).Collect())
	f.values(1)
}

func TestRepliesThatMakeNoSense(t *testing.T) {
	f := start(t, 1, 100)
	for name, garbage := range map[string][]byte{
		"type":  {2, 9, 0, 0, 0, 0, 0, 1, 0},
		"size":  {2, 3, 0, 0, 0xff, 0xff, 0xff, 0xff},
		"short": {2, 3, 0, 0, 0, 0, 0, 3, 22, 0, 0},
		"row":   append([]byte{2, 3, 0, 0, 0, 0, 0, 22, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 9, 9, 0, 0, 0, 0),
		"op":    append([]byte{2, 3, 0, 0, 0, 0, 0, 26, 22, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 99),
	} {
		f.srv.Inject(aerospiketest.Garbage(garbage), 1, isBatch)
		f.values(0)
		f.srv.Inject(aerospiketest.Garbage(garbage), 1, isBatch)
		results, err := f.client.BatchOperate(f.ctx, f.keys, []aerospike.Op{aerospike.TouchOp()}).Collect()
		require.ErrorIs(t, err, aerospike.ErrProtocol, name)
		for _, res := range results {
			require.ErrorIs(t, res.Err, aerospike.ErrProtocol)
			require.True(t, res.InDoubt)
		}
	}
	f.released()
}

func TestSilentNodes(t *testing.T) {
	f := start(t, 2, 100)
	f.srv.Inject(aerospiketest.Mute(), 0, isBatch)
	began := time.Now()
	results, err := f.client.BatchOperate(f.ctx, f.keys, addOne, aerospike.Timeout(200*time.Millisecond)).Collect()
	require.Less(t, time.Since(began), 5*time.Second)
	require.ErrorIs(t, err, aerospike.ErrTimeout)
	for _, res := range results {
		require.ErrorIs(t, res.Err, aerospike.ErrTimeout)
		require.True(t, res.InDoubt)
	}
	f.released()
}

func TestReadsGoToAnotherReplicaWhenANodeIsSilent(t *testing.T) {
	f := start(t, 3, 300)
	f.srv.Inject(aerospiketest.Mute(), 0, isBatch, func(r *aerospiketest.Request) bool { return r.Node == f.srv.Node(1) })
	began := time.Now()
	f.good(f.client.BatchGet(f.ctx, f.keys, aerospike.Timeout(6*time.Second), aerospike.AttemptTimeout(100*time.Millisecond)).Collect())
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestANodeLostInMidBatch(t *testing.T) {
	f := start(t, 3, 600)
	var once sync.Once
	var killing sync.WaitGroup
	f.srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.IsBatch() && r.Node == f.srv.Node(1) {
			once.Do(func() { killing.Go(func() { _ = f.srv.Node(1).Kill() }) })
		}
		return aerospiketest.Pass()
	})
	defer killing.Wait()
	for range 20 {
		f.good(f.client.BatchGet(f.ctx, f.keys, aerospike.Chunk(20)).Collect())
	}
	f.released()
}

func TestASlowNodeDoesNotHoldTheOthers(t *testing.T) {
	f := start(t, 3, 300)
	slow := f.srv.Node(2)
	var left atomic.Bool
	held := make(chan struct{})
	release := sync.OnceFunc(func() { close(held) })
	defer release()
	f.srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.IsRead() && r.Node == slow {
			left.Store(true)
			<-held
		}
		return aerospiketest.Pass()
	})
	mine := 0
	for _, key := range f.keys {
		if f.srv.Master("test", key.Partition()) == slow {
			mine++
		}
	}
	seen := 0
	for res, err := range f.client.BatchGet(f.ctx, f.keys, aerospike.Chunk(10)).All() {
		require.NoError(t, err)
		if seen++; seen == len(f.keys)-mine {
			release()
		}
		if seen <= len(f.keys)-mine {
			require.NotEqual(t, slow, f.srv.Master("test", res.Key.Partition()))
		}
	}
	require.Equal(t, len(f.keys), seen)
	require.True(t, left.Load())
}

// Two callers whose batches need both nodes, which have one connection for them each, in
// opposite orders (demands P22): neither waits for the other while it holds a node.
func TestNoHoldAndWaitBetweenNodes(t *testing.T) {
	f := start(t, 2, 60, func(cfg *aerospike.Config) { cfg.MaxStreamsPerNode = 1 })
	reversed := make([]aerospike.Key, len(f.keys))
	for i, key := range f.keys {
		reversed[len(f.keys)-1-i] = key
	}
	rounds := 500
	if testing.Short() {
		rounds = 50
	}
	var wg sync.WaitGroup
	for _, keys := range [][]aerospike.Key{f.keys, reversed} {
		wg.Go(func() {
			for i := range rounds {
				opts := []aerospike.BatchOption{aerospike.ConcurrentNodes(i % 3)}
				if i%2 == 1 {
					opts = append(opts, aerospike.Chunk(7))
				}
				results, err := f.client.BatchGet(f.ctx, keys, opts...).Collect()
				if err != nil || batch.Failed(results) != nil {
					t.Errorf("round %d: %v %v", i, err, batch.Failed(results))
					return
				}
			}
		})
	}
	wg.Wait()
	f.released()
}

// The server is told how long it may take: what the call or its context has left. Only
// with neither its own limit holds.
func TestServersAreToldTheTime(t *testing.T) {
	f := start(t, 1, 10)
	told := make(chan time.Duration, 1)
	f.srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.IsBatch() {
			told <- time.Duration(r.Header.Timeout) * time.Millisecond
		}
		return aerospiketest.Pass()
	})
	soon, cancel := context.WithTimeout(f.ctx, 30*time.Second)
	defer cancel()
	for _, test := range []struct {
		ctx            context.Context
		timeout, limit time.Duration
		most           time.Duration
	}{
		{soon, 20 * time.Second, 0, 20 * time.Second},
		{soon, time.Hour, 0, 30 * time.Second},
		{soon, aerospike.None, 0, 30 * time.Second},
		{soon, aerospike.None, 5 * time.Second, 5 * time.Second},
		{context.Background(), time.Hour, 0, time.Hour},
		{context.Background(), time.Hour, time.Minute, time.Minute},
		{context.Background(), aerospike.None, 0, 0},
	} {
		opts := []aerospike.BatchOption{aerospike.Timeout(test.timeout)}
		if test.limit > 0 {
			opts = append(opts, aerospike.AttemptTimeout(test.limit))
		}
		f.good(f.client.BatchGet(test.ctx, f.keys, opts...).Collect())
		got := <-told
		require.LessOrEqual(t, got, test.most)
		require.GreaterOrEqual(t, got, test.most*8/10) // the machine may be busy
	}
}

// The last attempt is not spent within milliseconds on a node that has just lost two
// connections: it may be being stopped.
func TestNodeThatLosesConnectionsIsSpared(t *testing.T) {
	const budget = time.Second
	f := start(t, 1, 100)
	hook := f.srv.Inject(aerospiketest.Close(), 2, isBatch)
	began := time.Now()
	f.good(f.client.BatchGet(f.ctx, f.keys, aerospike.Timeout(budget), aerospike.Retries(2)).Collect())
	require.Equal(t, 2, hook.Taken())
	require.Greater(t, time.Since(began), budget/3)
}

// What is wrong with a row before it is sent is no node's doing, whether it is alone or not.
func TestRowsThatCannotBeSentNameNoNode(t *testing.T) {
	f := start(t, 3, 200)
	for _, n := range []int{1, 200} {
		bins := make([]aerospike.Bins, n)
		for i := range bins {
			bins[i] = aerospike.Bins{"n": i}
		}
		bins[0] = aerospike.Bins{"n": func() {}}
		results, _ := f.client.BatchPut(f.ctx, f.keys[:n], bins).Collect()
		require.Len(t, results, n)
		require.ErrorIs(t, results[0].Err, aerospike.ErrInvalidArg)
		e := results[0].Err.(*aerospike.Error)
		require.Empty(t, e.Node)
		require.Empty(t, e.Attempts)
		require.False(t, results[0].InDoubt)
		require.NoError(t, batch.Failed(results[1:]))
	}
	_, err := f.client.BatchSeq(f.ctx, nil).Collect()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	bins := []aerospike.Bins{{"n": -1}, {"n": -1}, {"n": -1}}
	_, err = f.client.BatchPut(f.ctx, f.keys[:2], bins).Collect()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	results, err := f.client.BatchPut(f.ctx, f.keys[:3], bins[:2]).Collect()
	require.NoError(t, err)
	require.ErrorIs(t, results[2].Err, aerospike.ErrInvalidArg)
}

// The server has another code for a message than for a single row.
func TestRowsOfANamespaceThatDoesNotExist(t *testing.T) {
	f := start(t, 2, 100)
	for _, n := range []int{1, 2, 100} {
		var rows []batch.Op
		for _, key := range f.keys[:n] {
			i, _ := key.Value()
			none := aerospike.NewKey("none", "batch", i.String())
			rows = append(rows, batch.Get(none), batch.Put(none, aerospike.Bins{"n": 1}), batch.Get(key))
		}
		results, err := f.client.Batch(f.ctx, rows).Collect()
		require.NoError(t, err)
		for i, res := range results {
			require.False(t, res.InDoubt)
			if i%3 == 2 {
				require.True(t, res.Found())
				continue
			}
			require.Equal(t, types.ResultNamespace, res.Code)
			require.ErrorIs(t, res.Err, aerospike.ErrNamespace)
		}
	}
}
