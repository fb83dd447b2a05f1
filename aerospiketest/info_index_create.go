package aerospiketest

import (
	"encoding/base64"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
)

// Bounds of parameters.
const (
	maxSet       = 63
	maxIndexType = 9
	maxTypeName  = 11
	maxIndexData = wire.MaxBinName + 1 + maxTypeName
	maxContext   = 2047  // of base64
	maxIndexExp  = 16383 // of base64
)

// Faults that more than one parameter can have.
const oneOfTypes = "must be one of 'numeric', 'string', 'blob', 'geo2dsphere'"

func sindexCreate(c *infoCall) string {
	p := indexParams{infoCall: c}
	name := p.required(index.MaxName, "indexname")
	space := p.required(maxNamespace, "namespace", "ns")
	var d index.Definition
	if kind, ok := p.param("indextype"); ok && strings.EqualFold(kind, index.Set.String()) {
		d = p.setDefinition(space)
	} else {
		d = p.definition()
	}
	if p.fault != "" {
		return p.fault
	}
	ns := c.server.byName[space]
	if ns == nil {
		return infoOK // the cluster keeps it for a node that has the namespace
	}
	switch ns.createIndex(name, d) {
	case wire.ResultIndexFound:
		p.fail(wire.ResultIndexFound, "'indexname' already exists with different definition")
	case wire.ResultIndexMaxCount:
		p.fail(wire.ResultIndexMaxCount, "already at sindex definition limit")
	default: // the server does not tell if it cannot make the set
		return infoOK
	}
	return p.fault
}

// setDefinition reads the definition of an index of a set.
func (p *indexParams) setDefinition(space string) index.Definition {
	for _, other := range []string{"context", "indexdata", "type", "bin", "exp"} {
		if _, given := p.param(other); given {
			p.fail(wire.ResultParameter, "%s parameter is not supported for set index", other)
		}
	}
	set := p.required(maxSet, "set")
	if p.server.byName[space] == nil {
		p.fail(wire.ResultParameter, "namespace not found")
	}
	return index.Definition{Set: set, Kind: index.Set}
}

// definition reads the definition of an index of values.
func (p *indexParams) definition() (d index.Definition) {
	d.Set, _ = p.optional(maxSet, "set")
	d.Context = p.context()
	if text, given := p.optional(maxIndexType, "indextype"); given {
		d.Kind = p.kind(text)
	}
	data, hasData := p.optional(maxIndexData, "indexdata")
	typed, hasType := p.optional(maxTypeName, "type")
	switch {
	case !hasData && !hasType:
		p.fail(wire.ResultParameter, "both 'indexdata' and 'type' are missing")
	case hasData && hasType:
		p.fail(wire.ResultParameter, "both 'indexdata' and 'type' are specified")
	case hasType:
		p.subject(&d, typed)
	default:
		p.indexData(&d, data)
	}
	if d.Kind == index.MapKeys && d.Type == wire.ParticleGeoJSON {
		p.fail(wire.ResultParameter, "bad 'indexdata' bin type for 'indextype' 'mapkeys' - must be one of 'numeric', 'string', 'blob'")
	}
	return d
}

// context reads the way to a nested value.
func (p *indexParams) context() string {
	text, given := p.optional(maxContext, "context")
	if !given {
		return ""
	}
	context, ok := decodeBase64(text)
	switch {
	case !ok:
		p.fail(wire.ResultParameter, "'context' invalid base64")
	case !index.KnownContext(context):
		p.fail(wire.ResultParameter, "'context' invalid cdt context")
	case !index.ValidContext(context):
		p.fail(wire.ResultParameter, "'context' not normalized msgpack")
	}
	return string(context)
}

func decodeBase64(text string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(text)
	return b, err == nil && !strings.ContainsAny(text, "\r\n") // which Go skips
}

// kind reads which part of a value is indexed.
func (p *indexParams) kind(text string) index.Kind {
	for k := index.Default; k < index.Set; k++ {
		if strings.EqualFold(text, k.String()) {
			return k
		}
	}
	p.fail(wire.ResultParameter, "bad 'indextype' - must be one of 'default', 'list', 'mapkeys', 'mapvalues'")
	return index.Default
}

// indexType reads the type of indexed values.
func indexType(text string) (wire.ParticleType, bool) {
	for _, e := range indexTypes {
		if strings.EqualFold(text, e.name) {
			return e.t, true
		}
	}
	return 0, false
}

// subject reads what is indexed, in the form that goes with the type on its own: a bin
// or an expression.
func (p *indexParams) subject(d *index.Definition, typed string) {
	var ok bool
	if d.Type, ok = indexType(typed); !ok {
		p.fail(wire.ResultParameter, "bad 'type' - "+oneOfTypes)
	}
	bin, hasBin := p.optional(wire.MaxBinName, "bin")
	exp, hasExp := p.optional(maxIndexExp, "exp")
	switch {
	case hasBin && hasExp:
		p.fail(wire.ResultParameter, "both 'bin' and 'exp' are specified")
	case !hasBin && !hasExp:
		p.fail(wire.ResultParameter, "both 'bin' and 'exp' are missing")
	case hasExp && d.Context != "":
		p.fail(wire.ResultParameter, "both 'context' and 'exp' are specified")
	case hasExp:
		p.expression(d, exp)
	}
	d.Bin = bin
}

// expression reads an expression whose value is indexed. It must depend on nothing but
// bins and the digest, and have a value of the type that the index looks into.
func (p *indexParams) expression(d *index.Definition, text string) {
	exp, ok := decodeBase64(text)
	if !ok {
		p.fail(wire.ResultParameter, "bad 'exp'")
		return
	}
	program, code := expression.Compile(exp)
	if code != wire.ResultOK {
		p.fail(wire.ResultParameter, "bad 'exp'")
		return
	}
	const refused, needed = expression.PartMetadata | expression.PartKey, expression.PartBins | expression.PartDigest
	if program.Reads()&refused != 0 || program.Reads()&needed == 0 {
		p.fail(wire.ResultParameter, "bad 'exp'")
		return
	}
	want := d.Type
	switch d.Kind {
	case index.List:
		want = wire.ParticleList
	case index.MapKeys, index.MapValues:
		want = wire.ParticleMap
	}
	if t := program.Type(); t != want {
		p.fail(wire.ResultParameter, "bad 'exp' - expression type '%s' does not match expected type '%s'",
			typeName(t), typeName(want))
	}
	d.Expression = string(exp)
}

// indexData reads what is indexed in the old form: a bin and a type in one.
func (p *indexParams) indexData(d *index.Definition, data string) {
	bin, typed, found := strings.Cut(data, ",")
	d.Bin = bin
	var ok bool
	switch d.Type, ok = indexType(typed); {
	case !found:
		p.fail(wire.ResultParameter, "'indexdata' missing bin type")
	case bin == "":
		p.fail(wire.ResultParameter, "'indexdata' missing bin name")
	case len(bin) > wire.MaxBinName:
		p.fail(wire.ResultParameter, "'indexdata' bin name too long")
	case !ok:
		p.fail(wire.ResultParameter, "bad 'indexdata' bin type - "+oneOfTypes)
	}
}
