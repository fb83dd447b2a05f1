package wire

import (
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// declaredResultCodes reads the constants from the source, so that one without a
// row in the table cannot be forgotten.
func declaredResultCodes(t *testing.T) map[string]ResultCode {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "resultcode.go", nil, 0)
	require.NoError(t, err)
	codes := map[string]ResultCode{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Result") {
			return true
		}
		code, err := strconv.Atoi(spec.Values[0].(*ast.BasicLit).Value)
		require.NoError(t, err)
		codes[spec.Names[0].Name] = ResultCode(code)
		return false
	})
	require.Greater(t, len(codes), 80)
	return codes
}

func TestEveryResultCodeIsInTheTable(t *testing.T) {
	declared := declaredResultCodes(t)
	names := map[string]bool{}
	for name, code := range declared {
		require.True(t, code.Known(), name)
		require.NotEmpty(t, code.Meaning(), name)
		require.NotEqual(t, ResultCode(99).Meaning(), code.Meaning(), name)
		require.Equal(t, strings.ToUpper(code.String()), code.String())
		require.False(t, names[code.String()], "%s has the name of another code", name)
		names[code.String()] = true
	}
	require.Len(t, resultCodes, len(declared), "a row without a constant, or two constants for a code")
}

// TestResultCodesSayWhetherARetryMakesSense has the flags of the result codes of
// section 10 of the protocol notes. All others are final and certain.
func TestResultCodesSayWhetherARetryMakesSense(t *testing.T) {
	retryable := []ResultCode{
		7,   // the cluster changed
		9,   // time-out
		11,  // partition unavailable
		14,  // hot key
		15,  // query aborted
		18,  // storage overloaded
		22,  // forbidden for now
		32,  // waits to be shipped
		83,  // quota used up
		120, // locked by a transaction
		152, // batch queues full
		203, // index still building
		210, // query aborted, older servers
		211, // query queue full, older servers
		212, // query time-out, older servers
		214, // query network failure, older servers
	}
	doubt := []ResultCode{9, 100}
	for n := range math.MaxUint8 + 1 {
		code := ResultCode(n)
		require.Equal(t, contains(retryable, code), code.Retryable(), "retryable: %d %v", n, code)
		require.Equal(t, contains(doubt, code), code.InDoubt(), "in doubt: %d %v", n, code)
	}
}

func contains(codes []ResultCode, code ResultCode) bool {
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}

func TestUnknownResultCodesAreNamedByNumber(t *testing.T) {
	for _, code := range []ResultCode{29, 30, 31, 40, 99, 255} {
		require.False(t, code.Known())
		require.Equal(t, "RESULT_"+strconv.Itoa(int(code)), code.String())
		require.Equal(t, "unknown result code", code.Meaning())
	}
}
