package types

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"time"
)

// Error is the failure of one call, or of one key of a batch. It is built once and
// not changed afterwards.
//
// Callers compare with errors.Is and a sentinel, such as [ErrRecordNotFound] or its
// category [ErrRecord], and reach the details with errors.As. What a context or the
// network reported is found by errors.Is as well.
type Error struct {
	// Op names the call, for example "get".
	Op string
	// Namespace and Set are those of the key or statement; empty where there is none.
	Namespace, Set string
	// Node is the node asked last; empty if none was.
	Node string
	// Code is the server's verdict; ResultOK if the client gave up without one.
	Code ResultCode
	// Attempts lists each try, the first one first. It is empty if none was made.
	Attempts []Attempt
	// InDoubt says that a write may have been applied although the call failed.
	InDoubt bool
	// Err is the cause; nil if Code says it all.
	Err error
}

// Attempt is one try of a call.
type Attempt struct {
	Node  string        // the node asked; empty if none could be chosen
	Start time.Time     //
	Took  time.Duration //
	Sent  bool          // whether any of the request may have left the client
	Err   error         // nil if the attempt brought a verdict of the server
}

// Error returns one line: operation, namespace and set, node, cause, attempts. It
// never holds keys, bin values or passwords.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("aerospike: ")
	if e.Op != "" {
		b.WriteString(e.Op)
	} else {
		b.WriteString("call")
	}
	if e.Namespace != "" {
		b.WriteString(" " + e.Namespace)
		if e.Set != "" {
			b.WriteString("/" + e.Set)
		}
	}
	if e.Node != "" {
		b.WriteString(" on " + e.Node)
	}
	b.WriteString(": " + e.cause())
	if n := len(e.Attempts); n > 1 {
		b.WriteString(" after " + strconv.Itoa(n) + " attempts")
	}
	if e.InDoubt {
		b.WriteString(" [in doubt]")
	}
	return b.String()
}

func (e *Error) cause() string {
	var parts []string
	if e.Code != ResultOK {
		parts = append(parts, e.Code.Meaning()+" ("+e.Code.String()+", code "+strconv.Itoa(int(e.Code))+")")
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if len(parts) == 0 {
		return "unknown cause"
	}
	return strings.ReplaceAll(strings.Join(parts, ": "), "\n", "; ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the sentinel of the result code or one of its
// categories. A deadline that passed is an [ErrTimeout] too.
func (e *Error) Is(target error) bool {
	if s := sentinelOf(e.Code); s != nil && errors.Is(s, target) {
		return true
	}
	return target == ErrTimeout &&
		(errors.Is(e.Err, context.DeadlineExceeded) || errors.Is(e.Err, os.ErrDeadlineExceeded))
}

// InDoubt reports whether err, or an error that it wraps or joins, is a write that
// may have been applied all the same.
func InDoubt(err error) bool {
	return anyError(err, func(e *Error) bool { return e.InDoubt })
}

// CodeOf returns the server's verdict from the first [*Error] in err that has one.
func CodeOf(err error) (code ResultCode, ok bool) {
	ok = anyError(err, func(e *Error) bool {
		code = e.Code
		return code != ResultOK
	})
	return code, ok
}

// Retryable reports whether the cause of err is temporary, so that the same call may
// succeed if made again. It does not say that repeating is safe: for a write ask
// [InDoubt] as well. A call that was cancelled is not retryable; one whose deadline
// passed is, with a new deadline. Of joined errors none may be permanent.
func Retryable(err error) bool { return judge(err) == temporary }

// anyError walks over err and all that it wraps or joins until found returns true.
func anyError(err error, found func(*Error) bool) bool {
	for err != nil {
		if e, ok := err.(*Error); ok && found(e) {
			return true
		}
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			err = u.Unwrap()
		case interface{ Unwrap() []error }:
			for _, sub := range u.Unwrap() {
				if anyError(sub, found) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// judge finds the verdict of err. What the server said counts more than its cause;
// among several wrapped errors a permanent one outweighs the temporary ones.
func judge(err error) verdict {
	switch {
	case err == nil:
		return unknown
	case err == context.Canceled:
		return permanent
	case err == context.DeadlineExceeded, err == os.ErrDeadlineExceeded:
		return temporary
	}
	switch e := err.(type) {
	case *Error:
		if e.Code != ResultOK {
			return verdictOf(e.Code)
		}
	case *sentinel:
		return e.verdict
	}
	switch u := err.(type) {
	case interface{ Unwrap() error }:
		return judge(u.Unwrap())
	case interface{ Unwrap() []error }:
		sum := unknown
		for _, sub := range u.Unwrap() {
			sum = max(sum, judge(sub))
		}
		return sum
	}
	return unknown
}
