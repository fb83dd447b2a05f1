package tracing

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/observability/internal/table"
)

// maxNames bounds how many kinds of calls, and how many nodes, are remembered. A program
// that makes up names of sets pays for further ones at each call.
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

// place is the name and the address of a node.
type place struct{ node, addr string }

// names remembers the kinds of calls that there have been, and the attributes of nodes.
type names struct {
	kinds *table.Table[kind, *name]
	nodes *table.Table[place, []attribute.KeyValue]
}

func newNames() names {
	return names{kinds: table.New[kind, *name](maxNames), nodes: table.New[place, []attribute.KeyValue](maxNames)}
}

// of returns what calls like this one are named.
func (n *names) of(call *hook.Call) *name {
	k := kind{call.Op, call.Namespace, call.Set, call.Cluster}
	if found, ok := n.kinds.Get(k); ok {
		return found
	}
	if added, ok := n.kinds.Add(k, func() *name { return newName(k) }); ok {
		return added
	}
	return newName(k)
}

// node returns the attributes of a node, which are not to be changed.
func (n *names) node(name, addr string) []attribute.KeyValue {
	p := place{name, addr}
	if found, ok := n.nodes.Get(p); ok {
		return found
	}
	if added, ok := n.nodes.Add(p, p.attributes); ok {
		return added
	}
	return p.attributes()
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

// attributes tell which node it was, if any.
func (p place) attributes() []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if p.node != "" {
		attrs = append(attrs, attribute.String("db.aerospike.node", p.node))
	}
	host, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		return slices.Clip(attrs)
	}
	attrs = append(attrs, attribute.String("server.address", host))
	if n, err := strconv.Atoi(port); err == nil {
		attrs = append(attrs, attribute.Int("server.port", n))
	}
	return slices.Clip(attrs) // what is appended goes elsewhere
}

// statusText returns a code as the conventions want it.
func statusText(code aerospike.ResultCode) string { return strconv.Itoa(int(code)) }
