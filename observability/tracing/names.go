package tracing

import (
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// maxNames bounds how many kinds of calls are remembered. A program that makes up names
// of sets pays for further ones at each call.
const maxNames = 1024

// kind is what the names and first attributes of a call's spans depend on.
type kind struct {
	op                      hook.Operation
	namespace, set, cluster string
}

// name is what calls of a kind have in common.
type name struct {
	call, attempt string // names of spans
	attributes    trace.SpanStartEventOption
	options       []trace.SpanStartOption
}

// names remembers the kinds of calls that there have been. Reading takes no lock and no
// memory.
type names struct {
	known atomic.Pointer[map[kind]*name]
	mu    sync.Mutex // one writer at a time
}

// of returns what calls like this one are named.
func (n *names) of(call *hook.Call) *name {
	k := kind{call.Op, call.Namespace, call.Set, call.Cluster}
	if known := n.known.Load(); known != nil {
		if found := (*known)[k]; found != nil {
			return found
		}
	}
	return n.add(k)
}

func (n *names) add(k kind) *name {
	made := newName(k)
	n.mu.Lock()
	defer n.mu.Unlock()
	var old map[kind]*name
	if known := n.known.Load(); known != nil {
		old = *known
	}
	if len(old) >= maxNames {
		return made
	}
	next := make(map[kind]*name, len(old)+1)
	for k, v := range old {
		next[k] = v
	}
	next[k] = made
	n.known.Store(&next)
	return made
}

func newName(k kind) *name {
	var b strings.Builder
	b.WriteString(strings.ToUpper(string(k.op)))
	attrs := []attribute.KeyValue{
		attribute.String("db.system.name", "aerospike"),
		attribute.String("db.operation.name", string(k.op)),
	}
	if k.namespace != "" {
		b.WriteString(" " + k.namespace)
		attrs = append(attrs, attribute.String("db.namespace", k.namespace))
	}
	if k.set != "" {
		b.WriteString("." + k.set)
		attrs = append(attrs, attribute.String("db.collection.name", k.set))
	}
	if k.cluster != "" {
		attrs = append(attrs, attribute.String("db.aerospike.cluster_name", k.cluster))
	}
	out := &name{call: b.String(), attributes: trace.WithAttributes(attrs...)}
	out.attempt = out.call + " attempt"
	out.options = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), out.attributes}
	return out
}

// appendNode appends which node it was, if any.
func appendNode(attrs []attribute.KeyValue, node, addr string) []attribute.KeyValue {
	if node != "" {
		attrs = append(attrs, attribute.String("db.aerospike.node", node))
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return attrs
	}
	attrs = append(attrs, attribute.String("server.address", host))
	if n, err := strconv.Atoi(port); err == nil {
		attrs = append(attrs, attribute.Int("server.port", n))
	}
	return attrs
}

// statusText returns a code as the conventions want it.
func statusText(code aerospike.ResultCode) string { return strconv.Itoa(int(code)) }
