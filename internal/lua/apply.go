package lua

import (
	gopher "github.com/yuin/gopher-lua"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Call names a function and what it is called with.
type Call struct {
	Module   string // without .lua
	Function string
	// Args is a msgpack list. Whatever else it is, there are no arguments.
	Args   []byte
	Limits Limits
}

// Texts with which calls fail.
const (
	textNoModule   = "UDF: Execution Error 1"
	textNoFunction = "function not found"
)

func failed(text string) Outcome {
	return Outcome{
		Code:   wire.ResultUDF,
		Result: Particle{Type: wire.ParticleString, Data: []byte(text)},
	}
}

// Apply calls a function on a record. It only reads r; the caller carries the outcome
// out. It takes as long as the limits let it.
func (s *Modules) Apply(c Call, r *Record) Outcome {
	m, age, _ := s.acquire(c.Module, c.Limits)
	if m == nil {
		return failed(textNoModule)
	}
	defer s.release(c.Module, m, age)
	function := m.state.GetGlobal(c.Function)
	if function == gopher.LNil {
		return failed(textNoFunction)
	}
	record := newCall(r, m)
	arguments, ok := m.arguments(c.Args, record)
	if !ok {
		return failed(textNoMemory)
	}
	result, failure := m.call(function, arguments...)
	out := m.outcome(record, result, failure)
	out.TTL, out.SetTTL = record.ttl, record.setTTL
	return out
}

// outcome is what becomes of a record when the function has ended.
func (m *machine) outcome(record *call, result, failure gopher.LValue) Outcome {
	if failure != nil {
		return failed(failureText(failure))
	}
	if record.code != wire.ResultOK {
		return Outcome{Code: record.code}
	}
	v, _ := pull(result) // what cannot be returned is null
	p, err := toParticle(v, m.budget)
	if err != nil {
		return failed(err.Error())
	}
	return Outcome{Result: p, Changed: record.changed, Bins: record.bins, DropKey: record.dropKey}
}

// arguments returns what a function is called with: the record and the arguments. ok
// is false if they are too much.
func (m *machine) arguments(data []byte, record any) (values []gopher.LValue, ok bool) {
	err := m.protect(func() {
		values = append(values, m.push(record))
		for _, v := range decodeArguments(data) {
			values = append(values, m.push(v))
		}
	})
	return values, err == nil && len(values) < maxResults
}
