package pool

import (
	"errors"
	"fmt"
)

// Causes of a failed call that callers branch on; find them with errors.Is.
// Others are the context's error and the network's.
var (
	ErrClosed     = errors.New("pool is closed")
	ErrOverloaded = errors.New("too many calls are waiting for a connection")
	ErrTimeout    = errors.New("attempt timed out")
	ErrDial       = errors.New("no connection to the node")
	ErrStalled    = errors.New("connection stopped answering")
	ErrProtocol   = errors.New("peer broke the protocol")
	ErrIdle       = errors.New("connection was idle")
	ErrInternal   = errors.New("internal error")
)

// dialError is one that the user's Dial has made, or wraps.
type dialError struct{ err error }

func (e *dialError) Error() string        { return e.err.Error() }
func (e *dialError) Unwrap() error        { return e.err }
func (e *dialError) Is(target error) bool { return target == ErrDial }

// OfProgram marks the words as the program's own, which are not for logs: they may tell how to
// get through a proxy.
func (e *dialError) OfProgram() {}

var errUnasked = fmt.Errorf("%w: a reply to no request", ErrProtocol)

// errLoggedOut is why a connection is replaced when the server no longer accepts its
// login. It closes no connection that has calls, so nobody gets to see it.
var errLoggedOut = errors.New("server no longer accepts the connection's login")

// Error is what Do returns. It is not changed after it has been returned.
type Error struct {
	// Sent tells whether the whole request may have reached the server. If it is
	// false the server has not executed the command and will not.
	Sent bool
	Err  error
}

func (e *Error) Error() string {
	if e.Sent {
		return e.Err.Error() + " (request was sent)"
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// Sent reports whether the request behind err may have reached the server.
func Sent(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Sent
}

func notSent(err error) error { return &Error{Err: err} }

// because joins one of the causes above with the error that led to it, so that
// errors.Is finds both.
func because(cause, err error) error { return fmt.Errorf("%w: %w", cause, err) }
