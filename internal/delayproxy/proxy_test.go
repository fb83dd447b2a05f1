package delayproxy

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo answers every connection with what it gets.
func echo(t *testing.T) net.Addr {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var goroutines sync.WaitGroup
	goroutines.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			goroutines.Go(func() {
				defer conn.Close()
				io.Copy(conn, conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		goroutines.Wait()
	})
	return listener.Addr()
}

func start(t *testing.T, delay time.Duration) *Proxy {
	target := echo(t)
	proxy, err := Start(target.String(), delay)
	require.NoError(t, err)
	t.Cleanup(proxy.Close)
	return proxy
}

func dial(t *testing.T, p *Proxy) net.Conn {
	conn, err := net.Dial("tcp", p.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn
}

func TestEachDirectionIsDelayed(t *testing.T) {
	const delay = 5 * time.Millisecond
	conn := dial(t, start(t, delay))
	best := time.Hour
	for range 5 {
		begin := time.Now()
		_, err := conn.Write([]byte("ping"))
		require.NoError(t, err)
		_, err = io.ReadFull(conn, make([]byte, 4))
		require.NoError(t, err)
		took := time.Since(begin)
		require.GreaterOrEqual(t, took, 2*delay)
		best = min(best, took)
	}
	require.Less(t, best, 3*delay, "the delay is not precise")
}

// One write at a time would take 400 round trips of 10 ms.
func TestDelayDoesNotLimitThroughput(t *testing.T) {
	conn := dial(t, start(t, 5*time.Millisecond))
	const size, writes = 16 << 10, 400
	random := rand.NewChaCha8([32]byte{1})
	sent := make([]byte, size*writes)
	random.Read(sent)
	begin := time.Now()
	var writer sync.WaitGroup
	writer.Go(func() {
		for chunk := range slices.Chunk(sent, size) {
			if _, err := conn.Write(chunk); err != nil {
				return
			}
		}
	})
	got := make([]byte, len(sent))
	_, err := io.ReadFull(conn, got)
	writer.Wait()
	require.NoError(t, err)
	require.True(t, bytes.Equal(sent, got), "the bytes changed on the way")
	require.Less(t, time.Since(begin), 2*time.Second)
}

func TestEndOfStreamReachesTheClient(t *testing.T) {
	proxy := start(t, time.Millisecond)
	conn := dial(t, proxy)
	_, err := conn.Write([]byte("last words"))
	require.NoError(t, err)
	got := make([]byte, 10)
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, "last words", string(got))
	proxy.Close()
	_, err = conn.Read(got)
	require.Error(t, err)
}

func TestUnreachableTargetClosesTheConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	free := listener.Addr().String()
	require.NoError(t, listener.Close())
	proxy, err := Start(free, time.Millisecond)
	require.NoError(t, err)
	defer proxy.Close()
	_, err = dial(t, proxy).Read(make([]byte, 1))
	require.Error(t, err)
}
