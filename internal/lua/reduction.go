package lua

import (
	"fmt"

	gopher "github.com/yuin/gopher-lua"
)

// Fault is why a function failed, in the words of Lua: with module and line where they
// are known.
type Fault struct{ Text string }

func (e *Fault) Error() string { return e.Text }

// Reduction is the client's part of an aggregation: what comes after the servers have
// sent their values. One goroutine at a time uses it, and Close must be called.
type Reduction struct {
	m    *machine
	ops  []streamOp
	flow *flow
	in   func() (Particle, bool, error)
	err  error // of in
}

// Reduce calls a stream function for a client: it finds out what there is to do. Nothing
// of it is done before Run and Next. The error is a [*Fault].
func (s *Modules) Reduce(c Call) (*Reduction, error) {
	// The interpreter is not used again: what a function leaves in global variables must
	// not turn up in the next result.
	m, _, failure := s.acquire(c.Module, c.Limits)
	if m == nil {
		return nil, &Fault{failure}
	}
	ops, result, failure := m.operations(c)
	if failure == "" && ops == nil {
		failure = fmt.Sprintf("the function returns a %s value and not the stream", className(result))
	}
	if failure != "" {
		m.state.Close()
		return nil, &Fault{failure}
	}
	return &Reduction{m: m, ops: ops.onClient()}, nil
}

// Run says where the servers' values come from; ok is false at their end. in is called
// by Next, on the same goroutine.
func (r *Reduction) Run(in func() (p Particle, ok bool, err error)) {
	r.in = in
	r.flow = r.m.flow(r.ops, func() gopher.LValue {
		p, ok, err := in()
		if err != nil {
			r.err = err
			r.m.state.RaiseError("the servers' values have come to an early end")
		}
		if !ok {
			return gopher.LNil
		}
		r.m.budget.forget()
		v, err := fromParticle(p)
		if err != nil {
			r.m.state.RaiseError("a server's value cannot be read: %v", err)
		}
		return r.m.push(v)
	})
}

// Next returns the next value of the result; ok is false at the end. The error is that
// of the source of values, or a [*Fault]; after it only Close may be called.
func (r *Reduction) Next() (p Particle, ok bool, err error) {
	if len(r.ops) == 0 { // nothing to do, and no reason to look at values that Lua has no type for
		return r.in()
	}
	p, ok, fault := r.flow.next()
	switch {
	case r.err != nil:
		return Particle{}, false, r.err
	case fault != nil:
		return Particle{}, false, &Fault{failureText(fault)}
	}
	return p, ok, nil
}

// Close gives up the interpreter.
func (r *Reduction) Close() { r.m.state.Close() }
