package aerospiketest

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
)

// indexCommands make, drop and show secondary indexes (as/src/sindex/sindex_manager.c).
var indexCommands = map[string]infoCommand{
	"sindex":        {answer: sindex},
	"sindex-create": {answer: sindexCreate, needs: security.IndexAdmin},
	"sindex-delete": {answer: sindexDelete, needs: security.IndexAdmin},
	"sindex-exists": {answer: sindexExists, needs: security.IndexAdmin},
	"sindex-list":   {answer: sindexList},
	"sindex-stat":   {answer: sindexStat},
}

const infoNoIndex = "ERROR:201:no index"

// sindexDelete also says ok to an index or a namespace that there is not.
func sindexDelete(c *infoCall) string {
	p := indexParams{infoCall: c}
	name := p.required(index.MaxName, "indexname")
	space := p.separate().required(maxNamespace, "namespace", "ns")
	if p.fault == "" {
		if ns := c.server.byName[space]; ns != nil {
			ns.indexes.Drop(name)
		}
		p.fault = infoOK
	}
	return p.answer()
}

func sindexExists(c *infoCall) string {
	p := indexParams{infoCall: c}
	name := p.required(index.MaxName, "indexname")
	if ns := p.separate().namespace(); ns != nil {
		p.fault = fmt.Sprint(name != "" && ns.indexes.Named(name) != nil)
	}
	return p.answer()
}

func sindexStat(c *infoCall) string {
	p := indexParams{infoCall: c}
	name := p.required(index.MaxName, "indexname")
	if ns := p.separate().namespace(); ns != nil {
		p.fault = c.indexStatistics(ns, name)
	}
	return p.answer()
}

// indexStatistics tells of one index what this node holds. The real server finds out
// how many entries a value or a record has when it starts, and then once an hour; a
// new index has none of it.
func (c *infoCall) indexStatistics(ns *namespace, name string) string {
	x := ns.indexes.Named(name)
	switch {
	case name == "" || x == nil:
		return infoNoIndex
	case x.Kind == index.Set:
		objects := 0
		for _, s := range c.countSets(ns) {
			if s.Name == x.Set {
				objects = s.Objects
			}
		}
		return fmt.Sprintf("entries=%d;used_bytes=0;load_pct=100", objects)
	}
	const node = 4096 // of a tree, in bytes
	row := c.server.cluster.current.Load().owners[ns.index]
	size := x.Size(func(pid int) bool { return c.conn.holds(row[pid]) })
	loaded := 0
	if x.Ready() {
		loaded = 100
	}
	return fmt.Sprintf("entries=%d;used_bytes=%d;entries_per_bval=0;entries_per_rec=0;load_pct=%d;load_time=0;stat_gc_recs=0",
		size.Entries, size.Nodes*node, loaded)
}

// sindexList answers first with the indexes of values, then with those of sets; each
// part can be an error.
func sindexList(c *infoCall) string {
	p := indexParams{infoCall: c}
	spaces := p.namespaces()
	text, given := p.optional(len("false"), "b64")
	if given && text != "true" && text != "false" {
		p.fail(wire.ResultParameter, "bad b64")
	}
	values := p.fault
	if values == "" {
		values = listIndexes(spaces, text == "true")
	}
	p = indexParams{infoCall: c}
	sets := ""
	for _, ns := range p.namespaces() {
		for _, x := range ns.indexes.All() {
			if x.Kind == index.Set {
				sets += fmt.Sprintf("ns=%s:indexname=%s:set=%s:indextype=set;", ns.Name, x.Name(), x.Set)
			}
		}
	}
	return strings.TrimSuffix(values+";"+p.fault+strings.TrimSuffix(sets, ";"), ";")
}

// sindex answers sindex, sindex/namespace and sindex/namespace/index.
func sindex(c *infoCall) string {
	name, one, found := strings.Cut(c.rest, "/")
	ns := c.server.byName[name]
	switch {
	case c.rest == "":
		return listIndexes(c.server.namespaces, false)
	case ns == nil:
		return "ns_type=unknown"
	case found:
		return c.indexStatistics(ns, one)
	}
	return listIndexes([]*namespace{ns}, false)
}

// listIndexes describes the indexes of values.
func listIndexes(spaces []*namespace, encoded bool) string {
	var parts []string
	for _, ns := range spaces {
		for _, x := range ns.indexes.All() {
			if x.Kind != index.Set {
				parts = append(parts, describeIndex(ns, x, encoded))
			}
		}
	}
	return strings.Join(parts, ";")
}

func describeIndex(ns *namespace, x *index.Index, encoded bool) string {
	context, exp := "null", "null"
	switch {
	case x.Context == "":
	case encoded:
		context = base64.StdEncoding.EncodeToString([]byte(x.Context))
	default:
		context, _ = packed.DescribeContext([]byte(x.Context))
	}
	switch {
	case x.Expression == "":
	case encoded:
		exp = base64.StdEncoding.EncodeToString([]byte(x.Expression))
	default:
		exp = expression.Describe([]byte(x.Expression))
	}
	state := "WO"
	if x.Ready() {
		state = "RW"
	}
	return fmt.Sprintf("ns=%s:indexname=%s:set=%s:bin=%s:type=%s:indextype=%s:context=%s:exp=%s:state=%s",
		ns.Name, x.Name(), orNull(x.Set), orNull(x.Bin), typeName(x.Type), x.Kind, context, exp, state)
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

// indexTypes are the names of the types of indexed values.
var indexTypes = []struct {
	name string
	t    wire.ParticleType
}{
	{"numeric", wire.ParticleInt},
	{"string", wire.ParticleString},
	{"blob", wire.ParticleBlob},
	{"geo2dsphere", wire.ParticleGeoJSON},
}

// typeName returns the name of a type of values in info commands.
func typeName(t wire.ParticleType) string {
	for _, e := range indexTypes {
		if e.t == t {
			return e.name
		}
	}
	switch t { // types of expressions that no index has
	case wire.ParticleFloat:
		return "float"
	case wire.ParticleBool:
		return "bool"
	case wire.ParticleHLL:
		return "hll"
	case wire.ParticleMap:
		return "map"
	case wire.ParticleList:
		return "list"
	}
	return "null"
}
