package text

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error tells what is wrong with a text and where.
type Error struct {
	Line, Column int    // from 1; columns are characters
	What         string // what was expected or is wrong
	Near         string // the text there, cut; empty at the end
}

func (e *Error) Error() string {
	near := "at the end"
	if e.Near != "" {
		near = fmt.Sprintf("near %q", e.Near)
	}
	return fmt.Sprintf("line %d, column %d: %s, %s", e.Line, e.Column, e.What, near)
}

// newError describes a fault at an offset of src.
func newError(src string, at int, format string, args ...any) *Error {
	at = min(at, len(src))
	before := src[:at]
	line := strings.LastIndexByte(before, '\n') + 1
	return &Error{
		Line:   1 + strings.Count(before, "\n"),
		Column: 1 + utf8.RuneCountInString(before[line:]),
		What:   fmt.Sprintf(format, args...),
		Near:   excerpt(src[at:]),
	}
}

// excerpt cuts what follows a fault to a few characters of one line.
func excerpt(s string) string {
	const limit = 16
	n := 0
	for i, r := range s {
		if n == limit {
			return s[:i] + "…"
		}
		if r == '\n' && i > 0 {
			return s[:i]
		}
		n++
	}
	return s
}
