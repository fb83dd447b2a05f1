package aggregate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/internal/lua"
)

const extension = ".lua"

// Source is the Lua modules that the client's part of aggregations may use. It is not
// changed, and may be used by any number of aggregations at the same time.
type Source struct{ modules *lua.Modules }

// Level is how important a message of a script is.
type Level int64

// The levels of the functions warn, info, debug and trace.
const (
	LevelWarn  Level = 1
	LevelInfo  Level = 2
	LevelDebug Level = 3
	LevelTrace Level = 4
)

// SourceOption is an option of [Compile] and the functions like it.
type SourceOption func(*lua.Config)

// Log hands on what scripts log on the client, which is lost otherwise. log is called
// from the goroutines that aggregate, several at the same time.
func Log(log func(level Level, message string)) SourceOption {
	return func(c *lua.Config) {
		c.Log = func(level int64, message string) { log(Level(level), message) }
	}
}

// CompileError says where the text of a module is not valid. errors.Is(err, ErrUDF) and
// errors.Is(err, ErrInvalidArg) hold for it.
type CompileError struct {
	Module  string
	Line    int // 0 if it is not known
	Message string
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("%s%s:%d: %s", e.Module, extension, e.Line, e.Message)
}

// Is makes the error one of [types.ErrUDF] and [types.ErrInvalidArg].
func (e *CompileError) Is(target error) bool {
	return target == types.ErrUDF || target == types.ErrInvalidArg
}

// Compile makes a source of the texts of modules, by their names, with or without
// ".lua". Those that a module requires must be among them. A text that is not valid is a
// [*CompileError].
func Compile(modules map[string]string, opts ...SourceOption) (*Source, error) {
	var config lua.Config
	for _, opt := range opts {
		opt(&config)
	}
	src := &Source{modules: lua.NewModules(config)}
	for name, text := range modules {
		name = strings.TrimSuffix(name, extension)
		if name == "" {
			return nil, fmt.Errorf("%w: the name of a module is empty", types.ErrInvalidArg)
		}
		err := src.modules.Load(name+extension, []byte(text))
		if fault, ok := errors.AsType[*lua.CompileError](err); ok {
			return nil, &CompileError{Module: name, Line: fault.Line, Message: fault.Message}
		}
		if err != nil {
			return nil, fmt.Errorf("module %s: %w", name, err)
		}
	}
	return src, nil
}

// ReadFiles makes a source of files. A module has the name of its file without ".lua".
func ReadFiles(paths []string, opts ...SourceOption) (*Source, error) {
	modules := make(map[string]string, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", types.ErrInvalidArg, err)
		}
		modules[filepath.Base(path)] = string(text)
	}
	return Compile(modules, opts...)
}

// Fetcher reads the text of registered modules: a client of package aerospike.
type Fetcher interface {
	UDFSource(ctx context.Context, name string) (source []byte, ok bool, err error)
}

// Fetch makes a source of modules that the servers have, so that both sides surely run
// the same. Name those that they require as well. A module that is not registered is an
// error.
func Fetch(ctx context.Context, client Fetcher, names []string, opts ...SourceOption) (*Source, error) {
	modules := make(map[string]string, len(names))
	for _, name := range names {
		text, ok, err := client.UDFSource(ctx, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("%w: the servers have no module %s", types.ErrInvalidArg, name)
		}
		modules[name] = string(text)
	}
	return Compile(modules, opts...)
}
