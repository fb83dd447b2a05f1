package types

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var categories = map[string]error{
	"client": ErrClient, "cluster": ErrCluster, "invalid": ErrInvalidArg, "timeout": ErrTimeout, "record": ErrRecord,
	"server": ErrServer, "index": ErrIndex, "query": ErrQuery, "admin": ErrAdmin, "udf": ErrUDF, "transaction": ErrTransaction,
}

// categoriesOf is the tree as a caller sees it, written down apart from the code.
func categoriesOf(code int) []string {
	switch code {
	case 0:
		return nil
	case 2, 3, 5, 6, 12, 13, 17, 21, 23, 24, 27:
		return []string{"record"}
	case 9:
		return []string{"server", "timeout"}
	case 15, 210, 211, 213, 214, 215, 216, 217, 218, 219:
		return []string{"server", "query"}
	case 212:
		return []string{"server", "query", "timeout"}
	case 100:
		return []string{"server", "udf"}
	}
	switch {
	case code >= 50 && code <= 99:
		return []string{"server", "admin"}
	case code >= 120 && code <= 127:
		return []string{"server", "transaction"}
	case code >= 200 && code <= 209:
		return []string{"server", "index"}
	}
	return []string{"server"}
}

// wraps are the ways in which an error reaches a caller.
func wraps(err error) map[string]error {
	return map[string]error{
		"bare":         err,
		"%w":           fmt.Errorf("loading user: %w", err),
		"twice":        fmt.Errorf("a: %w", fmt.Errorf("b: %w", err)),
		"%w with more": fmt.Errorf("%w: %w", io.EOF, err),
		"joined":       errors.Join(nil, io.EOF, err),
	}
}

func TestEveryCodeMatchesItsSentinelAndCategories(t *testing.T) {
	for code := range 256 {
		err := error(&Error{Op: "get", Code: ResultCode(code), Err: io.ErrUnexpectedEOF})
		want := map[string]bool{}
		for _, c := range categoriesOf(code) {
			want[c] = true
		}
		for how, wrapped := range wraps(err) {
			for name, category := range categories {
				require.Equal(t, want[name], errors.Is(wrapped, category), "code %d, %s, %s", code, how, name)
			}
			for c, sentinel := range sentinels {
				same := int(c) == code || sentinels[ResultCode(code)] == sentinel || sentinel == ErrUDF && want["udf"]
				require.Equal(t, same, errors.Is(wrapped, sentinel), "code %d, %s, sentinel of %v", code, how, c)
			}
			require.ErrorIs(t, wrapped, io.ErrUnexpectedEOF, "the cause stays reachable")
			var e *Error
			require.ErrorAs(t, wrapped, &e)
			require.Equal(t, ResultCode(code), e.Code)

			got, ok := CodeOf(wrapped)
			require.Equal(t, code != 0, ok)
			require.Equal(t, ResultCode(code), got)
		}
	}
}

func TestEveryKnownCodeOfTheSeedHasASentinel(t *testing.T) {
	// The codes for which aerospike-py raises a class of its own.
	for _, code := range []ResultCode{2, 3, 5, 6, 9, 12, 13, 15, 17, 21, 27, 100, 200, 201, 210} {
		require.Contains(t, sentinels, code)
	}
	for code := range sentinels {
		require.True(t, code.Known(), "%d", code)
	}
}

func TestSentinelsMatchTheirCategoriesBare(t *testing.T) {
	cases := []struct {
		err  error
		is   []error
		isnt []error
	}{
		{ErrRecordNotFound, []error{ErrRecordNotFound, ErrRecord}, []error{ErrServer, ErrRecordExists, ErrClient}},
		{ErrClosed, []error{ErrClient}, []error{ErrCluster, ErrTimeout}},
		{ErrOverloaded, []error{ErrClient}, []error{ErrCluster, ErrDeviceOverload}},
		{ErrConnection, []error{ErrCluster}, []error{ErrClient, ErrNoNode}},
		{ErrNoNode, []error{ErrCluster}, []error{ErrNodeDown}},
		{ErrCircuitOpen, []error{ErrCluster}, nil},
		{ErrServerTimeout, []error{ErrTimeout, ErrServer}, []error{ErrQuery}},
		{ErrQueryTimeout, []error{ErrTimeout, ErrQuery, ErrServer}, []error{ErrServerTimeout}},
		{ErrIndexNotFound, []error{ErrIndex, ErrServer}, []error{ErrAdmin}},
		{ErrQuotaExceeded, []error{ErrAdmin, ErrServer}, nil},
		{ErrUDF, []error{ErrServer}, []error{ErrQuery}},
	}
	for _, c := range cases {
		for _, target := range c.is {
			require.ErrorIs(t, fmt.Errorf("x: %w", c.err), target)
		}
		for _, target := range c.isnt {
			require.NotErrorIs(t, c.err, target)
		}
	}
}

