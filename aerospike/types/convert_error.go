package types

import (
	"fmt"
	"strconv"
	"strings"
)

// convertError tells where in a nested value the fault lies. Its text holds types and indexes,
// but neither values nor keys of maps, which are data as well. For it errors.Is(err, ErrInvalidArg) holds.
type convertError struct {
	path string // such as [3][value]; empty for the value itself
	what string
}

func (e *convertError) Error() string {
	if e.path == "" {
		return "invalid argument: " + e.what
	}
	return "invalid argument: value" + e.path + ": " + e.what
}

func (e *convertError) Unwrap() error { return ErrInvalidArg }

func refuse(format string, args ...any) error {
	return &convertError{what: fmt.Sprintf(format, args...)}
}

// inside adds the step that led to a fault, from the inside out.
func inside(step string, err error) error {
	switch e := err.(type) {
	case *convertError:
		return &convertError{path: step + e.path, what: e.what}
	case *FieldError:
		return &FieldError{Type: e.Type, Field: joinPath(step, e.Field), Bin: e.Bin, Err: e.Err}
	}
	return fmt.Errorf("%s: %w", step, err)
}

func joinPath(outer, inner string) string {
	if strings.HasPrefix(inner, "[") {
		return outer + inner
	}
	return outer + "." + inner
}

func atIndex(i int, err error) error { return inside("["+strconv.Itoa(i)+"]", err) }

// atValue is for a fault in the value of some key of a map.
func atValue(err error) error { return inside("[value]", err) }
