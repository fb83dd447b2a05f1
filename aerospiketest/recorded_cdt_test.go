package aerospiketest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// TestDifferencesStayFixed replays every sequence on which the embedded server once
// differed from a real one, against what the real one answered.
func TestDifferencesStayFixed(t *testing.T) { replayAll(t, "differences") }

// TestAnswersAsRecorded replays sequences that a real server has answered, chosen
// so that every operation meets every result code that it met at all.
func TestAnswersAsRecorded(t *testing.T) { replayAll(t, "recorded_cdt") }

func replayAll(t *testing.T, folder string) {
	files, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no cases in testdata/%s", folder)
	p := &peer{addr: aerospiketest.Start(t).Addr()}
	t.Cleanup(p.close)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			cases := parseCases(t, file)
			require.NotEmpty(t, cases)
			for i := range cases {
				cases[i].replay(t, p)
			}
		})
	}
}

// TestRecordCollections writes testdata/recorded_cdt anew from a real server, and the
// answers in testdata/differences, if AEROSPIKE_DIFF_RECORD is 1.
func TestRecordCollections(t *testing.T) {
	addr := realServer(t)
	if os.Getenv("AEROSPIKE_DIFF_RECORD") != "1" {
		t.Skip("SKIPPED: set AEROSPIKE_DIFF_RECORD=1 to record the answers of the real server anew")
	}
	p := &peer{addr: addr}
	t.Cleanup(p.close)
	recordDifferences(t, p)
	for _, family := range families {
		text := recordFamily(t, p, family)
		file := filepath.Join("testdata", "recorded_cdt", family+".txt")
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		t.Logf("%s: %d cases, %d bytes", file, strings.Count(text, "case "), len(text))
	}
}

// recordDifferences asks the real server again for the replies to the known cases.
// The comments of a file stay if they are at its top.
func recordDifferences(t *testing.T, p *peer) {
	files, err := filepath.Glob(filepath.Join("testdata", "differences", "*.txt"))
	require.NoError(t, err)
	for _, file := range files {
		old, err := os.ReadFile(file)
		require.NoError(t, err)
		var b strings.Builder
		for line := range strings.Lines(string(old)) {
			if !strings.HasPrefix(line, "#") {
				break
			}
			b.WriteString(line)
		}
		for _, rc := range parseCases(t, file) {
			steps := make([]step, len(rc.commands))
			for i, c := range rc.commands {
				steps[i].command = c
			}
			b.WriteString(record(t, p, rc.name, steps))
		}
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	}
}

// record runs commands on a record that does not exist before and describes them with
// their replies.
func record(t *testing.T, p *peer, name string, steps []step) string {
	gone := remove("").on(steps[0].digest)
	gone.set = steps[0].set
	frames := append([][]byte{gone.frame(t)}, framesOf(t, steps)...)
	replies := p.exchange(frames)
	require.NoError(t, p.err)
	rc := recordedCase{name: name, commands: commandsOf(steps)}
	for _, reply := range replies[1:] {
		rc.replies = append(rc.replies, describeReply(reply))
	}
	return rc.describe()
}

// recordFamily makes short rounds and keeps those in which an operation meets a
// result code that it has not met in those kept so far: first those with many such.
func recordFamily(t *testing.T, p *peer, family string) string {
	const rounds, commands, tooLong = 3000, 6, 3_000
	enough := 66_000 // bytes
	if family == "expression" {
		enough = 120_000
	}
	kept := coverage{}
	var b strings.Builder
	used := map[int]bool{}
	for _, least := range []int{16, 8, 4, 2, 1} {
		for round := range rounds {
			if used[round] || b.Len() > enough {
				continue
			}
			g := newCollectionGenerator(20261123, round)
			g.set, g.small = "recorded", true
			g.digest = digestOf(fmt.Sprintf("%s/%d", family, round))
			steps := withoutUnused(g.round(family, commands))
			replies := p.exchange(framesOf(t, steps))
			require.NoError(t, p.err)
			met := coverage{}
			met.note(steps, replies)
			if kept.lacks(met) < least {
				continue
			}
			text := record(t, p, fmt.Sprintf("%s %d", family, round), steps)
			if used[round] = true; len(text) > tooLong {
				continue
			}
			kept.add(met)
			b.WriteString(text)
		}
	}
	return b.String()
}

// framesOf encodes the commands of a round.
func framesOf(t testing.TB, steps []step) [][]byte {
	frames := make([][]byte, len(steps))
	for i, s := range steps {
		frames[i] = s.frame(t)
	}
	return frames
}

// lacks counts what other met and c did not.
func (c coverage) lacks(other coverage) (n int) {
	for tag, codes := range other {
		for code, times := range codes {
			if times > 0 && (c[tag] == nil || c[tag][code] == 0) {
				n++
			}
		}
	}
	return n
}

// withoutUnused makes a round smaller: only the bins that its commands name, or may
// name within an expression, are written at its start.
func withoutUnused(steps []step) []step {
	named := map[string]bool{}
	mentions := func(exp []byte) {
		for _, name := range binNames {
			named[name] = named[name] || strings.Contains(string(exp), string(rawText(name)))
		}
	}
	for _, s := range steps[1:] {
		for _, o := range s.ops {
			named[o.name] = true
			if o.t == wire.OpExpRead || o.t == wire.OpExpModify {
				mentions(o.value)
			}
		}
		for _, f := range s.fields {
			mentions(f.data)
		}
	}
	steps = slices.Clone(steps)
	creation := &steps[0]
	creation.ops = slices.DeleteFunc(slices.Clone(creation.ops), func(o op) bool { return !named[o.name] })
	if len(creation.ops) == 0 {
		creation.ops = append(creation.ops, setInt("i", 1))
	}
	return steps
}
