package lua

import (
	"fmt"
	"strings"

	gopher "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// CompileError says where a module is not valid.
type CompileError struct {
	File    string
	Line    int
	Message string
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("[string \"%s\"]:%d: %s", e.File, e.Line, e.Message)
}

// compile turns a text into a function. name is what errors call it, library has the
// names of what is sure to be there.
func compile(name, source string, library map[string]bool) (proto *gopher.FunctionProto, err error) {
	if strings.HasPrefix(source, "#") { // as a script's first line may
		source = "--" + source
	}
	if strings.HasPrefix(source, "\x1b") {
		return nil, &CompileError{name, 0, "attempt to load a binary chunk"}
	}
	// The parser and the compiler panic at some of what they do not take.
	defer func() {
		switch r := recover().(type) {
		case nil:
		case badNumeral:
			proto, err = nil, compilerError(name, source, &gopher.CompileError{Line: int(r), Message: "malformed number"})
		case tooDeep:
			proto, err = nil, &CompileError{name, int(r), "chunk has too many syntax levels"}
		default:
			proto, err = nil, &CompileError{name, 1, fmt.Sprint(r)}
		}
	}()
	chunk, err := parseSource(name, source)
	if err != nil {
		return nil, err
	}
	rewrite(chunk, library)
	proto, err = gopher.Compile(chunk, name)
	if err != nil {
		return nil, compilerError(name, source, err)
	}
	markMethods(proto)
	return proto, nil
}

// parseSource parses a text, without what the interpreter can do without.
func parseSource(name, source string) ([]ast.Stmt, error) {
	read := func(text string) ([]ast.Stmt, error) {
		return parse.Parse(strings.NewReader(translate(text)), name)
	}
	chunk, err := read(source)
	if err == nil {
		return chunk, nil
	}
	consts, line, message, wrong := explain(source)
	if wrong {
		return nil, &CompileError{name, line, message}
	}
	if len(consts) > 0 {
		text := []byte(source)
		for _, c := range consts {
			copy(text[c.from:c.to], strings.Repeat(" ", c.to-c.from))
		}
		if chunk, err = read(string(text)); err == nil {
			return chunk, nil
		}
	}
	return nil, refusal(name, source, err)
}

// refusal is about what only the interpreter's own parser objects to.
func refusal(name, source string, err error) *CompileError {
	fault, ok := err.(*parse.Error)
	if !ok || fault.Pos.Line == parse.EOF {
		return &CompileError{name, 1 + strings.Count(strings.TrimRight(source, "\n"), "\n"), "syntax error near <eof>"}
	}
	return &CompileError{name, fault.Pos.Line, "syntax error near '" + fault.Token + "'"}
}

// compilerError is about what parses and makes no sense, such as a break outside of a
// loop.
func compilerError(name, source string, err error) *CompileError {
	if _, line, message, wrong := explain(source); wrong {
		return &CompileError{name, line, message}
	}
	fault, ok := err.(*gopher.CompileError)
	if !ok {
		return &CompileError{name, 1, err.Error()}
	}
	line, message := min(fault.Line, 1+strings.Count(source, "\n")), fault.Message
	if message == "no loop to break" {
		message = fmt.Sprintf("break outside loop at line %d", line)
	}
	if _, at, ok := strings.Cut(message, "at line "); ok { // not where it was noticed
		if n, ok := parseNumber(at); ok {
			line = int(n.i)
		}
	}
	return &CompileError{name, max(line, 1), message}
}
