package integration

import (
	"context"
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

// kinds are those of the statements that find every record of a set that fill has made.
var kinds = []string{"scan", "index"}

// statement returns one of a kind. The second one needs indexIDs.
func statement(kind, own string) query.Statement {
	if kind == "index" {
		return query.New(namespace, own).Where(query.Between("id", 0, 1<<40))
	}
	return query.New(namespace, own)
}

// indexIDs makes an index on the bin id of a set.
func (e *env) indexIDs(own string) {
	e.Helper()
	e.createIndex(aerospike.Index{Namespace: namespace, Set: own, Name: own + "-id", Bin: "id", Type: aerospike.IndexNumeric})
}

// trouble is what goes on in a cluster while it is queried. It is called before each
// partition that a query goes through, from many goroutines.
type trouble func(e *env, step *aerospiketest.QueryStep) aerospiketest.Action

// troubles are made anew for each use. killing has to be waited for; made counts them.
func troubles(killing *sync.WaitGroup, made *atomic.Int64) map[string]trouble {
	var once sync.Once
	return map[string]trouble{
		"partitions move": func(e *env, step *aerospiketest.QueryStep) aerospiketest.Action {
			if rand.IntN(100) == 0 {
				to := e.server.Node(rand.IntN(3))
				_ = e.server.MovePartitionSilently(namespace, rand.IntN(4096), to)
				made.Add(1)
				if rand.IntN(5) == 0 {
					e.server.Settle()
				}
			}
			return aerospiketest.Pass()
		},
		"a node is lost": func(e *env, step *aerospiketest.QueryStep) aerospiketest.Action {
			victim := e.server.Node(2)
			if step.Node == victim && step.Index == step.Count/2 {
				once.Do(func() {
					made.Add(1)
					killing.Go(func() { _ = victim.Kill() })
				})
				return aerospiketest.Delay(20 * time.Millisecond) // for the node to go in the middle
			}
			return aerospiketest.Pass()
		},
		"connections break": func(e *env, step *aerospiketest.QueryStep) aerospiketest.Action {
			if rand.IntN(4000) == 0 {
				made.Add(1)
				return aerospiketest.Close()
			}
			return aerospiketest.Pass()
		},
	}
}

// Records that stay as they are come exactly once (demands D11): in pages of any size, by
// scan and by index, through the loss of a node, while partitions move.
func TestEachRecordOnceWhateverHappens(t *testing.T) {
	const n = 300
	for name := range troubles(nil, nil) {
		t.Run(name, func(t *testing.T) {
			onCluster(t, func(e *env) {
				own := e.fill(n)
				second := e.connect(aerospike.Config{QueryPolicy: aerospike.QueryPolicy{Retries: 30}})
				var killing sync.WaitGroup
				defer killing.Wait()
				var made atomic.Int64
				happens := troubles(&killing, &made)[name]
				e.indexIDs(own)
				hook := e.server.InterceptQueries(func(step *aerospiketest.QueryStep) aerospiketest.Action { return happens(e, step) })
				defer hook.Remove()
				for _, kind := range kinds {
					for _, size := range []int64{2, 37, n, 10 * n} { // 2 is less than there are nodes
						stmt, want := statement(kind, own), upTo(n)
						if size == 2 {
							stmt, want = stmt.Partitions(query.PartitionRange(500, 400)), nil
							for id := range int64(n) {
								if p := aerospike.NewKey(namespace, own, id).Partition(); p >= 500 && p < 900 {
									want = append(want, id)
								}
							}
						}
						require.Equal(e, want, e.ids(e.pages(stmt, size, second)), "%s, pages of %d", kind, size)
					}
					for range 3 {
						recs, err := second.Query(e.ctx, statement(kind, own)).Results()
						require.NoError(e, err)
						require.Equal(e, upTo(n), e.ids(recs), kind)
					}
				}
				e.noStreams()
				require.Positive(e, made.Load())
			})
		})
	}
}

// Pages of one record each.
func TestPagesOfOneRecordThroughTheLossOfANode(t *testing.T) {
	onCluster(t, func(e *env) {
		const n = 40
		own := e.fill(n)
		e.indexIDs(own)
		for _, kind := range kinds {
			var got []*aerospike.Record
			cursor := ""
			for page := 0; ; page++ {
				if page == n/2 {
					require.NoError(e, e.server.Node(1).Kill())
				}
				s := statement(kind, own).MaxRecords(1)
				if cursor != "" {
					at, err := query.ParseCursor(cursor)
					require.NoError(e, err)
					s = s.Resume(at)
				}
				stream := e.client.Query(e.ctx, s)
				recs, err := stream.Results()
				require.NoError(e, err)
				got = append(got, recs...)
				if stream.Cursor().Done() {
					break
				}
				require.Len(e, recs, 1)
				cursor = stream.Cursor().String()
			}
			require.Equal(e, upTo(n), e.ids(got), kind)
			require.NoError(e, e.server.Node(1).Start())
			e.server.Settle()
		}
	})
}

// rolling makes the cluster change until stop is called: the masters of some partitions
// move each 200 ms and nobody is told at first, and one node after the other is restarted.
func (e *env) rolling(ctx context.Context) (stop func()) {
	e.Helper()
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	var failed error
	wg.Go(func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if i%2 == 1 {
				e.server.Settle()
				continue
			}
			for range 200 { // refused for a node that is away
				_ = e.server.MovePartitionSilently(namespace, rand.IntN(4096), e.server.Node(rand.IntN(3)))
			}
		}
	})
	wg.Go(func() {
		for i := 0; ctx.Err() == nil && failed == nil; i++ {
			node := e.server.Node(i % 3)
			if failed = node.Stop(); failed != nil {
				return
			}
			sleep(ctx, 100*time.Millisecond)
			if failed = node.Start(); failed != nil {
				return
			}
			sleep(ctx, 300*time.Millisecond)
		}
	})
	return func() {
		e.Helper()
		cancel()
		wg.Wait()
		require.NoError(e, failed)
	}
}

