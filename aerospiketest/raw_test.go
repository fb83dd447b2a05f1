package aerospiketest_test

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds every wait of these tests; none of them comes near it when all
// is well.
const patience = 30 * time.Second

// rawConn is a client that knows of nothing but frames.
type rawConn struct {
	t  testing.TB
	nc net.Conn
	r  *bufio.Reader
}

func dial(t testing.TB, addr string) *rawConn {
	t.Helper()
	nc, err := net.DialTimeout("tcp", addr, patience)
	require.NoError(t, err)
	return wrap(t, nc)
}

func wrap(t testing.TB, nc net.Conn) *rawConn {
	t.Cleanup(func() { _ = nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(patience)))
	return &rawConn{t: t, nc: nc, r: bufio.NewReaderSize(nc, 1<<16)}
}

func (c *rawConn) send(frames ...[]byte) {
	c.t.Helper()
	for _, f := range frames {
		_, err := c.nc.Write(f)
		require.NoError(c.t, err)
	}
}

// read returns the next frame, with its header.
func (c *rawConn) read() ([]byte, error) {
	head, err := c.r.Peek(wire.FrameHeaderSize)
	if err != nil {
		return nil, err
	}
	frame := make([]byte, wire.FrameHeaderSize+int(binary.BigEndian.Uint64(head)&(1<<48-1)))
	_, err = io.ReadFull(c.r, frame)
	return frame, err
}

func (c *rawConn) reply() []byte {
	c.t.Helper()
	frame, err := c.read()
	require.NoError(c.t, err)
	return frame
}

func (c *rawConn) ask(frame []byte) []byte {
	c.t.Helper()
	c.send(frame)
	return c.reply()
}

// code sends a record command and returns the result code.
func (c *rawConn) code(frame []byte) wire.ResultCode {
	c.t.Helper()
	return parse(c.t, c.ask(frame)).ResultCode
}

// info asks one command and returns its value.
func (c *rawConn) info(command string) string {
	c.t.Helper()
	frame := c.ask(wire.AppendInfo(nil, command))
	replies, err := wire.ParseInfo(frame[wire.FrameHeaderSize:])
	require.NoError(c.t, err)
	require.Len(c.t, replies, 1)
	require.Equal(c.t, command, replies[0].Command)
	return replies[0].Value
}

// closed asserts that the server closes the connection without another byte.
func (c *rawConn) closed() {
	c.t.Helper()
	_, err := c.r.ReadByte()
	require.Error(c.t, err)
	var timeout net.Error
	if ok := asNetError(err, &timeout); ok {
		require.False(c.t, timeout.Timeout(), "the connection is still open")
	}
}

func asNetError(err error, target *net.Error) bool {
	e, ok := err.(net.Error)
	if ok {
		*target = e
	}
	return ok
}

// silent asserts that nothing is answered: a request whose answer is sure to come
// after anything that this connection waits for is answered elsewhere first.
func (c *rawConn) silent() {
	c.t.Helper()
	require.NoError(c.t, c.nc.SetReadDeadline(time.Now().Add(50*time.Millisecond)))
	_, err := c.r.ReadByte()
	var timeout net.Error
	require.True(c.t, asNetError(err, &timeout) && timeout.Timeout(), "got an answer or a close: %v", err)
	require.NoError(c.t, c.nc.SetReadDeadline(time.Now().Add(patience)))
}

// hexBytes reads the hex of the protocol notes, with blanks and line ends.
func hexBytes(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	require.NoError(t, err)
	return b
}

// op is one operation of a request.
type op struct {
	t     wire.OpType
	name  string
	p     wire.ParticleType
	value []byte
}

// field is one extra field of a request.
type field struct {
	t    wire.FieldType
	data []byte
}

// command is a record command to be encoded.
type command struct {
	wire.Header
	namespace string // "test" if empty
	set       string
	digest    wire.Digest
	fields    []field
	ops       []op
}

func (c command) frame(t testing.TB) []byte {
	t.Helper()
	var e wire.Encoder
	e.Begin(nil, &c.Header)
	if c.namespace == "" {
		c.namespace = "test"
	}
	e.FieldString(wire.FieldNamespace, c.namespace)
	if c.set != "" {
		e.FieldString(wire.FieldSet, c.set)
	}
	e.Field(wire.FieldDigest, c.digest[:])
	for _, f := range c.fields {
		e.Field(f.t, f.data)
	}
	for _, o := range c.ops {
		e.Op(o.t, o.name, o.p, o.value)
	}
	frame, err := e.End()
	require.NoError(t, err)
	return frame
}

// result is a parsed reply.
type result struct {
	wire.Header
	ops []op
}

func parse(t testing.TB, frame []byte) result {
	t.Helper()
	kind, _, err := wire.ParseFrameHeader(frame)
	require.NoError(t, err)
	require.Equal(t, wire.FrameMessage, kind)
	m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
	require.NoError(t, err)
	r := result{Header: m.Header}
	for {
		o, ok := m.NextOp()
		if !ok {
			break
		}
		r.ops = append(r.ops, op{o.Type, string(o.Name), o.Particle, o.Value})
	}
	require.NoError(t, m.Finish())
	return r
}

func (r result) bin(name string) *op {
	for i := range r.ops {
		if r.ops[i].name == name {
			return &r.ops[i]
		}
	}
	return nil
}

func intValue(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func setInt(name string, n int64) op { return op{wire.OpWrite, name, wire.ParticleInt, intValue(n)} }

func setString(name, s string) op {
	return op{wire.OpWrite, name, wire.ParticleString, []byte(s)}
}

func readOp(name string) op { return op{t: wire.OpRead, name: name} }

// digestOf names a record by a text.
func digestOf(key string) wire.Digest {
	return wire.NewDigest("", wire.ParticleString, []byte(key))
}

func put(key string, ops ...op) command {
	return command{Header: wire.Header{Info2: wire.Info2Write}, digest: digestOf(key), ops: ops}
}

func get(key string) command {
	return command{Header: wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}, digest: digestOf(key)}
}

func remove(key string) command {
	return command{Header: wire.Header{Info2: wire.Info2Write | wire.Info2Delete}, digest: digestOf(key)}
}

func particle(name string, kind uint8, value []byte) op {
	return op{wire.OpWrite, name, wire.ParticleType(kind), value}
}
