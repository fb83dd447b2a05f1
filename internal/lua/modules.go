package lua

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	gopher "github.com/yuin/gopher-lua"
)

// module is a registered module. It is not changed.
type module struct {
	file    string // name.lua
	content string // base64, as it was sent
	source  string
	proto   *gopher.FunctionProto
}

// Config is what a registry is made of. Its zero value is fine for a client.
type Config struct {
	// Folder is what errors put before the names of modules.
	Folder string
	// Log receives what scripts log, with the level, 0 to 4. It may be nil, and must be
	// safe for concurrent use.
	Log func(level int64, message string)
	// Order is needed where functions change records.
	Order Order
}

// Order compares two values in msgpack; the items of an ordered list are stored in it.
type Order func(a, b []byte) int

// Modules is a registry of modules: those of a server, which all its nodes share, or
// those that a client has. Its methods are safe for concurrent use.
type Modules struct {
	mu     sync.Mutex
	byFile map[string]*module
	order  []string              // the files, in the order in which they were first put
	idle   map[string][]*machine // by the name without .lua; machines that hold no record
	age    int                   // grows with every change, so that old machines go
	config Config
	names  map[string]bool // what is in the libraries
}

// maxIdle is how many machines are kept for a module.
const maxIdle = 8

// NewModules returns an empty registry.
func NewModules(c Config) *Modules {
	return &Modules{byFile: map[string]*module{}, idle: map[string][]*machine{}, config: c, names: knownNames()}
}

// Put registers a module, replacing one of the same name. content is the source in
// base64, which the caller has decoded into source. The source must compile, and run
// without an error; a *[CompileError] says where it does not.
func (s *Modules) Put(file, content string, source []byte) error {
	mod, err := s.prepare(file, content, string(source))
	if err != nil {
		return err
	}
	s.add(mod)
	return nil
}

// Load makes a module known as Put does, but does not run it, so that those that it
// requires may come later.
func (s *Modules) Load(file string, source []byte) error {
	proto, err := compile(s.chunkName(file), string(source), s.names)
	if err != nil {
		return err
	}
	s.add(&module{file: file, source: string(source), proto: proto})
	return nil
}

func (s *Modules) add(mod *module) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byFile[mod.file] == nil {
		s.order = append(s.order, mod.file)
	}
	s.byFile[mod.file] = mod
	s.renew()
}

// prepare compiles a module and runs it once.
func (s *Modules) prepare(file, content, source string) (*module, error) {
	proto, err := compile(file, source, s.names)
	if err != nil {
		return nil, err
	}
	m, err := newMachine(s.find, s.names)
	if err != nil {
		return nil, err
	}
	defer m.state.Close()
	m.budget.start(Limits{Deadline: time.Now().Add(validateTime)})
	if _, failure := m.call(m.state.NewFunctionFromProto(proto)); failure != nil {
		return nil, runError(file, failureText(failure))
	}
	if proto, err = compile(s.chunkName(file), source, s.names); err != nil {
		return nil, err
	}
	return &module{file: file, content: content, source: source, proto: proto}, nil
}

// validateTime is how long a module may run when it is registered.
const validateTime = time.Second

// chunkName is what errors call a module's file: all of its path, or the end of it if
// that is too long.
func (s *Modules) chunkName(file string) string {
	const longest = 59
	path := s.config.Folder + file
	if len(path) > longest {
		path = "..." + path[len(path)-(longest-3):]
	}
	return path
}

// runError takes the place out of a message.
func runError(file, message string) *CompileError {
	e := &CompileError{File: file, Line: 0, Message: message}
	if rest, ok := strings.CutPrefix(message, file+":"); ok {
		if line, text, ok := strings.Cut(rest, ": "); ok {
			if n, ok := parseNumber(line); ok {
				e.Line, e.Message = int(n.i), text
			}
		}
	}
	return e
}

// Remove removes a module. It is no error if there is none.
func (s *Modules) Remove(file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byFile, file)
	s.order = slices.DeleteFunc(s.order, func(name string) bool { return name == file })
	s.renew()
}

// ClearCache makes every module be loaded anew.
func (s *Modules) ClearCache() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.renew()
}

// renew forgets the machines, which have old modules in them. mu is held.
func (s *Modules) renew() {
	for _, machines := range s.idle {
		for _, m := range machines {
			m.state.Close()
		}
	}
	s.idle = map[string][]*machine{}
	s.age++
}

// Info is what is told of a module.
type Info struct {
	File string
	Hash string // SHA-1, hexadecimal, of the form in which the real server keeps it
}

// List returns the modules in the order in which they were first put.
func (s *Modules) List() []Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Info
	for _, file := range s.order {
		mod := s.byFile[file]
		stored := `{"content64": "` + mod.content + `", "type": "LUA", "name": "` + mod.file + `"}`
		sum := sha1.Sum([]byte(stored))
		all = append(all, Info{File: file, Hash: hex.EncodeToString(sum[:])})
	}
	return all
}

// Source returns a module's source in base64, and whether there is such a module.
func (s *Modules) Source(file string) (content string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mod := s.byFile[file]
	if mod == nil {
		return "", false
	}
	return base64.StdEncoding.EncodeToString([]byte(mod.source)), true
}

// Has reports whether there is a module, which is named without .lua.
func (s *Modules) Has(name string) bool { return s.find(name) != nil }

// find returns the module that a call names, nil if there is none.
func (s *Modules) find(name string) *module {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byFile[name+".lua"]
}

// acquire returns a machine that has run the module, or nil and why not.
func (s *Modules) acquire(name string, limits Limits) (m *machine, age int, failure string) {
	s.mu.Lock()
	age = s.age
	if n := len(s.idle[name]); n > 0 {
		m = s.idle[name][n-1]
		s.idle[name] = s.idle[name][:n-1]
	}
	mod := s.byFile[name+".lua"]
	s.mu.Unlock()
	if m != nil {
		m.budget.start(limits)
		return m, age, ""
	}
	if mod == nil {
		return nil, age, "there is no such module"
	}
	m, err := newMachine(s.find, s.names)
	if err != nil {
		return nil, age, err.Error()
	}
	m.log, m.order = s.config.Log, s.config.Order
	m.budget.start(limits)
	if _, fault := m.call(m.state.NewFunctionFromProto(mod.proto), gopher.LString(name)); fault != nil {
		m.state.Close()
		return nil, age, failureText(fault)
	}
	return m, age, ""
}

// release keeps a machine for the next call, unless it is out of date or holds much.
func (s *Modules) release(name string, m *machine, age int) {
	const much = 1 << 20
	heavy := m.budget.over || m.budget.used() > much
	s.mu.Lock()
	defer s.mu.Unlock()
	if heavy || age != s.age || len(s.idle[name]) >= maxIdle {
		m.state.Close()
		return
	}
	s.idle[name] = append(s.idle[name], m)
}
