package aerospiketest_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// udfFolder is where the real server that was recorded kept its modules.
const udfFolder = "/opt/aerospike/usr/udf/lua/"

func udfModule(t testing.TB, name string) string {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "udf", name+".lua"))
	require.NoError(t, err)
	return string(source)
}

// putModule registers a module and returns the answer.
func (c *rawConn) putModule(name, source string) string {
	c.t.Helper()
	content := base64.StdEncoding.EncodeToString([]byte(source))
	return c.info(fmt.Sprintf("udf-put:filename=%s.lua;content=%s;content-len=%d;udf-type=LUA;", name, content, len(content)))
}

// callOf makes a call of a function.
func callOf(key, module, function string, args []byte, fields ...field) command {
	c := put(key)
	c.fields = append([]field{
		{wire.FieldUDFPackage, []byte(module)},
		{wire.FieldUDFFunction, []byte(function)},
		{wire.FieldUDFArgs, args},
	}, fields...)
	return c
}

// udfCase is a call that a real server was asked to make.
type udfCase struct {
	module, state, function, args string
}

// udfCases reads what is to be called from a module's source.
func udfCases(t testing.TB, module string, states ...string) []udfCase {
	var all []udfCase
	function := regexp.MustCompile(`^function (\w+)\(rec`)
	args := []string{"90"}
	for line := range strings.Lines(udfModule(t, module)) {
		if with, ok := strings.CutPrefix(line, "-- with "); ok {
			args = strings.Fields(with)
		}
		if m := function.FindStringSubmatch(line); m != nil {
			for _, state := range states {
				for _, a := range args {
					all = append(all, udfCase{module, state, m[1], a})
				}
			}
			args = []string{"90"}
		}
	}
	require.NotEmpty(t, all)
	return all
}

var udfModules = []string{"language", "library", "record"}

func allUDFCases(t testing.TB) []udfCase {
	return slices.Concat(udfCases(t, "language", "missing"), udfCases(t, "library", "missing"),
		udfCases(t, "record", "missing", "plain", "types"))
}

// run makes the record what the case wants, calls the function and reads the record.
// The answers are in a line of the recording.
func (u udfCase) run(t testing.TB, c *rawConn) string {
	const key = "udf"
	c.code(remove(key).frame(t))
	switch u.state {
	case "plain":
		require.Equal(t, wire.ResultOK, c.code(put(key, setInt("a", 1), setString("b", "bb")).frame(t)))
	case "types":
		require.Equal(t, wire.ResultOK, c.code(callOf(key, "record", "all_types", []byte{0x90}).frame(t)))
	}
	args, err := hex.DecodeString(u.args)
	require.NoError(t, err)
	called := describeUDF(parse(t, c.ask(callOf(key, u.module, u.function, args).frame(t))))
	after := describeUDF(parse(t, c.ask(get(key).frame(t))))
	return fmt.Sprintf("%s %s %s %s | %s | %s\n", u.module, u.state, u.function, u.args, called, after)
}

// describeUDF writes a reply without its void time. Large values are cut.
func describeUDF(r result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d", r.ResultCode, r.Generation)
	for _, o := range r.ops {
		const most = 400
		if len(o.value) > most {
			o.value = o.value[:most]
		}
		if o.p == wire.ParticleString {
			fmt.Fprintf(&b, " %s=%q", o.name, o.value)
		} else {
			fmt.Fprintf(&b, " %s=%d:%x", o.name, o.p, o.value)
		}
	}
	return b.String()
}

var udfRecording = filepath.Join("testdata", "udf", "recorded.txt")

// TestFunctionsAnswerAsRecorded calls every function of the modules in testdata and
// compares what it answers, and what the record is like afterwards, with what a real
// server did.
func TestFunctionsAnswerAsRecorded(t *testing.T) {
	text, err := os.ReadFile(udfRecording)
	require.NoError(t, err)
	recorded := map[string]string{}
	for line := range strings.Lines(string(text)) {
		call, _, _ := strings.Cut(line, " | ")
		recorded[call] = line
	}
	c := dial(t, aerospiketest.Start(t).Addr())
	for _, module := range udfModules {
		require.Equal(t, "ok", c.putModule(module, udfModule(t, module)))
	}
	cases := allUDFCases(t)
	require.Len(t, recorded, len(cases), "record anew")
	for _, u := range cases {
		t.Run(u.module+" "+u.state+" "+u.function+" "+u.args, func(t *testing.T) {
			got := u.run(t, c)
			call, _, _ := strings.Cut(got, " | ")
			require.Equal(t, recorded[call], got)
		})
	}
}

// TestRecordFunctions writes the recording anew from a real server, if
// AEROSPIKE_DIFF_RECORD is 1. Its modules must lie where the default has them.
func TestRecordFunctions(t *testing.T) {
	addr := realServer(t)
	if os.Getenv("AEROSPIKE_DIFF_RECORD") != "1" {
		t.Skip("SKIPPED: set AEROSPIKE_DIFF_RECORD=1 to record the answers of the real server anew")
	}
	c := dial(t, addr)
	for _, module := range udfModules {
		require.Equal(t, "ok", c.putModule(module, udfModule(t, module)))
	}
	var b strings.Builder
	for _, u := range allUDFCases(t) {
		b.WriteString(u.run(t, c))
	}
	require.Contains(t, b.String(), udfFolder)
	require.NoError(t, os.WriteFile(udfRecording, []byte(b.String()), 0o644))
}
