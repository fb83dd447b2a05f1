package lua

import (
	"encoding/base64"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func put(t testing.TB, s *Modules, name, source string) {
	t.Helper()
	require.NoError(t, s.Put(name+".lua", base64.StdEncoding.EncodeToString([]byte(source)), []byte(source)))
}

// unlimited is a counter without a limit.
type unlimited struct{}

func (unlimited) step(int) bool { return true }

// stopped is what a test wants that takes either of two limits.
const stopped = "either limit"

// within is how long a hostile function may take in these tests.
const within = 300 * time.Millisecond

func apply(s *Modules, module, function string, args []byte, r *Record) Outcome {
	if r == nil {
		r = &Record{}
	}
	limits := Limits{Deadline: time.Now().Add(within), Memory: 32 << 20}
	return s.Apply(Call{Module: module, Function: function, Args: args, Limits: limits}, r)
}

// Functions that would take all the time, memory or stack there is end with an error,
// and the next call works.
func TestHostileFunctionsAreStopped(t *testing.T) {
	cases := map[string]struct{ body, want string }{
		"endless loop":            {`while true do end`, textTimeout},
		"endless loop, protected": {`while true do pcall(function() while true do end end) end`, textTimeout},
		"endless goto":            {`::a:: goto a`, textTimeout},
		"endless repeat":          {`repeat local x = 1 until false`, textTimeout},
		"doubling text":           {`local s = "x" while true do s = s .. s end`, textNoMemory},
		"huge repetition":         {`return string.rep("x", 1 << 0)`, ""},
		"repetition":              {`return string.rep("x", 9e15)`, textNoMemory},
		"repeated repetition":     {`local t = {} for i = 1, 1e9 do t[i] = string.rep("x", 1000000) end`, textNoMemory},
		"growing table":           {`local t = {} for i = 1, 1e9 do t[#t + 1] = i end`, stopped},
		"growing table of tables": {`local t = {} for i = 1, 1e9 do t[i] = {1, 2, 3, 4, 5, 6, 7, 8} end`, stopped},
		"inserting":               {`local t = {} while true do table.insert(t, 1, 1) end`, stopped},
		"growing list":            {`local l = list() while true do list.append(l, 1) end`, stopped},
		"list far away":           {`local l = list() l[2000000000] = 1 return l`, textNoMemory},
		"growing map":             {`local m = map() local i = 0 while true do i = i + 1 m[i] = i end`, stopped},
		"huge bytes":              {`return bytes(4000000000)`, textNoMemory},
		"bytes far away":          {`local b = bytes() bytes.set_byte(b, 4000000000, 1)`, textNoMemory},
		"bytes from nowhere":      {`local b = bytes() return bytes.get_bytes(b, 1, 4000000000)`, textNoMemory},
		"deep recursion":          {`local function f(n) return 1 + f(n + 1) end return f(1)`, "stack overflow"},
		"deep protected calls":    {`local function f() return pcall(f) end return f()`, "" /* ends */},
		"recursion in metatables": {`local t = setmetatable({}, {}) getmetatable(t).__index = function(a, k) return a[k] end return t.x`, stopped},
		"loop of metatables":      {`local a, b = {}, {} setmetatable(a, {__index = b}) setmetatable(b, {__index = a}) return a.x`, "too many recursions"},
		"many results":            {`return table.unpack({}, 1, 1e8)`, "too many results to unpack"},
		"many arguments":          {`local t = {} for i = 1, 90000 do t[i] = i end return select("#", table.unpack(t))`, ""},
		"pattern without end":     {`return string.find(string.rep("a", 100000), ".-.-.-.-.-.-b")`, textTimeout},
		"greedy pattern":          {`return string.find(string.rep("a", 5000), string.rep("a*", 60) .. "b")`, stopped},
		"nested pattern":          {`return string.find("a", string.rep("(", 500))`, "too many captures"},
		"sorting without order":   {`local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) return true end)`, ""},
		"sorting slowly":          {`local t = {1, 2, 3} table.sort(t, function() while true do end end)`, textTimeout},
		"a list in itself":        {`local l = list() list.append(l, l) return l`, "nested too deeply"},
		"a list in itself, shown": {`local l = list() list.append(l, l) return tostring(l)`, "value too big to be shown"},
		"a bomb of lists":         {`local l = list() for i = 1, 100 do local m = list() list.append(m, l) list.append(m, l) l = m end return l`, stopped},
		"formatting":              {`local s = string.rep("%99d", 100000) return string.format(s)`, "no value"},
		"replacing":               {`local s = string.rep("a", 10000) return string.gsub(s, "a", s)`, stopped},
		"loading":                 {`return load("return " .. string.rep("(", 100000))`, ""},
		"joining":                 {`local t = {} for i = 1, 1000 do t[i] = string.rep("x", 1000) end local s = table.concat(t) for i = 1, 1000 do t[i] = s end return table.concat(t)`, stopped},
		"moving":                  {`return table.move({1}, 1, 1e15, 2)`, textNoMemory},
		"no way out":              {`return tostring(io) .. tostring(dofile) .. tostring(loadfile) .. tostring(os.execute) .. tostring(os.exit) .. tostring(package) .. tostring(coroutine) .. tostring(getfenv) .. tostring(newproxy)`, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := NewModules(Config{})
			put(t, s, "m", "function f(rec) "+strings.ReplaceAll(tc.body, "1 << 0", "1")+" end function ok() return 1 end")
			start := time.Now()
			out := apply(s, "m", "f", nil, nil)
			require.Less(t, time.Since(start), 10*time.Second)
			if tc.want != "" {
				require.Equal(t, wire.ResultUDF, out.Code, "%s", out.Result.Data)
				text := string(out.Result.Data)
				if tc.want == stopped {
					require.Regexp(t, textTimeout+"|"+textNoMemory+"|overflow|too big", text)
				} else {
					require.Contains(t, text, tc.want)
				}
			}
			if name == "no way out" {
				require.Equal(t, strings.Repeat("nil", 9), string(out.Result.Data))
			}
			require.Equal(t, wire.ResultOK, apply(s, "m", "ok", nil, nil).Code)
		})
	}
}

