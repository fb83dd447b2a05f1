package rawpipe

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer reads requests and answers each with what reply returns, in order, until
// the connection ends or reply returns nil.
func answer(conn net.Conn, reply func(request wire.Message) []byte) {
	defer conn.Close()
	head := make([]byte, wire.FrameHeaderSize)
	for {
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		_, size, err := wire.ParseFrameHeader(head)
		if err != nil {
			return
		}
		body := make([]byte, size)
		if _, err := io.ReadFull(conn, body); err != nil {
			return
		}
		request, err := wire.ParseMessage(body)
		if err != nil {
			return
		}
		bytes := reply(request)
		if bytes == nil {
			return
		}
		if _, err := conn.Write(bytes); err != nil {
			return
		}
	}
}

func listen(t *testing.T, reply func(request wire.Message) []byte) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var goroutines sync.WaitGroup
	goroutines.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			goroutines.Go(func() { answer(conn, reply) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		goroutines.Wait()
	})
	return listener.Addr().String()
}

func message(code wire.ResultCode, value []byte) []byte {
	var e wire.Encoder
	e.Begin(nil, &wire.Header{ResultCode: code})
	e.Op(wire.OpRead, "bin", wire.ParticleBlob, value)
	bytes, err := e.End()
	if err != nil {
		panic(err)
	}
	return bytes
}

func dial(t *testing.T, addr string, connections int) *Client {
	c, err := Dial(t.Context(), addr, connections)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// numbered is a request that carries a number where the server looks for a TTL.
func numbered(t *testing.T, n uint32) []byte {
	var e wire.Encoder
	e.Begin(nil, &wire.Header{TTL: n})
	request, err := e.End()
	require.NoError(t, err)
	return request
}

func TestEachCallGetsItsOwnReply(t *testing.T) {
	addr := listen(t, func(request wire.Message) []byte {
		return message(wire.ResultCode(request.TTL%200), make([]byte, request.TTL%3000))
	})
	c := dial(t, addr, 3)
	var callers sync.WaitGroup
	for i := range uint32(32) {
		callers.Go(func() {
			for n := i; n < 4000; n += 32 {
				err := c.Do(context.Background(), numbered(t, n))
				if n%200 == 0 {
					require.NoError(t, err)
				} else {
					require.Equal(t, CodeError(n%200), err)
				}
			}
		})
	}
	callers.Wait()
}

func TestRepliesLargerThanTheBufferAreSteppedOver(t *testing.T) {
	addr := listen(t, func(wire.Message) []byte { return message(wire.ResultOK, make([]byte, 5*bufferSize)) })
	c := dial(t, addr, 1)
	for n := range uint32(20) {
		require.NoError(t, c.Do(t.Context(), numbered(t, n)))
	}
}

func TestCallReturnsWhenItsContextEndsAndTheConnectionGoesOn(t *testing.T) {
	release := make(chan struct{})
	addr := listen(t, func(request wire.Message) []byte {
		if request.TTL == 1 {
			<-release
		}
		return message(wire.ResultCode(request.TTL), nil)
	})
	c := dial(t, addr, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, c.Do(ctx, numbered(t, 1)), context.DeadlineExceeded)
	close(release)
	require.Equal(t, CodeError(2), c.Do(t.Context(), numbered(t, 2)), "the dropped reply went to the next call")
}

func TestLostConnectionFailsTheCallsOnIt(t *testing.T) {
	addr := listen(t, func(wire.Message) []byte { return nil })
	c := dial(t, addr, 1)
	require.ErrorIs(t, c.Do(t.Context(), numbered(t, 1)), ErrClosed)
	require.ErrorIs(t, c.Do(t.Context(), numbered(t, 2)), ErrClosed)
}

func TestRequestsNameTheRecordAndItsBins(t *testing.T) {
	for _, d := range []dataset.Dataset{dataset.New(0, 5), dataset.New(100, 5)} {
		gets, err := Gets(d)
		require.NoError(t, err)
		puts, err := Puts(d)
		require.NoError(t, err)
		require.Len(t, gets, 5)
		for i := range gets {
			got, _ := parse(t, gets[i])
			put, bins := parse(t, puts[i])
			require.Equal(t, got, put, "get and put name different records")
			if d.Size > 0 {
				require.Equal(t, map[string]int{dataset.BinBlob: d.Size}, bins)
			} else {
				require.Len(t, bins, 5)
			}
		}
	}
}

// parse returns the digest in a request and the size of each bin.
func parse(t *testing.T, request []byte) (digest string, bins map[string]int) {
	m, err := wire.ParseMessage(request[wire.FrameHeaderSize:])
	require.NoError(t, err)
	for {
		f, ok := m.NextField()
		if !ok {
			break
		}
		if f.Type == wire.FieldDigest {
			digest = string(f.Data)
		}
	}
	bins = map[string]int{}
	for {
		op, ok := m.NextOp()
		if !ok {
			break
		}
		bins[string(op.Name)] = len(op.Value)
	}
	require.NoError(t, m.Err())
	return digest, bins
}

func TestDialFailsWithoutAServer(t *testing.T) {
	_, err := Dial(t.Context(), "127.0.0.1:1", 2)
	var failure *net.OpError
	require.True(t, errors.As(err, &failure), "%v", err)
}
