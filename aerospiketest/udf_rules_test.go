package aerospiketest_test

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// The answers are those of a real server.
func TestCommandsOnModules(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	long := strings.Repeat("y", 130)
	steps := []struct{ command, want string }{
		{"udf-list", ""},
		{"udf-put", "error=invalid_filename"},
		{"udf-put:", "error=invalid_filename"},
		{"udf-put:filename=x", "error=invalid_filename"},
		{"udf-put:filename=.lua;content=;content-len=0", "error=invalid_filename"},
		{"udf-put:filename=x.;content=;content-len=0", "error=invalid_filename"},
		{"udf-put:filename=" + long + ".lua;content-len=0;content=", "error=invalid_filename"},
		{"udf-put:filename=x.lua", "error=invalid_content_len"},
		{"udf-put:filename=x.lua;content-len=abc;content=YWI=", "error=invalid_content_len"},
		{"udf-put:filename=x.lua;content-len=3;content=abc", "error=invalid_content_len"},
		{"udf-put:filename=x.lua;content-len=0", "error=invalid_content"},
		{"udf-put:filename=x.lua;content-len=4;content=abc", "error=invalid_content"},
		{"udf-put:filename=x.lua;content-len=4;content=a*c=", "error=invalid_base64_content"},
		{"udf-put:filename=x.lua;content-len=0;content=", "error=invalid_base64_content"},
		{"udf-put:filename=x.lua;content-len=4;content=YWI=;udf-type=PY", "error=invalid_udf_type"},
		{"udf-get", "error=invalid_filename"},
		{"udf-get:filename=x.lua", "error=not_found"},
		{"udf-remove", "error=invalid_filename"},
		{"udf-remove:filename=none.lua;", "ok"},
		{"udf-clear-cache:", "ok"},
		{"udf-put:filename=n.lua;content=ZnVuY3Rpb24gZihyZWMpIHJldHVybiA1IGVuZA==;content-len=40;udf-type=LUA;", "ok"},
		{"udf-list", "filename=n.lua,hash=c3a2c127c9617f4f6f9973de82a4c771484f8546,type=LUA;"},
		{"udf-get:filename=n.lua", "type=LUA;content=ZnVuY3Rpb24gZihyZWMpIHJldHVybiA1IGVuZA==;"},
		{"udf-remove:filename=n.lua;", "ok"},
		{"udf-list", ""},
	}
	for _, s := range steps {
		require.Equal(t, s.want, c.info(s.command), s.command)
	}
}

// A module that does not compile is answered with the place and a message in base64.
func TestModulesThatDoNotCompile(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	for source, want := range map[string]string{
		"local x = 1\nlocal y = nil + 1": "file=bad.lua;line=2;attempt to perform arithmetic on a nil value",
		"\nerror('at load')":             "file=bad.lua;line=2;at load",
		"nosuch()":                       "file=bad.lua;line=1;attempt to call a nil value (global 'nosuch')",
		"goto nowhere":                   "file=bad.lua;line=1;no visible label 'nowhere' for <goto> at line 1",
		"break":                          "file=bad.lua;line=1;break outside loop at line 1",
	} {
		rest, ok := strings.CutPrefix(c.putModule("bad", source), "error=compile_error;")
		require.True(t, ok)
		place, message, _ := strings.Cut(rest, ";message=")
		text, err := base64.StdEncoding.DecodeString(message)
		require.NoError(t, err)
		require.Equal(t, want, place+";"+string(text))
	}
	require.Empty(t, c.info("udf-list"))
}

const rulesModule = `
function touch(rec) return aerospike:update(rec) end
function create(rec) rec['a'] = 1 return aerospike:create(rec) end
function ttl(rec, t) record.set_ttl(rec, t) rec['a'] = 1 aerospike:update(rec) return record.ttl(rec) end
function key(rec) return record.key(rec) end
function drop(rec) record.drop_key(rec) return aerospike:update(rec) end
function add(rec, n) rec['n'] = (rec['n'] or 0) + n if aerospike:exists(rec) then aerospike:update(rec) else aerospike:create(rec) end return rec['n'] end
function remove(rec) return aerospike:remove(rec) end
function read(rec) return rec['a'] end
`

