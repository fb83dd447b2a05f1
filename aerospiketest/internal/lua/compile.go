package lua

import (
	"fmt"
	"strings"

	gopher "github.com/yuin/gopher-lua"
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
	source = markFloorDivision(source)
	// The parser and the compiler panic at some of what they do not take.
	defer func() {
		switch r := recover().(type) {
		case nil:
		case tooDeep:
			proto, err = nil, &CompileError{name, int(r), "chunk has too many syntax levels"}
		default:
			proto, err = nil, &CompileError{name, 1, fmt.Sprint(r)}
		}
	}()
	chunk, err := parse.Parse(strings.NewReader(source), name)
	if err != nil {
		return nil, syntaxError(name, source, err)
	}
	rewrite(chunk, library)
	proto, err = gopher.Compile(chunk, name)
	if err != nil {
		return nil, compilerError(name, err)
	}
	return proto, nil
}

// syntaxError puts the parser's complaint into the server's words.
func syntaxError(name, source string, err error) *CompileError {
	fault, ok := err.(*parse.Error)
	if !ok {
		return &CompileError{name, 1, "syntax error"}
	}
	line := fault.Pos.Line
	switch {
	case line == parse.EOF:
		line = 1 + strings.Count(strings.TrimRight(source, "\n"), "\n")
		return &CompileError{name, line, "syntax error near <eof>"}
	case strings.Contains(fault.Message, "unterminated string"):
		return &CompileError{name, line, "unfinished string near '" + fault.Token + "'"}
	}
	return &CompileError{name, line, "syntax error near '" + fault.Token + "'"}
}

// compilerError is about what parses and makes no sense, such as a break outside of a
// loop.
func compilerError(name string, err error) *CompileError {
	fault, ok := err.(*gopher.CompileError)
	if !ok {
		return &CompileError{name, 1, err.Error()}
	}
	line, message := fault.Line, fault.Message
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
