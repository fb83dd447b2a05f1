package wire

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// maxInfoLines is how many lines one info body may have. Clients ask a handful
// of commands at a time; the bound keeps a body of bare newlines from growing
// into a slice many times its size.
const maxInfoLines = 1 << 16

// AppendInfo appends a whole info frame that asks for commands, in order. A
// command must not contain a newline: it would be taken for two. Without commands
// nothing is appended, because the server answers an empty body with a legacy
// dump, or drops the connection if more requests follow it (server: thr_info.c,
// service.c).
func AppendInfo(dst []byte, commands ...string) []byte {
	if len(commands) == 0 {
		return dst
	}
	dst, start := BeginFrame(dst, FrameInfo)
	for _, c := range commands {
		dst = append(append(dst, c...), '\n') // the server ignores a command without the newline
	}
	EndFrame(dst, start)
	return dst
}

// ParseInfoCommands splits the body of an info request into its commands, as the
// server does: what follows the last newline is not one, an empty line is. It
// fails if there are more than 65536.
func ParseInfoCommands(body []byte) ([]string, error) {
	body = body[:bytes.LastIndexByte(body, '\n')+1]
	lines, err := countInfoLines(body)
	if err != nil || lines == 0 {
		return nil, err
	}
	return strings.SplitN(string(body[:len(body)-1]), "\n", lines), nil
}

// InfoReply is one line of the reply to an info request.
type InfoReply struct {
	// Command is the command as it was sent. It is empty for a line without a
	// value, such as the one a server sends to a connection that has not logged in.
	Command string
	// Value is the answer, or an error that [InfoError] recognises.
	Value string
}

// AppendInfoReply appends a line to the body of an info reply.
func AppendInfoReply(dst []byte, command, value string) []byte {
	dst = append(append(dst, command...), '\t')
	return append(append(dst, value...), '\n')
}

// ParseInfo splits the body of an info reply. Replies stand in the order of the
// commands. It fails on an empty line and on more than 65536 lines.
func ParseInfo(body []byte) ([]InfoReply, error) {
	lines, err := countInfoLines(body)
	if err != nil || lines == 0 {
		return nil, err
	}
	replies := make([]InfoReply, 0, lines)
	text := string(body) // one allocation, which all replies share
	for len(text) > 0 {
		line, rest, _ := strings.Cut(text, "\n")
		if line == "" {
			return nil, newError(len(body)-len(text), "info reply: empty line")
		}
		text = rest
		if command, value, ok := strings.Cut(line, "\t"); ok {
			replies = append(replies, InfoReply{Command: command, Value: value})
		} else {
			replies = append(replies, InfoReply{Value: line})
		}
	}
	return replies, nil
}

// countInfoLines counts an unterminated last line too.
func countInfoLines(body []byte) (int, error) {
	lines := bytes.Count(body, []byte{'\n'})
	if len(body) > 0 && body[len(body)-1] != '\n' {
		lines++
	}
	if lines > maxInfoLines {
		return 0, newError(0, "info: %d lines, the limit is %d", lines, maxInfoLines)
	}
	return lines, nil
}

// InfoFault is an error that the server answered an info command with.
type InfoFault struct {
	// Code is ResultServerError if the server named none.
	Code ResultCode
	// Message is the server's own text; it may be empty.
	Message string
}

func (e *InfoFault) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("info: %v: %s", e.Code, e.Code.Meaning())
	}
	return fmt.Sprintf("info: %v: %s", e.Code, e.Message)
}

// InfoError returns an [*InfoFault] if value is an error, else nil. In any case of
// letters it knows "ERROR" and "FAIL" followed by an optional ":code" and an
// optional ":message", and "error=message", which the commands for Lua modules
// use. A value that merely begins with these letters, such as that of statistics
// with its failed_best_practices, is none.
func InfoError(value string) error {
	rest, isError := cutPrefixFold(value, "error")
	if !isError {
		var isFail bool
		if rest, isFail = cutPrefixFold(value, "fail"); !isFail {
			return nil
		}
	}
	switch {
	case rest == "":
		return &InfoFault{Code: ResultServerError}
	case rest[0] == ' ', rest[0] == '=' && isError:
		return &InfoFault{Code: ResultServerError, Message: rest[1:]}
	case rest[0] != ':':
		return nil
	}
	code, message, _ := strings.Cut(rest[1:], ":")
	if code == "" { // the server leaves out code 1
		return &InfoFault{Code: ResultServerError, Message: message}
	}
	n, err := strconv.ParseUint(code, 10, 8)
	if err != nil || n == 0 { // no code, the message itself has a colon
		return &InfoFault{Code: ResultServerError, Message: rest[1:]}
	}
	return &InfoFault{Code: ResultCode(n), Message: message}
}

func cutPrefixFold(s, prefix string) (rest string, ok bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
