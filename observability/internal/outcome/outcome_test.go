package outcome

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func TestFailuresHaveNamesAndTexts(t *testing.T) {
	secret := errors.New("s3cret")
	for _, test := range []struct {
		code types.ResultCode
		err  error
		kind string
		text string
	}{
		{0, nil, "", ""},
		{types.ResultNotFound, nil, "KeyNotFoundError", "record not found"},
		{0, &types.Error{Code: types.ResultRecordExists}, "KeyExistsError", "record already exists"},
		{types.ResultUDF, secret, "UDF", "a Lua function failed"},
		{types.ResultQuotaExceeded, secret, "QUOTA_EXCEEDED", "the user's quota is used up for now"},
		{255, nil, "RESULT_255", types.ResultCode(255).Meaning()},
		{types.ResultQueryTimeout, nil, "QUERY_TIMEOUT", "the query ran out of time"},
		{types.ResultTimeout, nil, "Timeout", "the server ran out of time"},
		{0, &types.Error{Err: context.DeadlineExceeded}, "Timeout", "timeout"},
		{0, context.DeadlineExceeded, "Timeout", "context deadline exceeded"},
		{0, fmt.Errorf("%w: %w", context.Canceled, secret), "Canceled", "context canceled"},
		{0, types.ErrOverloaded, "NoMoreConnections", "too many calls in flight"},
		{0, types.ErrCertificateHost, "Certificate", "certificate not accepted"},
		{0, fmt.Errorf("%w: %w", types.ErrConnection, secret), "Connection", "connection failed"},
		{0, fmt.Errorf("%w: %w", types.ErrCredentials, secret), "Credentials", "no credentials to log in with"},
		{0, types.ErrNodeDown, "InvalidNode", "node is down"},
		{0, &pool.LoginError{Code: types.ResultInvalidCredential}, "INVALID_CREDENTIAL", "wrong password or token"},
		{0, &pool.CredentialsError{Err: secret}, "Credentials", "no credentials to log in with"},
		{0, &pool.CertificateError{Err: secret}, "Certificate", "certificate not accepted"},
		{0, fmt.Errorf("%w: %w", pool.ErrDial, secret), "Connection", "no connection to the node"},
		{0, &net.OpError{Op: "dial", Err: secret}, "Connection", "connection failed"},
		{0, secret, "Other", "error of the program or the client"},
	} {
		require.Equal(t, test.kind, Type(test.code, test.err), "%v %v", test.code, test.err)
		require.Equal(t, test.text, Text(test.code, test.err), "%v %v", test.code, test.err)
	}
}

func TestNotFoundIsTheAnswerOfSomeCalls(t *testing.T) {
	for op, want := range map[hook.Operation]bool{
		hook.Exists: true, hook.Delete: true, hook.Get: false, hook.Touch: false, hook.Query: false,
		hook.BatchExists: true, hook.BatchRead: true, hook.Batch: true,
	} {
		require.Equal(t, want, Tolerated(op, types.ResultNotFound), op)
		require.Equal(t, strings.HasPrefix(string(op), "batch"), Tolerated(op, types.ResultFilteredOut), op)
		require.True(t, Tolerated(op, types.ResultOK))
		require.False(t, Tolerated(op, types.ResultGeneration))
	}
}

// said is an error that the client marks as the program's own.
type said struct{ error }

func (said) OfProgram() {}

func TestErrorsOfFunctionsThatFetchCredentialsAreNotQuoted(t *testing.T) {
	secret := errors.New("s3cret")
	require.False(t, Quotable(nil))
	require.False(t, Quotable(fmt.Errorf("%w: %w", types.ErrCredentials, secret)))
	require.False(t, Quotable(fmt.Errorf("dial: %w", &pool.CredentialsError{Err: secret})))
	require.False(t, Quotable(fmt.Errorf("%w: %w", pool.ErrDial, said{secret})))
	require.True(t, Quotable(fmt.Errorf("%w: connection refused", pool.ErrDial)))
}
