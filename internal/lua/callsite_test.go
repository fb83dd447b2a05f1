package lua

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	gopher "github.com/yuin/gopher-lua"
)

// The marks rest on how the interpreter encodes instructions.
func TestCallsWithAColonAreMarked(t *testing.T) {
	proto, err := compile("x.lua", `
local a = {}
local b = a:one(a.two(1), a:three({}, -a:four()), function() return a:five() end)
return string.rep(a:six(), 2), a:seven(...):eight(a.x and a:nine() or string.byte(b))
`, map[string]bool{"string": true})
	require.NoError(t, err)
	var marked []string
	plain := 0
	var read func(p *gopher.FunctionProto)
	read = func(p *gopher.FunctionProto) {
		for _, call := range p.DbgCalls {
			if name, ok := strings.CutPrefix(call.Name, methodMark); ok {
				marked = append(marked, name)
			} else {
				plain++
			}
		}
		for _, inner := range p.FunctionPrototypes {
			read(inner)
		}
	}
	read(proto)
	require.ElementsMatch(t, []string{"one", "three", "four", "five", "six", "seven", "eight", "nine"}, marked)
	require.Positive(t, plain)
}
