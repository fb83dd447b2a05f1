package aerospiketest

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxNamespace is how long the name of a namespace can be.
const maxNamespace = 31

// indexParams reads the parameters of a command on indexes. The first fault counts,
// and with it all later parameters are as if missing.
type indexParams struct {
	*infoCall
	earlier string // the fault of a parameter that the server forgets about
	fault   string // or in the end the answer
}

// separate makes what follows be answered whatever came before: the server overlooks
// that it has answered already, and answers twice.
func (p *indexParams) separate() *indexParams {
	p.earlier, p.fault = p.earlier+p.fault, ""
	return p
}

func (p *indexParams) answer() string { return p.earlier + p.fault }

// fail records a fault.
func (p *indexParams) fail(code wire.ResultCode, format string, args ...any) {
	if p.fault == "" {
		p.fault = fmt.Sprintf("ERROR:%d:", code) + fmt.Sprintf(format, args...)
	}
}

// optional returns the parameter of one of the names, which must not be longer than
// limit or empty.
func (p *indexParams) optional(limit int, names ...string) (value string, given bool) {
	if p.fault != "" {
		return "", false
	}
	value, given = p.param(names...)
	switch {
	case given && len(value) > limit:
		p.fail(codeFor(names[0]), "'%s' value too long", names[0])
	case given && value == "":
		p.fail(codeFor(names[0]), "missing '%s' value", names[0])
	default:
		return value, given
	}
	return "", false
}

// required is optional for a parameter that must be there.
func (p *indexParams) required(limit int, names ...string) string {
	value, given := p.optional(limit, names...)
	if !given {
		p.fail(codeFor(names[0]), "missing '%s'", names[0])
	}
	return value
}

// codeFor returns the code of a fault in a parameter.
func codeFor(name string) wire.ResultCode {
	if name == "namespace" {
		return wire.ResultNamespace
	}
	return wire.ResultParameter
}

// namespace returns the namespace that must be named, nil after a fault.
func (p *indexParams) namespace() *namespace {
	name := p.required(maxNamespace, "namespace", "ns")
	return p.known(name)
}

// namespaces returns the namespace that is named, or all if none is.
func (p *indexParams) namespaces() []*namespace {
	const buffer = 127 // what the server has room for
	name, given := p.optional(buffer, "namespace", "ns")
	if !given {
		if p.fault != "" {
			return nil
		}
		return p.server.namespaces
	}
	if ns := p.known(name); ns != nil {
		return []*namespace{ns}
	}
	return nil
}

func (p *indexParams) known(name string) *namespace {
	if p.fault != "" {
		return nil
	}
	ns := p.server.byName[name]
	if ns == nil {
		p.fault = infoNoNamespace
	}
	return ns
}
