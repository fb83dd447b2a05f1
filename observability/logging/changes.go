package logging

import (
	"go.uber.org/zap"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/observability/internal/outcome"
)

// eventLevel returns how important a change in the cluster is, and whether it is vital.
func eventLevel(k hook.EventKind) (level Level, vital bool) {
	switch k {
	case hook.InternalError:
		return Error, true
	case hook.NodeRemoved, hook.NodeRestarted:
		return Warn, true
	case hook.NodeFailing, hook.BreakerOpened, hook.SeedFailed, hook.PeerFailed:
		return Warn, false
	case hook.NodeAdded, hook.NodeRecovered:
		return Info, true
	case hook.BreakerHalfOpen:
		return Debug, false
	}
	return Info, false
}

// Event writes a line of a change in the cluster.
func (h *Hook) Event(e hook.Event) {
	level, vital := eventLevel(e.Kind)
	if !h.enabled(level) {
		return
	}
	t := topic{level: level, text: e.Kind.String(), node: e.Node, address: e.Addr, vital: vital}
	h.write(t, func() []zap.Field {
		var fields []zap.Field
		if e.Node != "" {
			fields = append(fields, zap.String("node", e.Node))
		}
		if e.Addr != "" {
			fields = append(fields, zap.String("address", e.Addr))
		}
		if e.Kind == hook.InternalError {
			fields = append(fields, zap.String("report", reportCommand))
		}
		return appendReason(fields, e.Err)
	})
}

// reportCommand is what reports a fault of the client. What of the line the world may read is for
// whoever reports it to say.
const reportCommand = `gh issue create --repo aerospike-go/aerospike-go --title "internal error in ` + aerospike.Version + `" --body "<this line>"`

// Conn writes a line of a connection that failed or was lost; at [Debug] of every one.
func (h *Hook) Conn(c *hook.Conn) {
	level, text := Debug, "connection "+c.Kind.String()
	if c.Err != nil {
		level = Warn
		if c.Kind == hook.ConnClosed {
			text = "connection lost"
		}
	}
	if !h.enabled(level) {
		return
	}
	t := topic{level: level, text: text, lane: c.Lane.String(), address: c.Addr}
	if c.Err != nil {
		t.kind = outcome.Type(aerospike.ResultOK, c.Err)
	}
	h.write(t, func() []zap.Field {
		return appendReason([]zap.Field{
			zap.String("address", c.Addr), zap.String("lane", c.Lane.String()), zap.Duration("took", c.Took),
		}, c.Err)
	})
}

// appendReason appends what led to a change, if anything is known.
func appendReason(fields []zap.Field, err error) []zap.Field {
	if err == nil {
		return fields
	}
	fields = append(fields,
		zap.String("error.type", outcome.Type(aerospike.ResultOK, err)), zap.String("error", outcome.Text(aerospike.ResultOK, err)))
	return appendCause(fields, err)
}