// A module that does not compile, or does not come to an end, is not registered.
func TestModulesThatAreRefused(t *testing.T) {
	cases := map[string]struct {
		source string
		line   int
	}{
		"syntax":           {"local x = 1\nfunction f(", 2},
		"an error":         {"\n\nerror('no')", 3},
		"a loop":           {"local x = 1\nwhile true do end", 0},
		"deep parentheses": {"x = " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000), 1},
		"deep tables":      {"x = " + strings.Repeat("{", 50000) + strings.Repeat("}", 50000), 1},
		"deep blocks":      {strings.Repeat("do ", 50000) + strings.Repeat("end ", 50000), 1},
		"deep functions":   {strings.Repeat("f(function() ", 20000) + strings.Repeat("end) ", 20000), 1},
		"many operators":   {"x = " + strings.Repeat("not ", 200000) + "1", 1},
		"a long sum":       {"x = 1" + strings.Repeat("+1", 200000), 1},
		"a long chain":     {"x = f" + strings.Repeat("()", 100000), 1},
		"a long text":      {"x = 'a'" + strings.Repeat(" .. 'a'", 100000), 1},
		"many branches":    {"if x then " + strings.Repeat("elseif x then ", 50000) + "end", 1},
		"compiled code":    {"\x1bLua", 0},
		"too many locals":  {"local a" + strings.Repeat(", a", 300) + " = 1", 1},
		"bitwise":          {"return 1 | 2", 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := NewModules(Config{})
			start := time.Now()
			err := s.Put("m.lua", "", []byte(tc.source))
			require.Less(t, time.Since(start), 20*time.Second)
			if strings.HasPrefix(name, "deep paren") && err == nil {
				return // parentheses leave nothing in the tree
			}
			var fault *CompileError
			require.ErrorAs(t, err, &fault)
			require.Equal(t, "m.lua", fault.File)
			require.Equal(t, tc.line, fault.Line, fault.Message)
			require.Empty(t, s.List())
			require.Equal(t, textNoModule, string(apply(s, "m", "f", nil, nil).Result.Data))
		})
	}
}

// Numbers that a function does not touch come back as they were.
func TestNumbersSurvive(t *testing.T) {
	s := NewModules(Config{})
	put(t, s, "m", `
		function echo(rec, x) return x end
		function through(rec, x) local t = {x} local l = list{t[1]} local m = map{k = l[1]} return m.k end
		function again(rec) rec['b'] = rec['a'] aerospike:update(rec) return rec['b'] end`)
	for _, n := range []any{
		int64(0), int64(-1), int64(1 << 53), int64(1<<53 + 1), int64(-1<<53 - 1), int64(math.MaxInt64), int64(math.MinInt64),
		0.0, 1.0, -1.0, 1.5, 1e300, math.Inf(1), math.Inf(-1), float64(1 << 53), math.MaxFloat64, math.SmallestNonzeroFloat64,
	} {
		want, err := toParticle(n, unlimited{})
		require.NoError(t, err)
		e := encoder{work: unlimited{}}
		require.NoError(t, e.value(&list{items: []any{n}}))
		for _, function := range []string{"echo", "through"} {
			out := apply(s, "m", function, e.out, nil)
			require.Equal(t, wire.ResultOK, out.Code)
			require.Equal(t, want, out.Result, "%s %v", function, n)
		}
		out := apply(s, "m", "again", nil, &Record{Exists: true, Bins: []Bin{{Name: "a", Value: want}}})
		require.Equal(t, want, out.Result)
		require.Equal(t, want, out.Bins[1].Value)
	}
}

