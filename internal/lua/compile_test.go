package lua

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a real server said of modules that do not compile.
func TestCompileErrors(t *testing.T) {
	cases := []struct {
		source  string
		line    int
		message string
	}{
		{"function f(", 1, "<name> or '...' expected near <eof>"},
		{"x = = 1", 1, "unexpected symbol near '='"},
		{"return 'abc", 1, "unfinished string near <eof>"},
		{"for", 1, "<name> expected near <eof>"},
		{"local function f() end end", 1, "<eof> expected near 'end'"},
		{"x = 5 5", 1, "unexpected symbol near '5'"},
		{"error('at load')", 1, "at load"},
		{"nosuch()", 1, "attempt to call a nil value (global 'nosuch')"},
		{"local x = nil + 1", 1, "attempt to perform arithmetic on a nil value"},
		{"return {", 1, "unexpected symbol near <eof>"},
		{"if x then", 1, "'end' expected near <eof>"},
		{"goto nowhere", 1, "no visible label 'nowhere' for <goto> at line 1"},
		{"break", 1, "break outside loop at line 1"},
		{"local t = {1,2", 1, "'}' expected near <eof>"},
		{"--[[ unfinished", 1, "unfinished long comment (starting at line 1) near <eof>"},
		{"x = \"abc\ny\"", 1, "unfinished string near '\"abc'"},
		{"f() = 5", 1, "syntax error near '='"},
		{"::a:: ::a::", 1, "label 'a' already defined on line 1"},
		{"return return", 1, "unexpected symbol near 'return'"},
		{"x = 0x", 1, "malformed number near '0x'"},
		{"a.b:c = 1", 1, "function arguments expected near '='"},
		{"local 5", 1, "<name> expected near '5'"},
		{"function 5() end", 1, "<name> expected near '5'"},
		{"x = }", 1, "unexpected symbol near '}'"},
		{"a b", 1, "syntax error near 'b'"},
		{"print('x'", 1, "')' expected near <eof>"},
		{"while true", 1, "'do' expected near <eof>"},
		{"repeat x = 1", 1, "'until' expected near <eof>"},
		{"if then end", 1, "unexpected symbol near 'then'"},
		{"x = 1 +", 1, "unexpected symbol near <eof>"},
		{"return function", 1, "'(' expected near <eof>"},
		{"for i = 1 do end", 1, "',' expected near 'do'"},
		{"for i in end", 1, "unexpected symbol near 'end'"},
		{"local function end", 1, "<name> expected near 'end'"},
		{"=", 1, "unexpected symbol near '='"},
		{"function f() end )", 1, "unexpected symbol near ')'"},
		{"x = @", 1, "unexpected symbol near '@'"},
		{"x = 3 $ 4", 1, "unexpected symbol near '$'"},
		{"x = 'a", 1, "unfinished string near <eof>"},
		{"x = [[a", 1, "unfinished long string (starting at line 1) near <eof>"},
		{"x = 1..2", 1, "malformed number near '1..2'"},
		{"x = 08x", 1, "malformed number near '08x'"},
		{"function f()\n  if x then\n    y()\n\nend", 5, "'end' expected (to close 'function' at line 1) near <eof>"},
		{"x = {\n1,\n2\n", 4, "'}' expected (to close '{' at line 1) near <eof>"},
		{"f(\n1,\n", 3, "unexpected symbol near <eof>"},
		{"for i = 1, 2 do\nx()", 2, "'end' expected (to close 'for' at line 1) near <eof>"},
		{"while x do\nrepeat\nuntil y", 3, "'end' expected (to close 'while' at line 1) near <eof>"},
		{"local t = {a = 1, [2] = 3; 4}\nx = = 2", 2, "unexpected symbol near '='"},
		{"function f() return ... end", 1, "cannot use '...' outside a vararg function near '...'"},
		{"local function g(a, ..., b) end", 1, "')' expected near ','"},
		{"x = 'a\\\nb' y", 2, "syntax error near <eof>"},
		{"x = [==[ a ]] ]==] y = = 1", 1, "unexpected symbol near '='"},
		{"-- c\n--[==[ long\n]==]\nx = )", 4, "unexpected symbol near ')'"},
		{"a.b.c[1] = 5 a.b() = 1", 1, "syntax error near '='"},
		{"x, y = 1, 2 x, f() = 1", 1, "syntax error near '='"},
		{"local x <foo> = 1", 1, "unknown attribute 'foo'"},
		{"if x then elseif y then else end end", 1, "<eof> expected near 'end'"},
		{"goto 5", 1, "<name> expected near '5'"},
		{"::5::", 1, "<name> expected near '5'"},
		{"x = a.5", 1, "unexpected symbol near '.5'"},
		{"x = a:b", 1, "function arguments expected near <eof>"},
		{"print 'a' {1} [[b]] x = 1 1", 1, "unexpected symbol near '1'"},
		{"x = 1e", 1, "malformed number near '1e'"},
		{"return 1,", 1, "unexpected symbol near <eof>"},
		{"return 1; 2", 1, "<eof> expected near '2'"},
		{"f(1,,2)", 1, "unexpected symbol near ','"},
		{"x = function(a,) end", 1, "<name> or '...' expected near ')'"},
		{"x = \"\\u{48}\\x41\\z  b\" y = @", 1, "unexpected symbol near '@'"},
	}
	s := NewModules(Config{})
	for _, tc := range cases {
		t.Run(tc.source, func(t *testing.T) {
			require.Equal(t, &CompileError{"bad.lua", tc.line, tc.message}, s.Put("bad.lua", "", []byte(tc.source)))
		})
	}
}

// What Lua 5.4 takes and the interpreter does not know is taken, too, or refused by
// name.
func TestWhatTheInterpreterLacks(t *testing.T) {
	s := NewModules(Config{})
	put(t, s, "m", "local a <const>, b = 7, 2\nfunction f(rec) local c <const> = a // b return c .. ' // ' --[[//]] end")
	require.Equal(t, "3 // ", string(apply(s, "m", "f", nil, nil).Result.Data))
	for source, what := range map[string]string{
		"return 1 & 2":          "bitwise operators",
		"return ~1":             "bitwise operators",
		"x = 1\nreturn 1 << 2":  "bitwise operators",
		"local x <close> = nil": "variables that are to be closed",
	} {
		err := s.Put("m.lua", "", []byte(source))
		require.ErrorContains(t, err, unsupported+what, source)
	}
}
