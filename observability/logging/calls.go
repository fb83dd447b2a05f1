package logging

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
)

// AttemptEnd writes a line of an attempt that failed at [Debug], of every one at [Trace], and of
// a slow part of a batch: the batch itself takes as long as its consumer.
func (h *Hook) AttemptEnd(ctx context.Context, call *hook.Call, a *hook.Attempt) {
	every := h.Level() >= Trace
	slow := h.slow > 0 && a.Took >= h.slow && outcome.OfBatch(call.Op)
	level, text := Trace, "attempt"
	switch {
	case slow:
		level, text = Warn, "slow request"
	case !every && (a.Err != nil || !outcome.Tolerated(call.Op, a.Code)):
		level, text = Debug, "attempt failed"
	}
	if !h.enabled(level) {
		return
	}
	fields := func() []zap.Field {
		fields := appendCall(call)
		fields = append(fields,
			zap.Int("attempt", a.Number), zap.String("node", a.Node), zap.String("address", a.Addr),
			zap.Duration("took", a.Took), zap.Duration("waited", a.Waited), zap.Bool("sent", a.Sent))
		if a.Rows > 0 {
			fields = append(fields, zap.Int("rows", a.Rows))
		}
		return appendTrace(appendFailure(fields, a.Code, a.Err), ctx)
	}
	if every {
		h.log.Log(level.zap(), text, fields()...)
		return
	}
	h.write(topic{level: level, text: text, op: string(call.Op), kind: outcome.Type(a.Code, a.Err), node: a.Node}, fields)
}

// Progress writes a line of rows of a batch that failed.
func (h *Hook) Progress(ctx context.Context, call *hook.Call, rows []hook.Rows) {
	for i := range rows {
		r := &rows[i]
		if r.Err == nil {
			continue
		}
		level := severity(r.Code, r.Err, r.InDoubt)
		if !h.enabled(level) {
			continue
		}
		h.write(topic{level: level, text: "rows failed", op: string(r.Op), kind: outcome.Type(r.Code, r.Err)}, func() []zap.Field {
			fields := []zap.Field{
				zap.String("op", string(r.Op)), zap.String("namespace", r.Namespace), zap.String("set", r.Set),
				zap.Int("rows", r.Count), zap.Bool("in_doubt", r.InDoubt),
			}
			return appendTrace(appendFailure(fields, r.Code, r.Err), ctx)
		})
	}
}

// CallEnd writes a line of a call that failed or was slow, at [Trace] of every one.
func (h *Hook) CallEnd(ctx context.Context, call *hook.Call) {
	every := h.Level() >= Trace
	slow := h.slow > 0 && call.Took >= h.slow && call.Op != hook.Query && call.Op != hook.Scan && !outcome.OfBatch(call.Op)
	if call.Err == nil && !every && !slow {
		return
	}
	level, text := Trace, "call"
	if call.Err != nil {
		level, text = severity(call.Code, call.Err, call.InDoubt), "call failed"
	}
	if slow && level > Warn {
		level, text = Warn, "slow call"
	}
	if !h.enabled(level) {
		return
	}
	fields := func() []zap.Field {
		fields := append(appendCall(call),
			zap.String("node", call.Node), zap.String("address", call.Addr),
			zap.Int("attempts", call.Attempts), zap.Duration("took", call.Took))
		if call.Waited > 0 {
			fields = append(fields, zap.Duration("waited", call.Waited))
		}
		if call.Write && call.Err != nil {
			fields = append(fields, zap.Bool("in_doubt", call.InDoubt))
		}
		return appendTrace(appendFailure(fields, call.Code, call.Err), ctx)
	}
	if every {
		h.log.Log(level.zap(), text, fields()...)
		return
	}
	h.write(topic{level: level, text: text, op: string(call.Op), kind: outcome.Type(call.Code, call.Err)}, fields)
}

// appendCall returns what every line about a call has.
func appendCall(call *hook.Call) []zap.Field {
	fields := append(make([]zap.Field, 0, 16), zap.String("op", string(call.Op)))
	if call.Namespace != "" {
		fields = append(fields, zap.String("namespace", call.Namespace))
	}
	if call.Set != "" {
		fields = append(fields, zap.String("set", call.Set))
	}
	if call.Rows > 0 {
		fields = append(fields, zap.Int("rows", call.Rows))
	}
	return fields
}

// severity tells failures that a program has to live with from those that somebody should
// look at.
func severity(code aerospike.ResultCode, err error, doubt bool) Level {
	verdict := &aerospike.Error{Code: code, Err: err}
	switch {
	case doubt:
		return Warn
	case errors.Is(verdict, aerospike.ErrRecord), errors.Is(verdict, aerospike.ErrInvalidArg), errors.Is(verdict, context.Canceled):
		return Debug
	}
	return Warn
}