// Modules use each other, replacements count from the next call on, and the registry
// tells what is there.
func TestModulesAreReplacedAndRemoved(t *testing.T) {
	var logged []string
	s := NewModules(Config{Log: func(level int64, message string) { logged = append(logged, message) }})
	put(t, s, "lib", `local M = {} function M.twice(x) return 2 * x end return M`)
	put(t, s, "m", `local lib function f(rec) lib = lib or require("lib") info("%d", 1) return lib.twice(21) end`)
	text := func() string { v, _ := fromParticle(apply(s, "m", "f", nil, nil).Result); return formatValue(v) }
	require.Equal(t, "42", text())
	require.Equal(t, "42", text(), "from the machine that was kept")
	put(t, s, "lib", `local M = {} function M.twice(x) return 3 * x end return M`)
	require.Equal(t, "63", text())
	s.ClearCache()
	require.Equal(t, "63", text())
	require.Equal(t, []string{"1", "1", "1", "1"}, logged)
	require.Len(t, s.List(), 2)
	content, ok := s.Source("lib.lua")
	require.True(t, ok)
	require.NotEmpty(t, content)
	s.Remove("lib.lua")
	require.Contains(t, text(), "module 'lib' not found")
	s.Remove("m.lua")
	require.Equal(t, `"`+textNoModule+`"`, text())
	s.ClearCache()
}

func formatValue(v any) string {
	s, _ := describe(v, unlimited{})
	return s
}

// What is read of a record's bins, and what is left of them, must not share memory
// with the record, which others read.
func TestRecordsAreNotChangedInPlace(t *testing.T) {
	s := NewModules(Config{})
	put(t, s, "m", `function f(rec) rec['b'][1] = 9 rec['a'] = nil rec['c'] = 1 aerospike:update(rec) rec['d'] = 2 aerospike:update(rec) end`)
	blob := Particle{Type: wire.ParticleBlob, Data: []byte{1, 2}}
	number, err := toParticle(int64(5), unlimited{})
	require.NoError(t, err)
	r := &Record{Exists: true, Bins: []Bin{{Name: "a", Value: number}, {Name: "b", Value: blob}}}
	out := apply(s, "m", "f", nil, r)
	require.Equal(t, wire.ResultOK, out.Code)
	require.Len(t, out.Bins, 3)
	require.Len(t, r.Bins, 2)
	require.Equal(t, "a", r.Bins[0].Name)
	require.Equal(t, []byte{1, 2}, blob.Data)
}

// Arguments are whatever a client sends.
func FuzzArguments(f *testing.F) {
	for _, seed := range [][]byte{
		{0x90}, {0x93, 1, 0xcb, 0, 0}, {0x91, 0x83, 0xc7, 0, 1, 0xc0, 2, 1, 1, 2}, {0x91, 0xa3, 0x17, '{', '}'},
		{0xdd, 0xff, 0xff, 0xff, 0xff}, {0x91, 0xd4, 0xff, 0}, {0x91, 0x91, 0x91, 0x91}, {0x91, 0xa0}, {0x91, 0xc7, 0, 0},
	} {
		f.Add(seed)
	}
	s := NewModules(Config{})
	put(f, s, "m", `function f(rec, ...) local l = list() for i = 1, select("#", ...) do list.append(l, (select(i, ...))) end
		rec['l'] = l aerospike:create(rec) tostring(l) return l end`)
	f.Fuzz(func(t *testing.T, args []byte) {
		out := apply(s, "m", "f", args, nil)
		if out.Code != wire.ResultOK {
			return
		}
		again := wire.NewReader(out.Result.Data)
		v, present, err := decode(&again, 0)
		require.NoError(t, err)
		require.True(t, present)
		e := encoder{work: unlimited{}}
		require.NoError(t, e.value(v))
		require.Equal(t, out.Result.Data, e.out, "what was sent is what is read")
	})
}

// Modules are whatever a client sends, too.
func FuzzModule(f *testing.F) {
	for _, seed := range []string{
		"function f(rec) return 1 // 2 end", "return 'a' .. 1 .. 2.5", "local t = {[1.5] = 2, 3; x = 4} return #t",
		"for i = 1.0, 2, 0.5 do end", "goto a ::a::", "x = [==[ // ]==] -- //\n return 7//2", "local a <const> = 1",
		"return ('%d'):format(3.0)", "t = {} t.x.y = 1", "a:b()", "f{...}", "if not x then elseif y then else end",
	} {
		f.Add(seed)
	}
	names := knownNames()
	f.Fuzz(func(t *testing.T, source string) {
		if proto, err := compile("m.lua", source, names); err == nil {
			require.NotNil(t, proto)
		}
	})
}
