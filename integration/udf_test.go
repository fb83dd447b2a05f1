package integration

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/query/aggregate"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

const luaSource = `
function echo(rec, a) return a end
function count(rec, ...) return select('#', ...) end
function nothing(rec) end
function boom(rec, what) error(what) end
function set(rec, bin, value)
  rec[bin] = value
  if aerospike:exists(rec) then aerospike:update(rec) else aerospike:create(rec) end
  return rec[bin]
end
function exists(rec) return aerospike:exists(rec) end
function containers(rec)
  local m = map()
  m['a'] = 1
  m['l'] = list {1, 'two'}
  return m
end
`

// needsModules skips the test if the server knows no Lua modules.
func (e *env) needsModules() {
	e.Helper()
	row, err := e.client.InfoRandom(e.ctx, "udf-put:filename=;")
	require.NoError(e, err)
	if reply := row.Replies[0]; reply.Err == nil || reply.Value == "ERROR:4:unrecognized command" {
		e.skip("the server has no Lua modules: it says " + reply.Value + " to udf-put")
	}
}

// putModule registers a module of a name that no other test uses, waits for it, and
// removes it with the test. It skips the test if the server knows no modules.
func (e *env) putModule(source string) (module string) {
	e.Helper()
	e.needsModules()
	module = "m" + e.ownSet()
	e.putModuleAs(module, source)
	return module
}

func (e *env) putModuleAs(module, source string) {
	e.Helper()
	task, err := e.client.PutUDF(e.ctx, module, []byte(source))
	require.NoError(e, err)
	e.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_, _ = e.client.RemoveUDF(ctx, module)
	})
	require.NoError(e, task.Wait(e.ctx))
}

func (e *env) apply(key aerospike.Key, module, function string, args ...any) aerospike.Value {
	e.Helper()
	v, err := e.client.Apply(e.ctx, key, module, function, args)
	require.NoError(e, err)
	return v
}

func TestUDFModulesComeAndGo(t *testing.T) {
	onEach(t, func(e *env) {
		module := e.putModule(luaSource)
		find := func() (aerospike.UDFModule, bool) {
			list, err := e.client.UDFs(e.ctx)
			require.NoError(e, err)
			at := slices.IndexFunc(list, func(m aerospike.UDFModule) bool { return m.Name == module+".lua" })
			if at < 0 {
				return aerospike.UDFModule{}, false
			}
			return list[at], true
		}
		first, ok := find()
		require.True(e, ok)
		require.Equal(e, "LUA", first.Type)
		require.Len(e, first.Hash, 40)
		require.Equal(e, e.client.NodeNames(), first.Nodes)
		source, ok, err := e.client.UDFSource(e.ctx, module)
		require.NoError(e, err)
		require.True(e, ok)
		require.Equal(e, luaSource, string(source))

		// A new version takes the place of the old one, on all nodes when the wait is over.
		key := e.key("k")
		require.True(e, e.apply(key, module, "echo", 1).Equal(types.Int(1)))
		e.putModuleAs(module+".lua", "function echo(rec, a) return a + 1 end")
		require.True(e, e.apply(key, module, "echo", 1).Equal(types.Int(2)))
		second, ok := find()
		require.True(e, ok)
		require.NotEqual(e, first.Hash, second.Hash)

		task, err := e.client.RemoveUDF(e.ctx, module)
		require.NoError(e, err)
		require.NoError(e, task.Wait(e.ctx))
		_, ok = find()
		require.False(e, ok)
		_, ok, err = e.client.UDFSource(e.ctx, module)
		require.NoError(e, err)
		require.False(e, ok)
		_, err = e.client.RemoveUDF(e.ctx, module)
		require.NoError(e, err, "that there is none is no error")
	})
}

func TestUDFFromAFile(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsModules()
		module := "f" + e.ownSet()
		path := filepath.Join(e.TempDir(), module+".lua")
		require.NoError(e, os.WriteFile(path, []byte(luaSource), 0o600))
		task, err := e.client.PutUDFFile(e.ctx, path)
		require.NoError(e, err)
		require.NoError(e, task.Wait(e.ctx))
		p, err := task.Progress(e.ctx)
		require.NoError(e, err)
		require.Equal(e, 100, p.Percent)
		require.True(e, e.apply(e.key("k"), module, "echo", "x").Equal(types.String("x")))
		_, err = e.client.RemoveUDF(e.ctx, module+".lua")
		require.NoError(e, err)
	})
}

func TestUDFThatDoesNotCompile(t *testing.T) {
	onEach(t, func(e *env) {
		e.needsModules()
		module := "c" + e.ownSet()
		_, err := e.client.PutUDF(e.ctx, module, []byte("function ok() end\nfunction ("))
		require.ErrorIs(e, err, aerospike.ErrUDF)
		var ce *aerospike.UDFCompileError
		require.ErrorAs(e, err, &ce)
		require.Equal(e, module+".lua", ce.File)
		require.Equal(e, 2, ce.Line)
		require.NotEmpty(e, ce.Message)
	})
}

