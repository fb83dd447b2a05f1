package lua

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// machine is an interpreter with everything that scripts may use. One goroutine at a
// time uses it.
type machine struct {
	state   *gopher.LState
	budget  *budget
	numbers map[string]gopher.LValue          // numerals, parsed
	keys    map[any]*gopher.LUserData         // boxes that are keys of tables
	classes map[string]*gopher.LTable         // metatables of userdata
	loaded  map[string]gopher.LValue          // what required modules returned
	load    func(name string) *module         // finds a registered module
	names   map[string]bool                   // what is in the libraries
	log     func(level int64, message string) // receives what scripts log; may be nil
	order   Order                             // of the items of lists in records
}

// Bounds on what a call of a function can nest and hold.
const (
	maxCalls     = 4 << 10 // calls within calls; an error costs the interpreter their square
	maxRegisters = 1 << 20 // locals and temporary values
)

func newMachine(load func(string) *module, names map[string]bool) (*machine, error) {
	m := &machine{
		state: gopher.NewState(gopher.Options{
			SkipOpenLibs:        true,
			CallStackSize:       maxCalls,
			MinimizeStackMemory: true,
			RegistrySize:        512,
			RegistryMaxSize:     maxRegisters,
			RegistryGrowStep:    8 << 10,
		}),
		budget:  newBudget(),
		numbers: map[string]gopher.LValue{},
		keys:    map[any]*gopher.LUserData{},
		classes: map[string]*gopher.LTable{},
		loaded:  map[string]gopher.LValue{},
		load:    load,
		names:   names,
	}
	m.budget.start(Limits{})
	m.budget.caller = func() string { return where(m.state, 1) }
	m.state.SetContext(m.budget)
	return m, m.protect(func() { m.open() })
}

// open installs the libraries.
func (m *machine) open() {
	m.openBase()
	m.register("", operators())
	m.register("", baseFunctions)
	for name, functions := range libraries {
		m.register(name, functions)
	}
	for name, methods := range classMethods {
		table := m.state.NewTable()
		m.fill(table, methods)
		m.classes[name] = table
	}
	m.openMath()
	m.openCallable()
	m.openAerospike()
	m.openStreamOps()
	texts := m.state.NewTable()
	texts.RawSetString("__index", m.state.GetGlobal("string"))
	m.state.SetMetatable(gopher.LString(""), texts)
}

// libraries has what is in global tables.
var libraries = map[string]map[string]native{
	"string": stringFunctions, "table": tableFunctions, "math": mathFunctions, "os": osFunctions,
	"list": listFunctions, "map": mapFunctions, "bytes": bytesFunctions, "geojson": {},
	"record": recordFunctions, "iterator": iteratorFunctions, "stream": streamFunctions,
}

// classMethods has what userdata does when indexed, measured or shown.
var classMethods = map[string]map[string]native{
	"List": listMethods, "Map": mapMethods, "Bytes": bytesMethods, "GeoJSON": geoMethods, "Record": recordMethods,
	"Iterator": {}, "Stream": streamMethods, "Aerospike": {}, "StreamOps": {},
}

// knownNames returns every name in the libraries, for the rewriter.
func knownNames() map[string]bool {
	all := map[string]bool{}
	for _, name := range gopherBase {
		all[name] = true
	}
	for name := range baseFunctions {
		all[name] = true
	}
	for table, functions := range libraries {
		all[table] = true
		for name := range functions {
			all[table+"."+name] = true
		}
	}
	return all
}

// native is a function in Go that scripts call. It returns its results.
type native func(c *args) []gopher.LValue

// register makes functions known in a global table, or globally if name is empty.
func (m *machine) register(name string, functions map[string]native) {
	table := m.state.G.Global
	if name != "" {
		table = m.state.NewTable()
		m.state.SetGlobal(name, table)
	}
	m.fill(table, functions)
}

func (m *machine) fill(table *gopher.LTable, functions map[string]native) {
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		table.RawSetString(name, m.function(name, functions[name]))
	}
}

// function wraps a function in Go.
func (m *machine) function(name string, f native) *gopher.LFunction {
	return m.state.NewFunction(func(l *gopher.LState) int {
		results := f(&args{m: m, l: l, name: name})
		for _, v := range results {
			l.Push(v)
		}
		return len(results)
	})
}

// openCallable makes list(), map(), bytes() and geojson() make such values.
func (m *machine) openCallable() {
	for name, f := range map[string]native{
		"list": listOf, "map": mapOf, "bytes": bytesOf, "geojson": geoOf,
	} {
		table := m.state.NewTable()
		table.RawSetString("__call", m.function(name, f))
		table.RawSetString("__metatable", m.state.GetGlobal(name))
		m.state.SetMetatable(m.state.GetGlobal(name), table)
	}
}

// protect runs f, which may raise an error of Lua.
func (m *machine) protect(f func()) error {
	run := m.state.NewFunction(func(*gopher.LState) int { f(); return 0 })
	m.state.Push(run)
	return m.state.PCall(0, 0, nil)
}

// call calls a function and returns its first result. failure is the error's value
// if it raised one.
func (m *machine) call(f gopher.LValue, arguments ...gopher.LValue) (result, failure gopher.LValue) {
	m.state.SetTop(0)
	m.state.Push(f)
	for _, v := range arguments {
		m.state.Push(v)
	}
	if err := m.state.PCall(len(arguments), 1, nil); err != nil {
		m.state.SetTop(0)
		return gopher.LNil, errorValue(err)
	}
	result = m.state.Get(-1)
	m.state.SetTop(0)
	return result, nil
}

// errorValue returns what a script raised.
func errorValue(err error) gopher.LValue {
	raised, ok := err.(*gopher.ApiError)
	if !ok || raised.Object == nil {
		return gopher.LString(err.Error())
	}
	if s, ok := raised.Object.(gopher.LString); ok {
		if strings.Contains(string(s), "callstack overflow") {
			return gopher.LString("stack overflow")
		}
		if _, own, ok := strings.Cut(string(s), placeMark); ok && strings.HasSuffix(own, textTimeout) {
			return gopher.LString(own)
		}
	}
	return raised.Object
}

// where returns the place in a script from which level functions lead here, as errors
// have it in front; empty for none.
func where(l *gopher.LState, level int) string {
	dbg, ok := l.GetStack(level)
	if !ok {
		return ""
	}
	if _, err := l.GetInfo("Sl", dbg, gopher.LNil); err != nil || dbg.CurrentLine <= 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", dbg.Source, dbg.CurrentLine)
}

// raise raises an error at the place where a script called the function in Go.
func raise(l *gopher.LState, format string, values ...any) {
	l.Error(gopher.LString(where(l, 1)+fmt.Sprintf(format, values...)), 0)
}

// take counts memory and raises an error if there is none left.
func (m *machine) take(n int) {
	if !m.budget.take(int64(n)) {
		m.state.Error(gopher.LString(textNoMemory), 0)
	}
}

// work counts n instructions' worth of work and raises an error if time is up.
func (m *machine) work(n int) {
	if !m.budget.step(n) {
		raise(m.state, "%s", textTimeout)
	}
}
