// Package outcome says how metrics, spans and log lines name the failures of calls.
// Nothing in what it returns is a key, a value or a password.
package outcome

import (
	"context"
	"errors"
	"io"
	"net"
	"os"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// codes have names of their own. The others are named as the server does.
var codes = map[types.ResultCode]string{
	types.ResultNotFound: "KeyNotFoundError", types.ResultRecordExists: "KeyExistsError",
	types.ResultGeneration: "GenerationError", types.ResultRecordTooBig: "RecordTooBig",
	types.ResultBinType: "BinTypeError", types.ResultBinNotFound: "BinNotFound",
	types.ResultFilteredOut: "FilteredOut", types.ResultParameter: "InvalidArgument", types.ResultTimeout: "Timeout",
}

// conditions that the client finds; the first one that an error is decides.
var conditions = []struct {
	is   error
	name string
}{
	{context.Canceled, "Canceled"},
	{types.ErrTimeout, "Timeout"},
	{context.DeadlineExceeded, "Timeout"},
	{os.ErrDeadlineExceeded, "Timeout"},
	{types.ErrInvalidArg, "InvalidArgument"},
	{types.ErrBinType, "BinTypeError"}, // of a value that does not fit its field
	{types.ErrOverloaded, "NoMoreConnections"},
	{types.ErrClosed, "Closed"},
	{types.ErrCircuitOpen, "CircuitOpen"},
	{types.ErrNoNode, "InvalidNode"},
	{types.ErrNodeDown, "InvalidNode"},
	{types.ErrProtocol, "Protocol"},
	{types.ErrCertificate, "Certificate"},
	{types.ErrCredentials, "Credentials"},
	{types.ErrClusterName, "ClusterName"},
	{types.ErrConnection, "Connection"},
	{types.ErrCluster, "Connection"},
	// Connections and events come with errors of the pool.
	{pool.ErrTimeout, "Timeout"},
	{pool.ErrProtocol, "Protocol"},
	{pool.ErrStalled, "Connection"},
	{pool.ErrDial, "Connection"},
	{io.EOF, "Connection"},
	{io.ErrUnexpectedEOF, "Connection"},
}

// find returns the verdict of a failure, or else its condition, as far as they are known.
func find(code types.ResultCode, err error) (_ types.ResultCode, name string, is error) {
	if code == types.ResultOK {
		code, _ = types.CodeOf(err)
	}
	if refused, ok := errors.AsType[*pool.LoginError](err); ok && code == types.ResultOK {
		code = refused.Code
	}
	if code != types.ResultOK {
		return code, "", nil
	}
	if _, ok := errors.AsType[*pool.CredentialsError](err); ok {
		return code, "Credentials", types.ErrCredentials
	}
	if _, ok := errors.AsType[*pool.CertificateError](err); ok {
		return code, "Certificate", types.ErrCertificate
	}
	for _, c := range conditions {
		if errors.Is(err, c.is) {
			return code, c.name, c.is
		}
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return code, "Connection", types.ErrConnection
	}
	return code, "Other", errOther
}

var errOther = errors.New("error of the program or the client")

// Type returns the kind of a failure, one of a small set: empty for success. A verdict
// counts more than the error that it led to.
func Type(code types.ResultCode, err error) string {
	if code == types.ResultOK && err == nil {
		return ""
	}
	code, name, _ := find(code, err)
	if code == types.ResultOK {
		return name
	}
	if name, ok := codes[code]; ok {
		return name
	}
	return code.String()
}

// Text returns a failure in words that are the client's own: for a verdict its meaning, else
// that of the condition. What a Lua function says, or a program's own error, is left out,
// for it may quote values.
func Text(code types.ResultCode, err error) string {
	if code == types.ResultOK && err == nil {
		return ""
	}
	code, _, is := find(code, err)
	if code == types.ResultOK {
		return is.Error()
	}
	return code.Meaning()
}

// Quotable reports whether the text of an error about a node or a connection is the
// client's and the system's own. Others are those of functions that fetch credentials or dial,
// and why a program has ended a context.
func Quotable(err error) bool {
	if err == nil || errors.Is(err, types.ErrCredentials) {
		return false
	}
	if _, program := errors.AsType[ofProgram](err); program {
		return false
	}
	_, fetched := errors.AsType[*pool.CredentialsError](err)
	return !fetched
}

// ofProgram is what the client marks errors with that the program has made.
type ofProgram interface {
	error
	OfProgram()
}

// Tolerated reports whether an attempt's verdict is what a call may well be told. Rows of a
// batch that go alone are attempts: theirs are verdicts on a row, as those within a message,
// which no attempt tells.
func Tolerated(op hook.Operation, code types.ResultCode) bool {
	switch code {
	case types.ResultOK:
		return true
	case types.ResultNotFound:
		return op == hook.Exists || op == hook.Delete || OfBatch(op)
	case types.ResultFilteredOut:
		return OfBatch(op)
	}
	return false
}

// OfBatch reports whether a call of this kind has rows.
func OfBatch(op hook.Operation) bool {
	switch op {
	case hook.Batch, hook.BatchRead, hook.BatchExists, hook.BatchWrite, hook.BatchRemove, hook.BatchOperate, hook.BatchApply:
		return true
	}
	return false
}
