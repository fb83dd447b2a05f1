package aerospiketest_test

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestPipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	const n = 2000
	var batch []byte
	for i := range n {
		switch i % 4 {
		case 0:
			batch = append(batch, put("k", setInt("a", int64(i))).frame(t)...)
		case 1:
			batch = append(batch, get("k").frame(t)...)
		case 2:
			batch = append(batch, wire.AppendInfo(nil, "node", "build")...)
		case 3:
			batch = append(batch, wire.AppendAdmin(nil, wire.AdminQueryUsers)...)
		}
	}
	sent := make(chan error, 1)
	go func() { // ends when all is written; the test waits for it below
		_, err := c.nc.Write(batch)
		sent <- err
	}()
	for i := range n {
		frame := c.reply()
		switch i % 4 {
		case 0:
			require.EqualValues(t, 1+i/4, parse(t, frame).Generation)
		case 1:
			require.Equal(t, intValue(int64(i-1)), parse(t, frame).bin("a").value)
		case 2:
			require.EqualValues(t, wire.FrameInfo, frame[1])
		case 3:
			require.EqualValues(t, wire.FrameAdmin, frame[1])
		}
	}
	require.NoError(t, <-sent)
	require.EqualValues(t, n, srv.Node(0).Requests())
}

func TestRequestsMayComeInPieces(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	stream := bytes.Join([][]byte{
		put("k", setString("s", "some text")).frame(t), get("k").frame(t), wire.AppendInfo(nil, "node"),
	}, nil)
	for size := 1; size < 9; size++ {
		for rest := stream; len(rest) > 0; {
			n := min(size, len(rest))
			c.send(rest[:n])
			rest = rest[n:]
		}
		require.Zero(t, parse(t, c.reply()).ResultCode)
		require.Equal(t, "some text", string(parse(t, c.reply()).bin("s").value))
		require.Contains(t, string(c.reply()), "node\tBB9A1\n")
	}
}

func TestLargeRequestsAndReplies(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithMaxRecordSize(16<<20))
	c := dial(t, srv.Addr())
	blob := bytes.Repeat([]byte("0123456789abcdef"), 1<<19) // 8 MiB
	require.Zero(t, c.code(put("k", op{wire.OpWrite, "b", wire.ParticleBlob, blob}).frame(t)))
	c.send(get("k").frame(t), get("k").frame(t), get("missing").frame(t))
	for range 2 {
		require.True(t, bytes.Equal(blob, parse(t, c.reply()).bin("b").value))
	}
	require.Equal(t, wire.ResultNotFound, parse(t, c.reply()).ResultCode)
}

// TestMalformedInput has the rows of the protocol notes, §2.2.
func TestMalformedInput(t *testing.T) {
	srv := aerospiketest.Start(t)
	good := get("k").frame(t)
	frame := func(version, kind byte, body ...byte) []byte {
		f := wire.AppendFrameHeader(nil, wire.FrameType(kind), len(body))
		f[0] = version
		return append(f, body...)
	}
	message := func(change func(body []byte) []byte) []byte {
		return frame(2, 3, change(bytes.Clone(good[wire.FrameHeaderSize:]))...)
	}
	closing := map[string][]byte{
		"version 1":              frame(1, 3, make([]byte, 22)...),
		"version 0 of a message": frame(0, 3, make([]byte, 22)...),
		"type 0":                 frame(2, 0, 1),
		"type 6":                 frame(2, 6, 1),
		"body of 128 MiB and 1":  {2, 3, 0, 0, 8, 0, 0, 1},
		"TLS hello":              {22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3},
		"empty message and more": append(frame(2, 3), good...),
		"empty info and more":    append(frame(2, 1), good...),
	}
	for name, input := range closing {
		t.Run("closes on "+name, func(t *testing.T) {
			c := dial(t, srv.Addr())
			c.send(input)
			c.closed()
		})
	}
	refused := map[string][]byte{
		"21 bytes":              frame(2, 3, make([]byte, 21)...),
		"a field too many":      message(func(b []byte) []byte { b[19]++; return b }),
		"a field too few":       message(func(b []byte) []byte { b[19]--; return b }),
		"an operation too many": message(func(b []byte) []byte { b[21]++; return b }),
		"field of size 0":       message(func(b []byte) []byte { copy(b[22:], []byte{0, 0, 0, 0}); return b }),
		"field past the end":    message(func(b []byte) []byte { copy(b[22:], []byte{0, 1, 0, 0}); return b }),
		"field of 4 GiB":        message(func(b []byte) []byte { copy(b[22:], []byte{255, 255, 255, 255}); return b }),
		"bytes left over":       message(func(b []byte) []byte { return append(b, 0) }),
		"operation of size 3":   message(func(b []byte) []byte { b[21] = 1; return append(b, 0, 0, 0, 3, 1, 0, 0, 0) }),
		"bin name past the end": message(func(b []byte) []byte { b[21] = 1; return append(b, 0, 0, 0, 4, 1, 0, 0, 9) }),
		"LUT past the end":      message(func(b []byte) []byte { b[21] = 1; return append(b, 0, 0, 0, 4, 1, 0, 1, 0) }),
	}
	c := dial(t, srv.Addr())
	for name, input := range refused {
		t.Run("refuses "+name, func(t *testing.T) {
			c := &rawConn{t: t, nc: c.nc, r: c.r}
			c.send(input, get("missing").frame(t))
			require.Equal(t, wire.ResultParameter, parse(t, c.reply()).ResultCode)
			require.Equal(t, wire.ResultNotFound, parse(t, c.reply()).ResultCode, "the connection goes on")
		})
	}
	require.Equal(t, wire.ResultParameter, c.code(frame(2, 3)), "an empty message that comes alone")
}