func TestApplyReturnsWhatTheFunctionReturns(t *testing.T) {
	onEach(t, func(e *env) {
		module := e.putModule(luaSource)
		key := e.key("k")
		for _, v := range []any{
			int64(-5), "text", 2.5, []byte{1, 2}, []any{int64(1), "two", []any{}}, map[string]any{"a": int64(1)},
		} {
			want, err := aerospike.ValueOf(v)
			require.NoError(e, err)
			require.Equal(e, want.Any(), e.apply(key, module, "echo", v).Any(), "%T", v)
		}
		require.True(e, e.apply(key, module, "nothing").IsNil())
		require.True(e, e.apply(key, module, "count", 1, "two", 3.0).Equal(types.Int(3)))
		m := e.apply(key, module, "containers")
		l, ok := m.Lookup(types.String("l"))
		require.True(e, ok)
		require.Equal(e, []any{int64(1), "two"}, l.Any())
		e.gone(key)
	})
}

func TestApplyChangesTheRecord(t *testing.T) {
	onEach(t, func(e *env) {
		module := e.putModule(luaSource)
		key := e.key("k")
		require.True(e, e.apply(key, module, "set", "a", 7).Equal(types.Int(7)))
		rec := e.get(key)
		a, err := rec.Int("a")
		require.NoError(e, err)
		require.EqualValues(e, 7, a)

		// A filter that is false keeps the function from being called.
		filter := aerospike.Filter(expr.Gt(expr.IntBin("a"), expr.Int(100)))
		_, err = e.client.Apply(e.ctx, key, module, "set", []any{"a", 8}, filter)
		require.ErrorIs(e, err, aerospike.ErrFilteredOut)
		a, _ = e.get(key).Int("a")
		require.EqualValues(e, 7, a)

		_, err = e.client.Apply(e.ctx, key, module, "set", []any{"a", 9}, aerospike.TTL(time.Hour))
		require.NoError(e, err)
		left, expires := e.get(key).TTL(e.now())
		require.True(e, expires)
		require.InDelta(e, time.Hour.Seconds(), left.Seconds(), 5)
	})
}

func TestApplyFailures(t *testing.T) {
	onEach(t, func(e *env) {
		module := e.putModule(luaSource)
		key := e.key("k")
		_, err := e.client.Apply(e.ctx, key, module, "boom", []any{"as told"})
		require.ErrorIs(e, err, aerospike.ErrUDF)
		require.ErrorIs(e, err, aerospike.ErrServer)
		require.ErrorContains(e, err, "as told", "the text of Lua is part of the error")
		_, err = e.client.Apply(e.ctx, key, module, "no_such_function", nil)
		require.ErrorIs(e, err, aerospike.ErrUDF)
		_, err = e.client.Apply(e.ctx, key, "no-such-module", "echo", nil)
		require.ErrorIs(e, err, aerospike.ErrUDF)
		_, err = e.client.Apply(e.ctx, key, module, "echo", nil, aerospike.CreateOnly)
		require.ErrorIs(e, err, aerospike.ErrInvalidArg)
		_, err = e.client.Apply(e.ctx, key, module, "echo", []any{struct{ x chan int }{}})
		require.ErrorIs(e, err, aerospike.ErrInvalidArg)
	})
}

func TestBatchApply(t *testing.T) {
	onEach(t, func(e *env) {
		module := e.putModule(luaSource)
		for _, n := range sizes {
			keys := e.rowKeys(n)
			e.fillRows(keys)
			for _, res := range e.collect(e.client.BatchApply(e.ctx, keys, module, "set", []any{"a", 7})) {
				require.NoError(e, res.Err)
				require.Equal(e, aerospike.ResultOK, res.Code)
				require.True(e, res.Value().Equal(types.Int(7)), "what the function returned")
				require.False(e, res.InDoubt)
			}
			for i, res := range e.collect(e.client.BatchGet(e.ctx, keys)) {
				a, err := res.Record.Int("a")
				require.NoError(e, err)
				require.EqualValues(e, 7, a)
				at, err := res.Record.Int("n")
				require.NoError(e, err)
				require.EqualValues(e, i, at, "the rest of the record is as before")
			}
			for _, res := range e.collect(e.client.BatchApply(e.ctx, keys, module, "no-such-function", nil)) {
				require.ErrorIs(e, res.Err, aerospike.ErrUDF)
			}
		}
	})
}

// A module is the one that was put, whether ".lua" is added to its name or not.
func TestModulesAreNamedWithOrWithoutTheirExtension(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(5)
		module := e.putModule(luaSource + "\nfunction all(s) return s : map(function(rec) return 1 end) : reduce(function(a, b) return a + b end) end\n")
		for _, name := range []string{module, module + ".lua"} {
			key := aerospike.NewKey(namespace, own, 0)
			require.True(e, e.apply(key, name, "set", "a", name).Equal(types.String(name)))
			for _, n := range []int{1, 3} {
				for _, res := range e.collect(e.client.BatchApply(e.ctx, e.rowKeys(n), name, "exists", nil)) {
					require.NoError(e, res.Err)
				}
			}
			task, err := e.client.ExecuteUDF(e.ctx, query.New(namespace, own), name, "set", []any{"b", name})
			require.NoError(e, err)
			require.NoError(e, task.Wait(e.ctx))
			rec, err := e.client.Get(e.ctx, key)
			require.NoError(e, err)
			b, err := rec.String("b")
			require.NoError(e, err)
			require.Equal(e, name, b)
			src, err := aggregate.Fetch(e.ctx, e.client, []string{name})
			require.NoError(e, err)
			v, _, err := aggregate.One(aggregate.Query(e.ctx, e.client, query.New(namespace, own), aggregate.Function{Source: src, Module: name, Name: "all"}))
			require.NoError(e, err)
			require.True(e, v.Equal(types.Int(5)))
		}
	})
}
