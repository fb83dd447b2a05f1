package wire

import (
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The embedded server shares this package with the client, so neither would notice
// a fault that both have. testdata/recorded holds what a real server said:
// TestReplay decodes it, TestRecordGolden records it anew.

// exchange is a request to a real server and what its reply must mean.
type exchange struct {
	name    string
	prepare [][]byte // frames sent first; their replies are not looked at
	request []byte
	frames  int // how many the reply has, 0 for one
	check   func(t *testing.T, r recording)
}

// recording is what one file of testdata/recorded holds.
type recording struct {
	server  string    // as its build command answers
	at      time.Time // when the reply came, to the second
	request []byte
	reply   []byte
}

func recordingPath(name string) string { return filepath.Join("testdata", "recorded", name+".txt") }

const recordingForm = `# Recorded from a real Aerospike server; TestRecordGolden writes this file anew.
server %s
unix %d
request
%s
reply
%s
`

func (r recording) write(t *testing.T, name string) {
	t.Helper()
	text := fmt.Sprintf(recordingForm, r.server, r.at.Unix(), hexLines(r.request), hexLines(r.reply))
	require.NoError(t, os.WriteFile(recordingPath(name), []byte(text), 0o644))
}

func readRecording(t *testing.T, name string) recording {
	t.Helper()
	text, err := os.ReadFile(recordingPath(name))
	require.NoError(t, err)
	head, rest, ok := strings.Cut(string(text), "\nrequest\n")
	require.True(t, ok)
	request, reply, ok := strings.Cut(rest, "\nreply\n")
	require.True(t, ok)
	var r recording
	for _, line := range strings.Split(head, "\n") {
		if v, ok := strings.CutPrefix(line, "server "); ok {
			r.server = v
		}
		if v, ok := strings.CutPrefix(line, "unix "); ok {
			seconds, err := strconv.ParseInt(v, 10, 64)
			require.NoError(t, err)
			r.at = time.Unix(seconds, 0)
		}
	}
	require.NotEmpty(t, r.server)
	require.False(t, r.at.IsZero())
	r.request, r.reply = unhex(t, request), unhex(t, reply)
	return r
}

// hexLines formats bytes as lines of 40.
func hexLines(b []byte) string {
	digits := hex.EncodeToString(b)
	var lines []string
	for len(digits) > 80 {
		lines = append(lines, digits[:80])
		digits = digits[80:]
	}
	return strings.Join(append(lines, digits), "\n")
}

// message decodes the reply to a record command.
func (r recording) message(t *testing.T) message {
	t.Helper()
	return decodeMessage(t, frameBody(t, r.reply, FrameMessage))
}

// info decodes the reply to info commands, which it checks against the request.
func (r recording) info(t *testing.T) []string {
	t.Helper()
	commands, err := ParseInfoCommands(frameBody(t, r.request, FrameInfo))
	require.NoError(t, err)
	replies, err := ParseInfo(frameBody(t, r.reply, FrameInfo))
	require.NoError(t, err)
	require.Len(t, replies, len(commands))
	values := make([]string, len(replies))
	for i := range replies {
		require.Equal(t, commands[i], replies[i].Command)
		values[i] = replies[i].Value
	}
	return values
}

func TestReplay(t *testing.T) {
	known := map[string]bool{}
	for _, x := range append(append(recordExchanges(t), infoExchanges()...), clusterExchanges()...) {
		require.False(t, known[x.name], "two exchanges called %s", x.name)
		known[x.name] = true
		t.Run(x.name, func(t *testing.T) {
			r := readRecording(t, x.name)
			require.Equal(t, r.request, x.request, "the encoder no longer makes what the server took")
			x.check(t, r)
		})
	}
	files, err := filepath.Glob(recordingPath("*"))
	require.NoError(t, err)
	for _, f := range files {
		require.True(t, known[strings.TrimSuffix(filepath.Base(f), ".txt")], "%s has no exchange", f)
	}
}