// Calls follow the rules of writes: keys, sets, expiry, filters, generations.
func TestCallsFollowTheRulesOfWrites(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	require.Equal(t, "ok", c.putModule("rules", rulesModule))
	call := func(function string, args []byte, fields ...field) command {
		return callOf("k", "rules", function, args, fields...)
	}
	none := []byte{0x90}
	userKey := field{wire.FieldKey, []byte("\x03me")}

	r := parse(t, c.ask(call("create", none, userKey).frame(t)))
	require.Equal(t, wire.ResultOK, r.ResultCode)
	require.EqualValues(t, 1, r.Generation)
	require.Equal(t, "me", string(parse(t, c.ask(call("key", none).frame(t))).ops[0].value))
	require.Equal(t, wire.ResultKeyMismatch, c.code(call("read", none, field{wire.FieldKey, []byte("\x03you")}).frame(t)))
	require.Equal(t, wire.ResultOK, c.code(call("drop", none).frame(t)))
	require.Equal(t, wire.ParticleNull, parse(t, c.ask(call("key", none).frame(t))).ops[0].p)

	for name, filter := range map[string][]byte{"false": {0xc2}, "nothing": nil} {
		code := c.code(call("touch", none, field{wire.FieldFilter, filter}).frame(t))
		require.NotEqual(t, wire.ResultOK, code, name)
	}
	require.Equal(t, wire.ResultFilteredOut, c.code(call("touch", none, field{wire.FieldFilter, []byte{0xc2}}).frame(t)))
	require.EqualValues(t, 2, parse(t, c.ask(get("k").frame(t))).Generation)

	withTTL := call("touch", none)
	withTTL.TTL = 100
	now := uint32(time.Now().Unix() - wire.Epoch)
	require.InDelta(t, now+100, parse(t, c.ask(withTTL.frame(t))).TTL, 5)
	set := parse(t, c.ask(call("ttl", []byte{0x91, 0xcd, 0x03, 0xe8}).frame(t)))
	require.InDelta(t, now+1000, set.TTL, 5)
	require.InDelta(t, 100, int64(set.ops[0].value[7]), 5, "what the function sees is what was stored")
	withTTL.TTL = wire.TTLDontUpdate
	require.InDelta(t, now+1000, parse(t, c.ask(withTTL.frame(t))).TTL, 5)
	withTTL.TTL = 0xfffffff0
	require.Equal(t, wire.ResultParameter, c.code(withTTL.frame(t)))

	gone := parse(t, c.ask(call("remove", none).frame(t)))
	require.Equal(t, wire.ResultOK, gone.ResultCode)
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	require.EqualValues(t, 0, srv.Objects("test"))
}

// Calls on one record exclude each other and every other write, on whatever node and
// machine they run.
func TestConcurrentCallsDoNotLoseUpdates(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	require.Equal(t, "ok", dial(t, srv.Addr()).putModule("rules", rulesModule))
	const workers, each = 8, 25
	var wg sync.WaitGroup
	for w := range workers {
		c := dial(t, srv.Addrs()[w%2])
		frames := make([][]byte, each)
		for i := range frames {
			frames[i] = callOf("shared", "rules", "add", []byte{0x91, 1}).frame(t)
			if i%5 == 4 {
				frames[i] = put("shared", op{wire.OpIncr, "n", wire.ParticleInt, intValue(1)}).frame(t)
			}
		}
		wg.Go(func() { // waited for below
			for i, f := range frames {
				if code := c.code(f); code != wire.ResultOK {
					t.Errorf("worker %d, call %d: %v", w, i, code)
				}
				if i == each/2 && w == 0 {
					c.info("udf-clear-cache:")
				}
			}
		})
	}
	wg.Wait()
	r := parse(t, dial(t, srv.Addr()).ask(get("shared").frame(t)))
	require.Equal(t, intValue(workers*each), r.bin("n").value)
	require.EqualValues(t, workers*each, r.Generation)
}

// A function that does not come to an end is stopped when the request's time is up,
// and changes nothing.
func TestCallsAreStoppedInTime(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	require.Equal(t, "ok", c.putModule("loop", "function f(rec) rec['a'] = 2 aerospike:update(rec) while true do end end"))
	require.Equal(t, wire.ResultOK, c.code(put("k", setInt("a", 1)).frame(t)))
	call := callOf("k", "loop", "f", []byte{0x90})
	call.Timeout = 100
	start := time.Now()
	r := parse(t, c.ask(call.frame(t)))
	require.Equal(t, wire.ResultUDF, r.ResultCode)
	require.Equal(t, "UDF Execution Timeout", string(r.bin("FAILURE").value))
	require.Less(t, time.Since(start), patience/2)
	require.Equal(t, intValue(1), parse(t, c.ask(get("k").frame(t))).bin("a").value)
}

