package aerospiketest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const (
	maxQueryThreads = 128 // that all long and short queries of a node may have (query-threads-limit)
	queryThreads    = 4   // that the server gives a long query without a limit on its rate
	maxDoneQueries  = 100 // that are still known (query-max-done)
)

// abandonment says why a query ended before its time; the wire codes, and what has none.
type abandonment int32

const (
	abandonedNot         = abandonment(wire.ResultOK)
	abandonedForTimeout  = abandonment(wire.ResultTimeout)
	abandonedByUser      = abandonment(wire.ResultQueryAbort)
	abandonedForResponse = abandonment(-1) // the peer is gone
	abandonedForSilence  = abandonment(-2) // the peer does not read
)

func (a abandonment) String() string {
	switch a {
	case abandonedNot:
		return "ok"
	case abandonedByUser:
		return "user-aborted"
	case abandonedForResponse:
		return "abandoned-response-error"
	case abandonedForSilence:
		return "abandoned-response-timeout"
	case abandonment(wire.ResultServerError):
		return "abandoned-unknown"
	}
	return "abandoned-?"
}

// queryJob is a query under way or done. Info commands look at it while it runs.
type queryJob struct {
	plan     *queryPlan
	task     uint64
	threads  int
	started  time.Time
	finished time.Time // zero while it runs; guarded by the table's lock

	partition    atomic.Int32 // the next one to look at
	abandoned    atomic.Int32 // an abandonment
	throttled    atomic.Int64
	filteredMeta atomic.Int64
	filteredBins atomic.Int64
	succeeded    atomic.Int64
	failed       atomic.Int64
	sent         atomic.Int64 // bytes, as the server counts them
}

// abandon makes the job end. The first reason counts.
func (j *queryJob) abandon(why abandonment) { j.abandoned.CompareAndSwap(0, int32(why)) }

func (j *queryJob) reason() abandonment { return abandonment(j.abandoned.Load()) }

// throttle returns how long to wait after a record so that a limit on the rate is
// kept. The server waits for whole milliseconds and never for more than ten, so that
// the least rate is about a hundred.
func (j *queryJob) throttle(now time.Time) time.Duration {
	const shortest, longest = time.Millisecond, 10 * time.Millisecond
	if j.plan.rate == 0 {
		return 0
	}
	count := j.throttled.Add(1)
	due := time.Duration(float64(count) / float64(j.plan.rate) * float64(time.Second))
	if wait := due - now.Sub(j.started); wait > shortest {
		return min(wait, longest)
	}
	return 0
}

// queryTable is the queries of a node.
type queryTable struct {
	mu       sync.Mutex
	running  []*queryJob // long ones, in the order they started
	done     []*queryJob // in the order they ended
	threads  int
	lastTask uint32
}

// start admits a query. It fails with [wire.ResultForbidden] if too many run, and with
// [wire.ResultParameter] if the task is known already.
func (t *queryTable) start(p *queryPlan) (*queryJob, wire.ResultCode) {
	j := &queryJob{plan: p, task: p.task, threads: 1, started: time.Now()}
	t.mu.Lock()
	defer t.mu.Unlock()
	if j.task == 0 {
		t.lastTask++
		j.task = uint64(t.lastTask)
	}
	if t.threads >= maxQueryThreads {
		return nil, wire.ResultForbidden
	}
	if !p.short {
		if t.find(j.task) != nil {
			return nil, wire.ResultParameter
		}
		t.running = append(t.running, j)
		if p.rate == 0 {
			j.threads = min(queryThreads, maxQueryThreads-t.threads)
			if p.parts != nil {
				j.threads = min(j.threads, len(p.parts))
			}
		}
	}
	t.threads += j.threads
	return j, wire.ResultOK
}

