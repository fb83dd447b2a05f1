package metrics

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
	"github.com/aerospike-go/aerospike-go/observability/internal/table"
)

// CallEnd counts a call.
func (m *Metrics) CallEnd(ctx context.Context, call *hook.Call) {
	if m.off.Load() {
		return
	}
	kind := ""
	if call.Err != nil {
		kind = outcome.Type(call.Code, call.Err)
	}
	s := m.collections.series(call.Namespace, call.Set, call.Op)
	s.duration(kind).observe(ctx, call.Took, int64(call.Start.Sub(m.made)+call.Took))
	if call.Waited > 0 {
		m.vectors.turns.WithLabelValues(string(call.Op)).Observe(call.Waited.Seconds())
	}
	if call.InDoubt && call.Rows == 0 { // those of a batch are counted by row
		s.doubt(1)
	}
}

// Progress counts rows, each where it belongs.
func (m *Metrics) Progress(_ context.Context, _ *hook.Call, rows []hook.Rows) {
	if m.off.Load() {
		return
	}
	for i := range rows {
		r := &rows[i]
		s := m.collections.series(r.Namespace, r.Set, r.Op)
		s.row(rowKind(r)).Add(float64(r.Count))
		if r.InDoubt {
			s.doubt(r.Count)
		}
	}
}

// rowKind returns the kind of error of rows. As with calls, it is none that there is no
// record to be removed, or that one does not exist when that is the question.
func rowKind(r *hook.Rows) string {
	if r.Code == types.ResultNotFound && (r.Op == hook.BatchExists || r.Op == hook.BatchRemove) {
		return ""
	}
	return outcome.Type(r.Code, r.Err)
}

// AttemptEnd counts a request to a node.
func (m *Metrics) AttemptEnd(_ context.Context, call *hook.Call, a *hook.Attempt) {
	if m.off.Load() {
		return
	}
	kind := ""
	if a.Err != nil || a.Code != types.ResultOK && !outcome.Tolerated(call.Op, a.Code) {
		kind = outcome.Type(a.Code, a.Err)
	}
	n := m.nodes.at(a.Addr)
	n.attempt(kind).Inc()
	if a.Waited > 0 {
		n.wait().Observe(a.Waited.Seconds())
	}
	if a.Again {
		m.vectors.retries.WithLabelValues(string(call.Op)).Inc()
	}
}

// Stage counts a stage of a call.
func (m *Metrics) Stage(call *hook.Call, stage hook.Stage, took time.Duration) {
	if m.off.Load() || stage >= hook.StageCount {
		return
	}
	m.stages.of(stage, call.Op).Observe(took.Seconds())
}

// stageTimers are the series of stages.
type stageTimers struct {
	vectors *vectors
	timers  [hook.StageCount]atomic.Pointer[table.Table[hook.Operation, prometheus.Observer]]
}

func (s *stageTimers) of(stage hook.Stage, op hook.Operation) prometheus.Observer {
	t := s.timers[stage].Load()
	if t == nil {
		s.timers[stage].CompareAndSwap(nil, table.New[hook.Operation, prometheus.Observer](maxKinds))
		t = s.timers[stage].Load()
	}
	if o, ok := t.Get(op); ok {
		return o
	}
	create := func() prometheus.Observer { return s.vectors.stages.WithLabelValues(stage.String(), string(op)) }
	if o, ok := t.Add(op, create); ok {
		return o
	}
	op = other
	return create()
}
