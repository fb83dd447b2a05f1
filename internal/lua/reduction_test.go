package lua

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// partials gives values one after the other.
func partials(t *testing.T, values ...any) func() (Particle, bool, error) {
	return func() (Particle, bool, error) {
		if len(values) == 0 {
			return Particle{}, false, nil
		}
		p, err := toParticle(values[0], unlimited{})
		require.NoError(t, err)
		values = values[1:]
		return p, true, nil
	}
}

// reduced returns what a function's client part makes of values.
func reduced(t *testing.T, s *Modules, c Call, in func() (Particle, bool, error)) (list []any, err error) {
	t.Helper()
	r, err := s.Reduce(c)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	r.Run(in)
	for {
		p, ok, err := r.Next()
		if err != nil || !ok {
			return list, err
		}
		v, err := fromParticle(p)
		require.NoError(t, err)
		list = append(list, v)
	}
}

const reductions = `
local function add(a, b) return a + b end
local function never() error("this is for the server") end
function sum(s) return s : filter(never) : map(never) : aggregate(0, never) : reduce(add) end
function scaled(s, by) return s : reduce(add) : map(function(v) return v * by end) end
function after(s) return s : reduce(add) : aggregate(100, add) : reduce(never) end
function filtered(s) return s : reduce(add) : filter(function(v) return v > 10 end) end
function passed(s) return s : filter(never) : map(never) end
function grouped(s) return s : groupby(never) end
function lost(s) return s : reduce(function(a, b) return {a, b} end) end
function seen(s) n = (n or 0) + 1 return s : reduce(add) : map(function(v) return n end) end
function others(s) return s : reduce(require("other").add) end
function bad(s) return s : reduce(function(a, b)
	return a.x
end) end
function caught(s) return s : reduce(function(a, b) while true do pcall(function() while true do end end) end end) end
function nothing() end
function wrong(s) return 1 .. nil end
`

func TestReductions(t *testing.T) {
	s := NewModules(Config{})
	require.NoError(t, s.Load("m.lua", []byte(reductions)))
	require.NoError(t, s.Load("other.lua", []byte("return {add = function(a, b) return a .. b end}")))
	group := func(key int64, items ...any) *dictionary {
		return &dictionary{pairs: []pair{{key, &list{items: items, limit: -1}}}}
	}
	cases := map[string]struct {
		function string
		args     []byte
		in, want []any
	}{
		"a reduce":                 {"sum", nil, []any{int64(1), int64(2), 0.5}, []any{3.5}},
		"of one value":             {"sum", nil, []any{"x"}, []any{"x"}},
		"of nothing":               {"sum", nil, nil, nil},
		"a map behind it":          {"scaled", []byte{0x91, 3}, []any{int64(1), int64(2)}, []any{int64(9)}},
		"an aggregate behind it":   {"after", nil, []any{int64(1), int64(2)}, []any{int64(103)}},
		"a filter that takes none": {"filtered", nil, []any{int64(1), int64(2)}, nil},
		"a filter":                 {"filtered", nil, []any{int64(10), int64(2)}, []any{int64(12)}},
		"no reduce":                {"passed", nil, []any{int64(3), "x", true}, []any{int64(3), "x", true}},
		"tables get lost":          {"lost", nil, []any{int64(1), int64(2)}, nil},
		"another module":           {"others", nil, []any{"a", "b"}, []any{"ab"}},
		"nil is the end":           {"sum", nil, []any{int64(1), nil, int64(2)}, []any{int64(1)}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := reduced(t, s, Call{Module: "m", Function: tc.function, Args: tc.args}, partials(t, tc.in...))
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	got, err := reduced(t, s, Call{Module: "m", Function: "grouped"},
		partials(t, group(1, int64(10)), group(2, "x"), group(1, int64(11), int64(12))))
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, `{1:[10, 11, 12], 2:["x"]}`, formatValue(got[0]))
	for range 3 {
		got, err = reduced(t, s, Call{Module: "m", Function: "seen"}, partials(t, int64(1)))
		require.NoError(t, err)
		require.Equal(t, []any{int64(1)}, got, "nothing is left of the last one")
	}
}

func TestReductionsThatFail(t *testing.T) {
	s := NewModules(Config{})
	require.NoError(t, s.Load("m.lua", []byte(reductions)))
	require.NoError(t, s.Load("late.lua", []byte("local x = {}\nlocal y = x.y.z\nfunction f(s) return s end")))
	two := func() func() (Particle, bool, error) { return partials(t, int64(1), int64(2)) }
	for text, c := range map[string]Call{
		"there is no such module":                               {Module: "none", Function: "sum"},
		"function not found":                                    {Module: "m", Function: "none"},
		"late.lua:2: attempt to index a nil value (field 'y')":  {Module: "late", Function: "f"},
		"m.lua:14: attempt to index a number value (local 'a')": {Module: "m", Function: "bad"},
		"module 'other' not found":                              {Module: "m", Function: "others"},
		"the function returns a nil value and not the stream":   {Module: "m", Function: "nothing"},
		"m.lua:18: attempt to concatenate a nil value":          {Module: "m", Function: "wrong"},
	} {
		_, err := reduced(t, s, c, two())
		var fault *Fault
		require.ErrorAs(t, err, &fault, "%+v", c)
		require.Contains(t, fault.Text, text)
	}
	broken := errors.New("broken")
	_, err := reduced(t, s, Call{Module: "m", Function: "sum"}, func() (Particle, bool, error) { return Particle{}, false, broken })
	require.Equal(t, broken, err)
	_, err = reduced(t, s, Call{Module: "m", Function: "passed"}, func() (Particle, bool, error) { return Particle{}, false, broken })
	require.Equal(t, broken, err)
	_, err = reduced(t, s, Call{Module: "m", Function: "sum"}, func() (Particle, bool, error) {
		return Particle{Type: wire.ParticleInt, Data: []byte{1}}, true, nil
	})
	require.ErrorContains(t, err, "a server's value cannot be read")
}

// A script cannot keep going by catching what stops it.
func TestReductionsAreStopped(t *testing.T) {
	s := NewModules(Config{})
	require.NoError(t, s.Load("m.lua", []byte(reductions)))
	stop := make(chan struct{})
	time.AfterFunc(50*time.Millisecond, func() { close(stop) })
	_, err := reduced(t, s, Call{Module: "m", Function: "caught", Limits: Limits{Stop: stop}}, partials(t, int64(1), int64(2)))
	require.ErrorContains(t, err, textTimeout)
	_, err = reduced(t, s, Call{Module: "m", Function: "sum", Limits: Limits{Stop: stop}}, partials(t))
	require.NoError(t, err, "it has ended by itself before anybody looked")
}