// sleep is the pace of those who make trouble; tests do not rely on it.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// D12: masters that move unannounced each 200 ms, three nodes that are restarted one after
// the other: within a budget of a second nobody sees an error, whatever he does.
func TestConcurrentWorkSeesNoErrorsWhileNodesRoll(t *testing.T) {
	onCluster(t, func(e *env) {
		const n = 300
		budget, lasting := time.Second, 5*time.Second
		if raced {
			budget = 5 * time.Second
		}
		if testing.Short() {
			lasting = time.Second
		}
		own := e.fill(n)
		e.indexIDs(own)
		keys := make([]aerospike.Key, n)
		bins := make([]aerospike.Bins, n)
		for i := range keys {
			keys[i], bins[i] = aerospike.NewKey(namespace, own, i), aerospike.Bins{"w": i}
		}
		client := e.connect(aerospike.Config{
			TendInterval: 100 * time.Millisecond,
			ReadPolicy:   aerospike.ReadPolicy{Timeout: budget}, WritePolicy: aerospike.WritePolicy{Timeout: budget, Idempotent: aerospike.On},
		})
		whole := func(kind string) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				recs, err := client.Query(ctx, statement(kind, own)).Results()
				if err == nil && len(recs) != n {
					t.Errorf("%d records of %d", len(recs), n)
				}
				return err
			}
		}
		work := map[string]func(ctx context.Context) error{
			"get": func(ctx context.Context) error {
				_, err := client.Get(ctx, keys[rand.IntN(n)])
				return err
			},
			"put": func(ctx context.Context) error {
				i := rand.IntN(n)
				return client.Put(ctx, keys[i], bins[i])
			},
			"batch get": func(ctx context.Context) error { return allFound(client.BatchGet(ctx, keys)) },
			"batch put": func(ctx context.Context) error { return allFound(client.BatchPut(ctx, keys, bins)) },
			"scan":      whole("scan"),
			"index":     whole("index"),
		}
		stop := e.rolling(e.ctx)
		end := time.Now().Add(lasting)
		var wg sync.WaitGroup
		for name, do := range work {
			wg.Go(func() {
				done := 0
				for ; time.Now().Before(end) && !t.Failed(); done++ {
					ctx, cancel := context.WithTimeout(e.ctx, budget)
					if err := do(ctx); err != nil {
						t.Errorf("%s: %v", name, err)
					}
					cancel()
				}
				t.Logf("%s: %d times", name, done)
			})
		}
		wg.Wait()
		stop()
	})
}