func TestErrorUnwrapsToTheContext(t *testing.T) {
	ctx, cancel := context.WithDeadlineCause(context.Background(), time.Now().Add(-time.Second), errors.New("too slow"))
	defer cancel()
	deadline := &Error{Op: "get", Err: fmt.Errorf("waiting for a reply: %w: %w", ctx.Err(), context.Cause(ctx))}
	require.ErrorIs(t, deadline, context.DeadlineExceeded)
	require.ErrorIs(t, deadline, ErrTimeout)
	require.ErrorContains(t, deadline, "too slow")

	canceled := &Error{Op: "get", Err: fmt.Errorf("waiting: %w", context.Canceled)}
	require.ErrorIs(t, canceled, context.Canceled)
	require.NotErrorIs(t, canceled, ErrTimeout)

	socket := &Error{Op: "get", Err: fmt.Errorf("%w: %w", ErrConnection, os.ErrDeadlineExceeded)}
	require.ErrorIs(t, socket, ErrTimeout)
	require.ErrorIs(t, socket, ErrCluster)
	require.NotErrorIs(t, &Error{Op: "get"}, ErrTimeout)
}

func TestErrorIsOneLine(t *testing.T) {
	cases := map[string]*Error{
		"aerospike: get test/users on 10.0.0.1:3000: record not found (NOT_FOUND, code 2)": {
			Op: "get", Namespace: "test", Set: "users", Node: "10.0.0.1:3000", Code: ResultNotFound,
			Attempts: []Attempt{{Sent: true}},
		},
		"aerospike: put test on n1: connection failed: EOF after 3 attempts [in doubt]": {
			Op: "put", Namespace: "test", Node: "n1", Err: fmt.Errorf("%w: %w", ErrConnection, io.EOF),
			Attempts: make([]Attempt, 3), InDoubt: true,
		},
		"aerospike: udf on n1: a Lua function failed (UDF, code 100): t.lua:3: boom": {
			Op: "udf", Node: "n1", Code: ResultUDF, Err: errors.New("t.lua:3: boom"),
		},
		"aerospike: get: unknown result code (RESULT_250, code 250)": {Op: "get", Code: 250},
		"aerospike: call: unknown cause":                             {},
	}
	for want, err := range cases {
		require.Equal(t, want, err.Error())
	}
}

func TestInDoubtLooksThroughWrapsAndJoins(t *testing.T) {
	sure, doubtful := &Error{Op: "put", Code: ResultKeyBusy}, &Error{Op: "put", Err: ErrConnection, InDoubt: true}
	for how, err := range wraps(doubtful) {
		require.True(t, InDoubt(err), how)
	}
	for how, err := range wraps(sure) {
		require.False(t, InDoubt(err), how)
	}
	require.True(t, InDoubt(errors.Join(sure, doubtful)), "one of several is enough")
	require.True(t, InDoubt(&Error{Op: "batch", Err: doubtful}), "a cause counts too")
	require.False(t, InDoubt(nil))
	require.False(t, InDoubt(io.EOF))
}

func TestRetryable(t *testing.T) {
	code := func(c ResultCode) error { return &Error{Code: c} }
	yes := []error{
		code(ResultTimeout), code(ResultKeyBusy), code(ResultDeviceOverload), code(ResultUnavailable), code(ResultQuotaExceeded),
		ErrOverloaded, ErrConnection, ErrNoNode, ErrCircuitOpen, ErrTimeout, ErrKeyBusy, ErrServerTimeout,
		&Error{Err: fmt.Errorf("%w: %w", ErrConnection, io.EOF)},
		&Error{Err: context.DeadlineExceeded},
		errors.Join(code(ResultKeyBusy), code(ResultTimeout)),
	}
	no := []error{
		nil, io.EOF, ErrClosed, ErrInvalidArg, ErrProtocol, ErrRecordNotFound, ErrRecord, ErrServer, context.Canceled,
		code(ResultNotFound), code(ResultGeneration), code(ResultParameter), code(ResultOK), code(251),
		&Error{Err: fmt.Errorf("%w: %w", ErrConnection, context.Canceled)},
		&Error{Code: ResultNotFound, Err: ErrConnection}, // the verdict counts, not how it was obtained
		errors.Join(code(ResultKeyBusy), code(ResultNotFound)),
	}
	for _, err := range yes {
		for how, wrapped := range wraps(err) {
			require.True(t, Retryable(wrapped), "%v, %s", err, how)
		}
	}
	for _, err := range no {
		require.False(t, Retryable(err), "%v", err)
		if err != nil {
			require.False(t, Retryable(fmt.Errorf("x: %w", err)), "%v", err)
		}
	}
}

func TestCodeOfSkipsErrorsWithoutAVerdict(t *testing.T) {
	code, ok := CodeOf(errors.Join(&Error{Err: ErrConnection}, &Error{Code: ResultGeneration}))
	require.True(t, ok)
	require.Equal(t, ResultGeneration, code)
	_, ok = CodeOf(ErrRecordNotFound)
	require.False(t, ok, "a sentinel is no verdict of a server")
	_, ok = CodeOf(nil)
	require.False(t, ok)
}