const createModule = `
local function state(rec)
	return string.format("%s %s %s %d", aerospike:exists(rec), record.key(rec), record.setname(rec), record.size(rec))
end
function create(rec)
	local s = state(rec)
	rec.a = 1
	local c = aerospike:create(rec)
	return s .. ", " .. c .. ": " .. state(rec) .. ", " .. aerospike:update(rec)
end
`

// What a function learns when it creates a record is what a real server says: whether the set and
// the key of the request can be the record's, and what they are.
func TestFunctionsCreateRecordsAsTheRequestSays(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	require.Equal(t, "ok", c.putModule("create", createModule))
	key := func(b string) field { return field{wire.FieldKey, []byte(b)} }
	set := func(name string) field { return field{wire.FieldSet, []byte(name)} }
	const refused = "false nil nil 0, 4: false nil nil 0, -2"
	steps := []struct {
		name   string
		fields []field
		want   string
	}{
		{"neither", nil, "false nil nil 0, 0: true nil nil 16, 0"},
		{"a set", []field{set("some")}, "false nil nil 0, 0: true nil some 16, 0"},
		{"a key", []field{key("\x03me")}, "false nil nil 0, 0: true me nil 16, 0"},
		{"an integer", []field{key("\x01\x00\x00\x00\x00\x00\x00\x00\x07")}, "false nil nil 0, 0: true 7 nil 16, 0"},
		{"another type", []field{key("\x02me")}, "false nil nil 0, 0: true nil nil 16, 0"},
		{"a key of nothing", []field{key("")}, refused},
		{"half an integer", []field{key("\x01\x00\x07")}, refused},
		{"a name of nothing", []field{set("")}, "false nil nil 0, 0: true nil nil 16, 0"},
		{"too long a name", []field{set(strings.Repeat("s", 64))}, refused},
		{"a name with a zero", []field{set("s\x00t")}, refused},
	}
	for _, s := range steps {
		r := parse(t, c.ask(callOf("new", "create", "create", []byte{0x90}, s.fields...).frame(t)))
		require.Equal(t, wire.ResultOK, r.ResultCode, s.name)
		require.Equal(t, s.want, string(r.ops[0].value), s.name)
		code := c.code(remove("new").frame(t))
		require.Equal(t, s.want == refused, code == wire.ResultNotFound, "%s: %v", s.name, code)
	}

	// One that is there without a key has that of the request.
	require.Equal(t, wire.ResultOK, c.code(put("old", setInt("n", 1)).frame(t)))
	r := parse(t, c.ask(callOf("old", "create", "create", []byte{0x90}, key("\x03me")).frame(t)))
	require.Equal(t, "true me nil 48, 1: true me nil 48, 0", string(r.ops[0].value))
}

// Functions return maps as they are stored, but for the rule that every attribute comes with
// the order of keys: also the attribute that there is an index, which reads do not tell.
func TestAttributesOfMapsInFunctions(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	require.Equal(t, "ok", c.putModule("maps", "function id(r) return r.m end function copy(r) r.copy = r.m return aerospike:update(r) end"))
	for stored, want := range map[string][3]string{ // what is read, returned, and read of a copy
		"810102":                     {"810102", "810102", "810102"},
		"82c70001c00102":             {"82c70001c00102", "82c70001c00102", "82c70001c00102"},
		"82c70002c00102":             {"82c70002c00102", "82c70003c00102", "82c70003c00102"},
		"82c70003c00102":             {"82c70003c00102", "82c70003c00102", "82c70003c00102"},
		"82c70010c00102":             {"810102", "82c70011c00102", "82c70001c00102"},
		"82c70013c00102":             {"82c70003c00102", "82c70013c00102", "82c70003c00102"},
		"81c70012c0":                 {"81c70002c0", "81c70013c0", "81c70003c0"},
		"82c70024c00102":             {"810102", "810102", "810102"},
		"82c70001c00182c70002c00102": {"82c70001c00182c70002c00102", "82c70001c00182c70003c00102", "82c70001c00182c70003c00102"},
	} {
		data, err := hex.DecodeString(stored)
		require.NoError(t, err)
		c.code(remove("maps").frame(t))
		require.Equal(t, wire.ResultOK, c.code(put("maps", particle("m", uint8(wire.ParticleMap), data)).frame(t)))
		bin := func(r result, name string) string { return hex.EncodeToString(r.bin(name).value) }
		call := func(function string) result {
			return parse(t, c.ask(callOf("maps", "maps", function, []byte{0x90}).frame(t)))
		}
		read := bin(parse(t, c.ask(get("maps").frame(t))), "m")
		returned := bin(call("id"), "SUCCESS")
		require.Equal(t, wire.ResultOK, call("copy").ResultCode)
		require.Equal(t, want, [3]string{read, returned, bin(parse(t, c.ask(get("maps").frame(t))), "copy")}, stored)
	}
}

