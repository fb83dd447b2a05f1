package collection_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/collection"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err, s)
	return b
}

// container is a bin as a client would have written it; null if data is empty.
func container(t testing.TB, data []byte) packed.Value {
	t.Helper()
	if len(data) == 0 {
		return packed.Value{}
	}
	kind := wire.ParticleMap
	if c := data[0]; c&0xf0 == 0x90 || c == 0xdc || c == 0xdd {
		kind = wire.ParticleList
	}
	stored, err := packed.Normalise(nil, data, kind)
	require.NoError(t, err)
	return packed.Value{Type: kind, Data: stored}
}

// recording is a row of a file in testdata: an instruction and what a real server
// made of it.
type recording struct {
	place       string // file and line
	modify      bool
	verbatim    bool   // an expression stored the bin, without checks
	before      []byte // the bin
	instruction []byte
	code        wire.ResultCode
	result      packed.Value
	after       []byte // the bin, as clients see it
	words       string
}

func recordings(t testing.TB, file string) (all []recording) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.SplitN(line, "|", 7)
		require.Len(t, f, 7, line)
		code, err := strconv.Atoi(f[3])
		require.NoError(t, err, line)
		r := recording{
			place:       fmt.Sprintf("%s:%d", file, i+1),
			modify:      f[0][0] == 'm',
			verbatim:    strings.HasSuffix(f[0], "x"),
			before:      unhex(t, f[1]),
			instruction: unhex(t, f[2]),
			code:        wire.ResultCode(code),
			after:       unhex(t, f[5]),
			words:       f[6],
		}
		if kind, bytes, ok := strings.Cut(f[4], " "); ok {
			n, err := strconv.Atoi(kind)
			require.NoError(t, err, line)
			r.result = packed.Value{Type: wire.ParticleType(n), Data: unhex(t, bytes)}
		}
		all = append(all, r)
	}
	return all
}

// check executes the instruction and compares.
func (r *recording) check(t *testing.T) {
	bin := container(t, r.before)
	if r.verbatim {
		bin.Data = r.before
	}
	before, instruction := bytes.Clone(bin.Data), bytes.Clone(r.instruction)
	after := bin
	var result packed.Value
	var code wire.ResultCode
	if r.modify {
		after, result, code = collection.Modify(bin, r.instruction, nil)
	} else {
		result, code = collection.Read(bin, r.instruction, nil)
	}
	about := r.place + ": " + r.words
	require.Equal(t, r.code, code, about)
	require.Equal(t, r.result.Type, result.Type, about)
	require.Equal(t, hex.EncodeToString(r.result.Data), hex.EncodeToString(result.Data), about)
	if r.modify && code == wire.ResultOK {
		require.Equal(t, hex.EncodeToString(r.after), hex.EncodeToString(packed.HideIndex(after.Data)), about)
		require.Equal(t, len(r.after) == 0, after.Type == wire.ParticleNull, about)
	} else {
		require.Equal(t, bin, after, about)
	}
	require.Equal(t, before, bin.Data, "%s: changed what it was given", about)
	require.Equal(t, instruction, r.instruction, "%s: changed the instruction", about)
}

// TestMapsAnswerLikeTheRealServer repeats every recorded instruction.
func TestMapsAnswerLikeTheRealServer(t *testing.T) {
	for _, r := range recordings(t, "map.txt") {
		r.check(t)
	}
}