func TestUnusualButLegalInput(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	require.Zero(t, c.code(put("k", setInt("a", 1)).frame(t)))
	good := get("k").frame(t)

	odd := bytes.Clone(good)
	odd[wire.FrameHeaderSize] = 0 // the header's own length is not looked at
	require.Zero(t, c.code(odd))

	require.Zero(t, c.code(get("k").withField(200, "x").frame(t)), "unknown fields are skipped")
	require.Zero(t, c.code(get("k").withField(wire.FieldNamespace, "nope").frame(t)), "the first of two fields counts")

	compressed := wire.AppendFrameHeader(nil, wire.FrameCompressed, 9)
	compressed = append(compressed, 0, 0, 0, 0, 0, 0, 0, 1, 0)
	require.Equal(t, wire.ResultEnterpriseOnly, c.code(compressed))

	adminVersion0 := wire.AppendAdmin(nil, wire.AdminLogin)
	adminVersion0[0] = 0
	require.Equal(t, hexBytes(t, "0202000000000010 0033 0000 000000000000000000000000"), c.ask(adminVersion0))

	var e wire.Encoder
	e.Begin(nil, &wire.Header{Info1: wire.Info1Read})
	e.FieldString(wire.FieldNamespace, "test")
	query, err := e.End()
	require.NoError(t, err)
	require.Equal(t, wire.ResultUnsupported, c.code(query), "a query by a client that does not know of partitions")

	c.send(wire.AppendFrameHeader(nil, wire.FrameInfo, 0))
	require.Contains(t, string(c.reply()), "\nedition\tAerospike Community Edition\n", "an empty info request asks for a summary")
}

func TestInternalFrameHangsTheConnection(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	internal := wire.AppendFrameHeader(nil, 5, 1)
	c.send(append(internal, 0), get("k").frame(t))
	c.silent()
	require.Equal(t, wire.ResultNotFound, dial(t, srv.Addr()).code(get("k").frame(t)))
}

// TestHalfCloseDropsPendingRequests closes the client's side behind many requests.
// The server must drop those that it has not begun, instead of working them off.
func TestHalfCloseDropsPendingRequests(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	const n = 2000
	block := make(chan struct{})
	entered := make(chan struct{}, n)
	hook := srv.Intercept(func(*aerospiketest.Request) aerospiketest.Action {
		entered <- struct{}{}
		<-block
		return aerospiketest.Pass()
	})
	add := put("k", op{wire.OpIncr, "n", wire.ParticleInt, intValue(1)}).frame(t)
	c.send(add)
	<-entered // the first request is under way, so that the rest and the close find the server busy
	c.send(bytes.Repeat(add, n-1))
	require.NoError(t, c.nc.(*net.TCPConn).CloseWrite())
	hook.Remove()
	close(block)
	rest, err := io.ReadAll(c.r)
	if err == nil { // else reset, which is as good
		require.Less(t, len(rest), n*(wire.FrameHeaderSize+wire.HeaderSize))
	}
	executed := parse(t, dial(t, srv.Addr()).ask(get("k").frame(t))).bin("n").value
	require.Less(t, string(executed), string(intValue(n)))
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithIdleTimeout(30*time.Millisecond))
	c := dial(t, srv.Addr())
	require.Equal(t, wire.ResultNotFound, c.code(get("k").frame(t)))
	c.closed()
	require.Eventually(t, func() bool { return srv.Node(0).Connections() == 0 }, patience, time.Millisecond)
}

func TestConnectionsBeyondTheLimitAreClosed(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithMaxConnections(2))
	first, second := dial(t, srv.Addr()), dial(t, srv.Addr())
	require.Equal(t, "BB9A1", first.info("node"))
	require.Equal(t, "BB9A1", second.info("node"))
	dial(t, srv.Addr()).closed()
	require.Equal(t, 2, srv.Node(0).Connections())
	require.EqualValues(t, 3, srv.Node(0).Accepted())
}