// Arguments that are refused are counted as the real server counts them: from behind the colon,
// or with the object that stands before the dot.
func TestRefusedArgumentsOfFunctions(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	for call, want := range map[string]string{
		"aerospike.exists(r)":               "bad argument #1 to 'exists' (Aerospike expected, got Record)",
		"aerospike.exists()":                "bad argument #1 to 'exists' (userdata expected, got no value)",
		"aerospike.exists(nil, r)":          "bad argument #1 to 'exists' (userdata expected, got nil)",
		"aerospike.exists(aerospike)":       "bad argument #2 to 'exists' (Record expected, got no value)",
		"aerospike.exists(aerospike, true)": "bad argument #2 to 'exists' (Record expected, got boolean)",
		"aerospike.update(5)":               "bad argument #1 to 'update' (userdata expected, got number)",
		"aerospike.remove(list())":          "bad argument #1 to 'remove' (Aerospike expected, got List)",
		"aerospike.create({}, r)":           "bad argument #1 to 'create' (userdata expected, got table)",
		"aerospike.log(r)":                  "bad argument #1 to 'log' (Aerospike expected, got Record)",
		"aerospike.log()":                   "bad argument #1 to 'log' (userdata expected, got no value)",
		"aerospike.log(aerospike, {})":      "bad argument #2 to 'log' (number expected, got table)",
		"aerospike:log({})":                 "bad argument #1 to 'log' (number expected, got table)",
		"aerospike.get_current_time()":      "bad argument #1 to 'get_current_time' (userdata expected, got no value)",
		"aerospike:set_context(5)":          "bad argument #1 to 'set_context' (Record expected, got number)",
		"aerospike:exists()":                "bad argument #1 to 'exists' (Record expected, got no value)",
		"aerospike:exists('record')":        "bad argument #1 to 'exists' (Record expected, got string)",
		"record.set_ttl(r, {})":             "bad argument #2 to 'set_ttl' (number expected, got table)",
		"string.rep('x', {})":               "bad argument #2 to 'rep' (number expected, got table)",
		"('x'):rep({})":                     "bad argument #1 to 'rep' (number expected, got table)",
		"('x'):rep()":                       "bad argument #1 to 'rep' (number expected, got no value)",
		"('x'):rep(2):rep({})":              "bad argument #1 to 'rep' (number expected, got table)",
		"('x'):rep(string.rep(1, {}))":      "bad argument #2 to 'rep' (number expected, got table)",
		"string.rep(('x'):rep({}), 2)":      "bad argument #1 to 'rep' (number expected, got table)",
		"string.rep(('x'):rep(2), {})":      "bad argument #2 to 'rep' (number expected, got table)",
		"('x'):rep((r.a or 1) > 0 and {})":  "bad argument #1 to 'rep' (number expected, got table)",
		"('x'):byte(1, {})":                 "bad argument #2 to 'byte' (number expected, got table)",
		"('x'):find()":                      "bad argument #1 to 'find' (string expected, got no value)",
		"({f = string.rep}):f(2)":           "calling 'f' on bad self (string expected, got table)",
		"('%d'):format('x')":                "bad argument #1 to 'format' (number expected, got string)",
		"string.format('%d', 'x')":          "bad argument #2 to 'format' (number expected, got string)",
	} {
		require.Equal(t, "ok", c.putModule("dots", "function f(r) local x = "+call+" return x end function g(r) return "+call+" end"))
		for _, function := range []string{"f", "g"} {
			r := parse(t, c.ask(callOf("dots", "dots", function, []byte{0x90}).frame(t)))
			require.Equal(t, wire.ResultUDF, r.ResultCode, call)
			_, text, _ := strings.Cut(string(r.bin("FAILURE").value), "dots.lua:1: ")
			require.Equal(t, want, text, "%s in %s", call, function)
		}
	}
}
