package metrics

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// end tells of a call on a set that went well.
func end(t testing.TB, m *Metrics, namespace, set string) {
	m.CallEnd(t.Context(), &hook.Call{Op: hook.Get, Namespace: namespace, Set: set})
}

func TestSetsHaveLabelValuesUpToALimit(t *testing.T) {
	m := New(Options{MaxSets: 3})
	for range 2 {
		for i := range 1000 {
			end(t, m, "test", fmt.Sprintf("set%d", i))
		}
	}
	require.Equal(t, map[string]float64{
		"set0/test/get/aerospike/": 2, "set1/test/get/aerospike/": 2, "set2/test/get/aerospike/": 2,
		"other/test/get/aerospike/": 1994,
	}, values(t, m, durationName))
}

func TestNamespacesAndNodesAreBounded(t *testing.T) {
	m := New(Options{MaxSets: -1})
	for i := range 1000 {
		end(t, m, fmt.Sprintf("ns%d", i), "users")
		m.AttemptEnd(t.Context(), &hook.Call{Op: hook.Get}, &hook.Attempt{Addr: fmt.Sprintf("10.0.0.1:%d", i)})
	}
	got := values(t, m, durationName)
	require.Len(t, got, maxNamespaces+1)
	require.Equal(t, float64(1000-maxNamespaces), got["other/other/get/aerospike/"])
	got = values(t, m, "aerospike_client_attempts_total")
	require.Len(t, got, maxNodes+1)
	require.Equal(t, float64(1000-maxNodes), got["/other"])
}

func TestOnlyTheSetsThatWereChosenAreTold(t *testing.T) {
	m := New(Options{Sets: []string{"users"}})
	for _, set := range []string{"users", "sessions", "", "orders"} {
		end(t, m, "test", set)
	}
	require.Equal(t, map[string]float64{
		"users/test/get/aerospike/": 1, "/test/get/aerospike/": 1, "other/test/get/aerospike/": 2,
	}, values(t, m, durationName))
}

func TestNamesThatAreNoTextAreCounted(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	require.NoError(t, c.Put(t.Context(), aerospike.NewKey("test", "a\xff\"\n", 1), aerospike.Bins{"n": 1}))
	require.Equal(t, 1.0, values(t, m, durationName)["a\uFFFD\"\n/test/put/aerospike/"])
}

func TestSetsThatWereChosenAllHaveLabels(t *testing.T) {
	var chosen []string
	for i := range DefaultMaxSets + 50 {
		chosen = append(chosen, fmt.Sprint("set", i))
	}
	m := New(Options{Sets: chosen})
	end(t, m, "test", "")
	for _, set := range append(chosen, "another") {
		end(t, m, "test", set)
	}
	counts := values(t, m, durationName)
	require.Len(t, counts, len(chosen)+2, "those, other and none")
	require.Equal(t, 1.0, counts["other/test/get/aerospike/"])
}

func TestNamesThatNoServerTakesMakeNoLongLabels(t *testing.T) {
	m := New(Options{})
	end(t, m, strings.Repeat("n", 1<<20), strings.Repeat("é", 1<<20))
	text, err := Text(m)
	require.NoError(t, err)
	require.Less(t, len(text), 32<<10)
	require.Contains(t, text, `db_collection_name="`+strings.Repeat("é", maxName/2)+`..."`)
}

func TestLabelsOfTheUserAreOnEverything(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{Labels: map[string]string{"client": "orders"}, Stages: true})
	m.Watch(c)
	require.NoError(t, c.Put(t.Context(), aerospike.NewKey("test", "users", 1), aerospike.Bins{"n": 1}))
	all := families(t, m)
	require.Greater(t, len(all), 20)
	for name, f := range all {
		require.Contains(t, labelsOf(f), "client", name)
	}
	for _, name := range []string{"error_type", "le", "a b\xff", "__name__"} {
		wrong := New(Options{Labels: map[string]string{name: "x"}, NativeFactor: 1.1, Stages: true})
		end(t, wrong, "test", "users")
		wrong.Stage(&hook.Call{Op: hook.Get}, hook.Read, 1)
		_, err := Text(wrong)
		require.ErrorContains(t, err, name[:1], "the label is taken or no label")
		require.Error(t, prometheus.NewRegistry().Register(wrong))
	}
}

// Many goroutines that meet new sets, nodes and errors at once lose no call.
func TestConcurrentCallsAreAllCounted(t *testing.T) {
	m := New(Options{MaxSets: 50, Stages: true})
	faults := []error{nil, aerospike.ErrTimeout, aerospike.ErrConnection, errors.New("x")}
	const workers, each = 8, 2000
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				call := &hook.Call{Op: []hook.Operation{hook.Get, hook.Put}[i%2], Namespace: "test", Set: fmt.Sprint((i + w) % 70), Err: faults[i%4]}
				m.CallEnd(t.Context(), call)
				m.AttemptEnd(t.Context(), call, &hook.Attempt{Addr: fmt.Sprint(i % 5), Err: call.Err, Again: i%10 == 0, Waited: 1})
				m.Progress(t.Context(), call, []hook.Rows{{Op: hook.BatchRead, Namespace: "test", Set: call.Set, Err: call.Err, Count: 3, InDoubt: true}})
				m.Stage(call, hook.Read, 5)
				if i%100 == 0 {
					_, err := m.Gather()
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	for name, want := range map[string]float64{
		durationName: 1, stageName: 1, rowsName: 3, doubtName: 3, "aerospike_client_attempts_total": 1,
		"aerospike_client_retries_total": 0.1, "aerospike_client_queue_wait_seconds": 1,
	} {
		sum := 0.0
		for series, n := range values(t, m, name) {
			require.False(t, strings.Contains(series, "%"), series)
			sum += n
		}
		require.Equal(t, want*workers*each, sum, name)
	}
}