// finish takes a query to those that are done. It forgets the oldest if there are too
// many.
func (t *queryTable) finish(j *queryJob) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.threads -= j.threads
	j.finished = time.Now()
	if j.plan.short {
		return
	}
	t.running = slices.DeleteFunc(t.running, func(other *queryJob) bool { return other == j })
	t.done = append(t.done, j)
	if extra := len(t.done) - maxDoneQueries; extra > 0 {
		t.done = slices.Delete(t.done, 0, extra)
	}
}

// find returns a query by its task, nil if there is none. The table is locked.
func (t *queryTable) find(task uint64) *queryJob {
	same := func(j *queryJob) bool { return j.task == task }
	for _, list := range [][]*queryJob{t.running, t.done} {
		if i := slices.IndexFunc(list, same); i >= 0 {
			return list[i]
		}
	}
	return nil
}

// abort ends a running query. It reports false if there is none with that task.
func (t *queryTable) abort(task uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, j := range t.running {
		if j.task == task {
			j.abandon(abandonedByUser)
			return true
		}
	}
	return false
}

// abortAll ends all running queries and returns how many they are.
func (t *queryTable) abortAll() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, j := range t.running {
		j.abandon(abandonedByUser)
	}
	return len(t.running)
}

// describe returns what info commands tell of a query, ok false if it is not known.
func (t *queryTable) describe(task uint64) (text string, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	j := t.find(task)
	if j == nil {
		return "", false
	}
	return j.describe(time.Now()), true
}

// describeAll returns what info commands tell of all queries: those that run, then
// those that are done, the youngest first.
func (t *queryTable) describeAll() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	var all []string
	for _, list := range [][]*queryJob{t.running, t.done} {
		for _, j := range slices.Backward(list) {
			all = append(all, j.describe(now))
		}
	}
	return strings.Join(all, ";")
}

// describe returns the line of a query. The table is locked.
func (j *queryJob) describe(now time.Time) string {
	p := j.plan
	var b strings.Builder
	fmt.Fprintf(&b, "trid=%d:ns=%s", j.task, p.ns.Name)
	if p.set != "" {
		fmt.Fprintf(&b, ":set=%s", p.set)
	}
	if p.indexName != "" {
		fmt.Fprintf(&b, ":sindex-name=%s", p.indexName)
	}
	if len(p.parts) > 0 {
		fmt.Fprintf(&b, ":n-pids-requested=%d:n-keyds-requested=%d", len(p.parts), p.resumed)
	}
	status, threads, took, since := "active", j.threads, now.Sub(j.started), time.Duration(0)
	if !j.finished.IsZero() {
		status, threads, took, since = "done", 0, j.finished.Sub(j.started), now.Sub(j.finished)
	}
	percent := float64(min(j.partition.Load()+1, wire.Partitions)) * 100 / wire.Partitions
	fmt.Fprintf(&b, ":rps=%d:active-threads=%d:status=%s(%s):job-progress=%.2f:run-time=%d:time-since-done=%d",
		p.rate, threads, status, j.reason(), percent, took.Milliseconds(), since.Milliseconds())
	fmt.Fprintf(&b, ":recs-throttled=%d:recs-filtered-meta=%d:recs-filtered-bins=%d:recs-succeeded=%d:recs-failed=%d",
		j.throttled.Load(), j.filteredMeta.Load(), j.filteredBins.Load(), j.succeeded.Load(), j.failed.Load())
	fmt.Fprintf(&b, ":from=%s:job-type=%s", strings.ReplaceAll(p.from, ":", "+"), p.kind)
	switch p.kind {
	case queryBackgroundOps:
		b.WriteString(":net-io-bytes=30:socket-timeout=10000:ops-active=0")
	case queryBackgroundUDF:
		fmt.Fprintf(&b, ":net-io-bytes=30:socket-timeout=10000:udf-filename=%s:udf-function=%s:udf-active=0",
			p.request.UDFPackage, p.request.UDFFunction)
	default:
		fmt.Fprintf(&b, ":net-io-bytes=%d:net-io-time=0:socket-timeout=%d", j.sent.Load(), p.sendLimit.Milliseconds())
	}
	return b.String()
}
