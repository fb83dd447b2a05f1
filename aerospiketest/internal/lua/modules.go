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

// Folder is where the real server keeps modules; errors name it.
const Folder = "/opt/aerospike/usr/udf/lua/"

// module is a registered module. It is not changed.
type module struct {
	file    string // name.lua
	content string // base64, as it was sent
	source  string
	proto   *gopher.FunctionProto
}

// Modules are the modules that all nodes of a server share. Its methods are safe for
// concurrent use.
type Modules struct {
	mu     sync.Mutex
	byFile map[string]*module
	order  []string              // the files, in the order in which they were first put
	idle   map[string][]*machine // by the name without .lua; machines that hold no record
	age    int                   // grows with every change, so that old machines go
	log    func(level int64, message string)
	names  map[string]bool // what is in the libraries
}

// maxIdle is how many machines are kept for a module.
const maxIdle = 8

// NewModules returns an empty registry. log receives what scripts log, with the
// level, 0 to 4, and may be nil; it must be safe for concurrent use.
func NewModules(log func(level int64, message string)) *Modules {
	return &Modules{byFile: map[string]*module{}, idle: map[string][]*machine{}, log: log, names: knownNames()}
}

// Put registers a module, replacing one of the same name. content is the source in
// base64, which the caller has decoded into source. The source must compile, and run
// without an error; a *[CompileError] says where it does not.
func (s *Modules) Put(file, content string, source []byte) error {
	mod, err := s.prepare(file, content, string(source))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byFile[file] == nil {
		s.order = append(s.order, file)
	}
	s.byFile[file] = mod
	s.renew()
	return nil
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
	if proto, err = compile(chunkName(file), source, s.names); err != nil {
		return nil, err
	}
	return &module{file: file, content: content, source: source, proto: proto}, nil
}

// validateTime is how long a module may run when it is registered.
const validateTime = time.Second

// chunkName is what errors call a module's file: all of its path, or the end of it if
// that is too long.
func chunkName(file string) string {
	const longest = 59
	path := Folder + file
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

// find returns the module that a call names, nil if there is none.
func (s *Modules) find(name string) *module {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byFile[name+".lua"]
}

// acquire returns a machine that has run the module, or nil if there is no such
// module or it fails.
func (s *Modules) acquire(name string, limits Limits) (m *machine, age int) {
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
		return m, age
	}
	if mod == nil {
		return nil, age
	}
	m, err := newMachine(s.find, s.names)
	if err != nil {
		return nil, age
	}
	m.log = s.log
	m.budget.start(limits)
	if _, failure := m.call(m.state.NewFunctionFromProto(mod.proto), gopher.LString(name)); failure != nil {
		m.state.Close()
		return nil, age
	}
	return m, age
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
