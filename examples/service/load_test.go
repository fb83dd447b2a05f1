package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// load makes requests and remembers what was acknowledged.
type load struct {
	r    *running
	stop atomic.Bool

	mu     sync.Mutex
	phase  string
	phases map[string]*tallied
	acked  map[string]int // user → the last number that was acknowledged
	tried  map[string]int // user → the last number that was sent
	added  map[string]int64
	doubt  map[string]int64 // counter → additions that may have been made
}

// tallied is what came of the requests of a phase.
type tallied struct {
	statuses map[int]int
	cut      int // connections that broke
	took     []time.Duration
}

func newLoad(r *running) *load {
	return &load{
		r: r, phases: map[string]*tallied{}, acked: map[string]int{}, tried: map[string]int{},
		added: map[string]int64{}, doubt: map[string]int64{},
	}
}

func (l *load) enter(phase string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.phase = phase
	l.phases[phase] = &tallied{statuses: map[int]int{}}
}

// noteLocked takes note of an answer, under the phase in which it came.
func (l *load) noteLocked(status int, took time.Duration, err error) {
	p := l.phases[l.phase]
	if err != nil {
		p.cut++
		return
	}
	p.statuses[status]++
	p.took = append(p.took, took)
}

// work makes requests until the load stops or nobody answers any more: one worker alone
// writes a user.
func (l *load) work(worker int) {
	random := rand.New(rand.NewPCG(uint64(worker), 1))
	for n := 1; !l.stop.Load(); n++ {
		user := fmt.Sprintf("u%d-%d", worker, random.IntN(50))
		counter := fmt.Sprintf("c%d", random.IntN(20))
		kind := random.IntN(10)
		l.mu.Lock()
		if kind < 3 {
			l.tried[user] = n
		}
		l.mu.Unlock()
		start := time.Now()
		var status int
		var text string
		var err error
		switch {
		case kind < 3:
			status, text, _, err = l.r.ask("PUT", "/users/"+user, fmt.Sprintf(`{"name":"%d"}`, n))
		case kind < 5:
			status, text, _, err = l.r.ask("POST", "/counters/"+counter, "")
		default:
			status, text, _, err = l.r.ask("GET", "/users/"+user, "")
		}
		took := time.Since(start)
		l.mu.Lock()
		l.noteLocked(status, took, err)
		switch {
		case kind < 3 && status == 204:
			l.acked[user] = n
		case kind >= 3 && kind < 5 && status == 200:
			l.added[counter]++
		case kind >= 3 && kind < 5:
			var body problem
			if err != nil || json.Unmarshal([]byte(text), &body) != nil || body.InDoubt {
				l.doubt[counter]++
			}
		}
		l.mu.Unlock()
		if err != nil {
			return // the service has gone
		}
	}
}

// report returns a line of numbers of a phase.
func (p *tallied) report(d time.Duration) string {
	slices.Sort(p.took)
	at := func(q float64) time.Duration {
		if len(p.took) == 0 {
			return 0
		}
		return p.took[min(int(q*float64(len(p.took))), len(p.took)-1)].Round(10 * time.Microsecond)
	}
	return fmt.Sprintf("%6.0f requests/s, p50 %v, p99 %v, max %v, statuses %v, cut %d",
		float64(len(p.took))/d.Seconds(), at(0.5), at(0.99), at(1), p.statuses, p.cut)
}

func (p *tallied) total() (n int) {
	for _, count := range p.statuses {
		n += count
	}
	return n
}

// good returns how many requests were answered as they should.
func (p *tallied) good() int { return p.statuses[200] + p.statuses[204] + p.statuses[404] }

// The service under load: first all is well, then a node hangs, then it comes back, and in the
// middle of it all the service is told to go. Nothing that was acknowledged is lost, nothing
// is done twice, no request takes longer than it may, and nothing is left running.
func TestLoad(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	limit := 500 * time.Millisecond
	if raceEnabled {
		limit = 2 * time.Second
	}
	r := launch(t, srv, func(o *options) { o.timeout = limit })
	l := newLoad(r)
	phase := func(name string, d time.Duration) { l.enter(name); time.Sleep(d) }
	l.enter("calm")
	const workers = 32
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() { l.work(i) }) // of the test; l.stop or the end of the service stops it
	}
	calm, frozen := 1500*time.Millisecond, 2500*time.Millisecond
	phase("calm", calm)
	srv.Node(1).Freeze()
	phase("frozen", frozen)
	srv.Node(1).Thaw()
	phase("thawing", calm) // connections that hung are found out and replaced
	phase("after", calm)
	l.enter("leaving")
	left := time.Now()
	r.leave()
	<-r.ended
	leaving := time.Since(left)
	l.stop.Store(true)
	wg.Wait()
	require.NoError(t, r.err)
	for _, p := range []struct {
		name string
		d    time.Duration
	}{{"calm", calm}, {"frozen", frozen}, {"thawing", calm}, {"after", calm}, {"leaving", leaving}} {
		t.Logf("%-8s %s", p.name, l.phases[p.name].report(p.d))
	}
	t.Logf("gone in %v", leaving.Round(time.Millisecond))

	for _, name := range []string{"calm", "after"} { // a busy machine may lose a few
		p := l.phases[name]
		require.LessOrEqual(t, (p.statuses[503]+p.statuses[504])*100, p.total(), name)
	}
	require.Greater(t, l.phases["frozen"].good()*2, l.phases["frozen"].total(), "most requests do not need the node")
	require.Positive(t, l.phases["frozen"].statuses[504])
	for name, p := range l.phases {
		for status := range p.statuses {
			require.Contains(t, []int{200, 204, 404, 503, 504}, status, name)
		}
		if len(p.took) > 0 && !raceEnabled {
			require.Less(t, slices.Max(p.took), 2*limit, name)
		}
	}
	l.verify(srv)
}

// verify compares what is stored with what was acknowledged, with a client of its own.
func (l *load) verify(srv *aerospiketest.Server) {
	t := l.r.t
	ctx := context.Background()
	c, err := aerospike.Connect(ctx, aerospike.Config{Hosts: srv.Addrs()})
	require.NoError(t, err)
	defer c.Close()
	require.NotEmpty(t, l.acked)
	for user, n := range l.acked {
		p, err := aerospike.GetAs[profile](ctx, c, aerospike.NewKey("test", "users", user))
		require.NoError(t, err, user)
		var stored int
		_, err = fmt.Sscan(p.Name, &stored)
		require.NoError(t, err)
		require.GreaterOrEqual(t, stored, n, "%s: a write that was acknowledged is lost", user)
		require.LessOrEqual(t, stored, l.tried[user], user)
	}
	require.NotEmpty(t, l.added)
	for counter, n := range l.added {
		rec, err := c.Get(ctx, aerospike.NewKey("test", "counters", counter))
		require.NoError(t, err, counter)
		value, err := rec.Int("n")
		require.NoError(t, err)
		require.GreaterOrEqual(t, value, n, "%s: an addition that was acknowledged is lost", counter)
		require.LessOrEqual(t, value, n+l.doubt[counter], "%s: something was added twice", counter)
	}
}
