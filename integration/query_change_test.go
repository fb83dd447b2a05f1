package integration

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// onCluster runs a test on an embedded cluster of three nodes.
func onCluster(t *testing.T, test func(e *env)) {
	onEach(t, func(e *env) {
		if e.server == nil || len(e.server.Nodes()) < 3 {
			return // it is about what only an embedded cluster can be made to do
		}
		test(e)
	})
}

func TestScansSurviveTheLossOfANode(t *testing.T) {
	onCluster(t, func(e *env) {
		const n = 2000
		own := e.fill(n)
		victim := e.server.Node(1)
		var once sync.Once
		killed := make(chan error, 1)
		hook := e.server.InterceptQueries(func(step *aerospiketest.QueryStep) aerospiketest.Action {
			if step.Node == victim && step.Index == step.Count/2 {
				once.Do(func() { go func() { killed <- victim.Kill() }() })
				return aerospiketest.Delay(50 * time.Millisecond) // for the node to go in the middle
			}
			return aerospiketest.Pass()
		})
		defer hook.Remove()
		recs, err := e.client.Scan(e.ctx, namespace, own).Results()
		require.NoError(e, err)
		require.NoError(e, <-killed)
		require.Equal(e, upTo(n), e.ids(recs))
	})
}

func TestScansSurviveRestarts(t *testing.T) {
	onCluster(t, func(e *env) {
		const n = 2000
		own := e.fill(n)
		stop := make(chan struct{})
		done := make(chan error, 1)
		go func() {
			var err error
			for i := 0; err == nil; i++ {
				select {
				case <-stop:
					done <- err
					return
				case <-time.After(50 * time.Millisecond): // the pace of a rolling restart
					err = e.server.Node(i % 3).Restart()
				}
			}
			done <- err
		}()
		for range 10 {
			var recs []*aerospike.Record
			err := e.client.Scan(e.ctx, namespace, own, aerospike.QueueSize(50)).ForEach(func(rec *aerospike.Record) error {
				if recs = append(recs, rec); len(recs)%100 == 0 {
					time.Sleep(5 * time.Millisecond) // so that a scan sees several restarts
				}
				return nil
			})
			require.NoError(e, err)
			require.Equal(e, upTo(n), e.ids(recs))
		}
		close(stop)
		require.NoError(e, <-done)
	})
}

func TestScansFollowPartitionsThatMove(t *testing.T) {
	onCluster(t, func(e *env) {
		const n = 2000
		own := e.fill(n)
		var moves atomic.Int64
		hook := e.server.InterceptQueries(func(step *aerospiketest.QueryStep) aerospiketest.Action {
			if step.Index%97 == 0 { // some partition that is still to come, without telling
				to := e.server.Node(rand.IntN(3))
				require.NoError(e, e.server.MovePartitionSilently(namespace, (step.Partition+rand.IntN(500))%4096, to))
				if moves.Add(1)%20 == 0 {
					e.server.Settle()
				}
			}
			return aerospiketest.Pass()
		})
		for range 5 {
			recs, err := e.client.Scan(e.ctx, namespace, own, aerospike.Timeout(5*time.Second)).Results()
			require.NoError(e, err)
			require.Equal(e, upTo(n), e.ids(recs))
		}
		hook.Remove()
		require.Greater(e, moves.Load(), int64(50))
		e.server.Settle()
	})
}

// Whatever breaks a scan, what is missing is asked for again, and nothing else.
func TestScansGoOnWhereTheyBroke(t *testing.T) {
	onEach(t, func(e *env) {
		if e.server == nil {
			return // a real server cannot be made to fail
		}
		const n = 1500
		own := e.fill(n)
		client := e.connect(aerospike.Config{QueryPolicy: aerospike.QueryPolicy{Retries: 30}})
		var faults atomic.Int64
		hook := e.server.InterceptQueries(func(step *aerospiketest.QueryStep) aerospiketest.Action {
			if step.Index == 0 || rand.IntN(6000) != 0 {
				return aerospiketest.Pass()
			}
			faults.Add(1)
			switch rand.IntN(3) {
			case 0:
				return aerospiketest.Close()
			case 1:
				return aerospiketest.Answer(aerospike.ResultTimeout)
			default:
				return aerospiketest.Answer(aerospike.ResultDeviceOverload)
			}
		})
		defer hook.Remove()
		for range 10 {
			recs, err := client.Scan(e.ctx, namespace, own).Results()
			require.NoError(e, err)
			require.Equal(e, upTo(n), e.ids(recs))
		}
		got := e.pages(query.New(namespace, own), 400, client)
		require.Equal(e, upTo(n), e.ids(got))
		require.Positive(e, faults.Load())
	})
}

func TestScansThatFailSayWhyAndCanBeResumed(t *testing.T) {
	onEach(t, func(e *env) {
		if e.server == nil {
			return
		}
		const n = 1000
		stmt := query.New(namespace, e.fill(n))
		hook := e.server.InterceptQueries(func(step *aerospiketest.QueryStep) aerospiketest.Action {
			if step.Partition >= 2000 { // each node has some before
				return aerospiketest.Close()
			}
			return aerospiketest.Pass()
		})
		stream := e.client.Query(e.ctx, stmt, aerospike.Retries(3))
		part, err := stream.Results()
		require.ErrorIs(e, err, aerospike.ErrConnection)
		require.Equal(e, err, stream.Err())
		var detail *aerospike.Error
		require.ErrorAs(e, err, &detail)
		require.GreaterOrEqual(e, len(detail.Attempts), 4)
		require.NotEmpty(e, detail.Node)
		require.False(e, detail.InDoubt)
		require.NotEmpty(e, part)
		require.Less(e, len(part), n)
		hook.Remove()
		rest, err := e.client.Query(e.ctx, stmt.Resume(stream.Cursor())).Results()
		require.NoError(e, err)
		require.Equal(e, upTo(n), e.ids(append(part, rest...)))
		e.noStreams()
	})
}
