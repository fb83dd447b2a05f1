// Package outcome says how metrics, spans and log lines name the failures of calls.
// Nothing in what it returns is a key, a value or a password.
package outcome

import (
	"context"
	"errors"
	"os"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
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
}

// Type returns the kind of a failure, one of a small set: empty for success. A verdict
// counts more than the error that it led to.
func Type(code types.ResultCode, err error) string {
	if code == types.ResultOK {
		if err == nil {
			return ""
		}
		code, _ = types.CodeOf(err)
	}
	if code != types.ResultOK {
		if name, ok := codes[code]; ok {
			return name
		}
		return code.String()
	}
	for _, c := range conditions {
		if errors.Is(err, c.is) {
			return c.name
		}
	}
	return "Other"
}

// Text returns a failure in words that are the client's own: for a verdict its meaning, else
// that of the condition. What a Lua function says, or a program's own error, is left out,
// for it may quote values.
func Text(code types.ResultCode, err error) string {
	if code == types.ResultOK && err != nil {
		code, _ = types.CodeOf(err)
	}
	if code != types.ResultOK {
		return code.Meaning()
	}
	if err == nil {
		return ""
	}
	for _, c := range conditions {
		if errors.Is(err, c.is) {
			return c.is.Error()
		}
	}
	return "error of the program or the client"
}

// Tolerated reports whether an attempt's verdict is what a call may well be told.
func Tolerated(op hook.Operation, code types.ResultCode) bool {
	return code == types.ResultOK || code == types.ResultNotFound && (op == hook.Exists || op == hook.Delete)
}
