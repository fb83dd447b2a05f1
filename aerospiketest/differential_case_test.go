package aerospiketest_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// recordedCase is a sequence of commands on one record and what the real server
// answered to each.
type recordedCase struct {
	name     string
	commands []command
	replies  []string // as describeReply has them
}

// describe renders a case as text that parseCases reads.
func (rc *recordedCase) describe() string {
	var b strings.Builder
	first := rc.commands[0]
	fmt.Fprintf(&b, "case %s\nrecord %s %x\n", rc.name, first.set, first.digest[:])
	for i, c := range rc.commands {
		fmt.Fprintf(&b, "send %02x %02x %02x\n", uint8(c.Info1), uint8(c.Info2), uint8(c.Info3))
		for _, f := range c.fields {
			fmt.Fprintf(&b, "  field %d %x\n", f.t, f.data)
		}
		for _, o := range c.ops {
			fmt.Fprintf(&b, "  op %d %q %d %x\n", o.t, o.name, o.p, o.value)
		}
		b.WriteString(rc.replies[i])
	}
	return b.String()
}

// describeReply renders all that is in a reply.
func describeReply(frame []byte) string {
	kind, _, err := wire.ParseFrameHeader(frame)
	if err != nil || kind != wire.FrameMessage {
		return fmt.Sprintf("raw %x\n", frame)
	}
	m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
	if err != nil {
		return fmt.Sprintf("raw %x\n", frame)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "want %d", m.ResultCode)
	for _, part := range []struct {
		name  string
		value uint32
	}{{"info1", uint32(m.Info1)}, {"info2", uint32(m.Info2)}, {"info3", uint32(m.Info3)}, {"info4", uint32(m.Info4)},
		{"generation", m.Generation}, {"void", m.TTL}, {"timeout", m.Timeout}, {"fields", uint32(m.Fields)}} {
		if part.value != 0 {
			fmt.Fprintf(&b, " %s=%d", part.name, part.value)
		}
	}
	b.WriteByte('\n')
	for f, ok := m.NextField(); ok; f, ok = m.NextField() {
		fmt.Fprintf(&b, "  field %d %x\n", f.Type, f.Data)
	}
	for o, ok := m.NextOp(); ok; o, ok = m.NextOp() {
		fmt.Fprintf(&b, "  op %d %q %d %x\n", o.Type, o.Name, o.Particle, o.Value)
	}
	if m.Finish() != nil {
		return fmt.Sprintf("raw %x\n", frame)
	}
	return b.String()
}

// parseCases reads the cases of a file. Lines that begin with # are comments.
func parseCases(t testing.TB, file string) []recordedCase {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	p := caseParser{t: t, file: file}
	for i, line := range strings.Split(string(text), "\n") {
		p.at = i + 1
		p.line(line)
	}
	return p.cases
}

type caseParser struct {
	t     testing.TB
	file  string
	at    int
	cases []recordedCase
	set   string
	key   wire.Digest
	reply bool // within a reply
}

func (p *caseParser) check(ok bool) {
	p.t.Helper()
	require.True(p.t, ok, "%s:%d is not understood", p.file, p.at)
}

func (p *caseParser) line(line string) {
	if strings.TrimSpace(line) == "" || line[0] == '#' {
		return
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word == "case" {
		p.cases = append(p.cases, recordedCase{name: rest})
		return
	}
	p.check(len(p.cases) > 0)
	rc := &p.cases[len(p.cases)-1]
	indented := line[0] == ' '
	switch {
	case word == "record":
		set, key, _ := strings.Cut(rest, " ")
		p.set = set
		p.check(copy(p.key[:], p.hex(key)) == len(p.key))
	case word == "send":
		c := command{set: p.set, digest: p.key}
		n, err := fmt.Sscanf(rest, "%02x %02x %02x", &c.Info1, &c.Info2, &c.Info3)
		p.check(n == 3 && err == nil)
		c.Timeout = 10000
		rc.commands, p.reply = append(rc.commands, c), false
	case word == "want" || word == "raw":
		rc.replies, p.reply = append(rc.replies, line+"\n"), true
	case indented && p.reply:
		rc.replies[len(rc.replies)-1] += line + "\n"
	case indented && len(rc.commands) > 0:
		p.part(&rc.commands[len(rc.commands)-1], strings.Fields(line))
	default:
		p.check(false)
	}
}

// part reads a field or an operation of a command.
func (p *caseParser) part(c *command, words []string) {
	for len(words) < 5 {
		words = append(words, "") // an empty value
	}
	kind, err := strconv.ParseUint(words[1], 10, 8)
	p.check(err == nil)
	switch words[0] {
	case "field":
		c.fields = append(c.fields, field{wire.FieldType(kind), p.hex(words[2])})
	case "op":
		name, err := strconv.Unquote(words[2])
		p.check(err == nil)
		particle, err := strconv.ParseUint(words[3], 10, 8)
		p.check(err == nil)
		c.ops = append(c.ops, op{wire.OpType(kind), name, wire.ParticleType(particle), p.hex(words[4])})
	default:
		p.check(false)
	}
}

func (p *caseParser) hex(s string) []byte {
	b, err := hex.DecodeString(s)
	p.check(err == nil)
	return b
}

// replay sends a case and compares the replies with those of the real server.
func (rc *recordedCase) replay(t testing.TB, p *peer) {
	t.Helper()
	require.Len(t, rc.replies, len(rc.commands))
	frames := make([][]byte, len(rc.commands))
	for i, c := range rc.commands {
		frames[i] = c.frame(t)
	}
	for i, reply := range p.exchange(frames) {
		require.Equal(t, rc.replies[i], describeReply(reply), "%s, reply %d; the case:\n%s", rc.name, i+1, rc.describe())
	}
}
