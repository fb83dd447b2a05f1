package server

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// replies maps info commands to values.
type replies map[string]string

// listen starts a server that knows one info command at a time.
func (a replies) listen(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var goroutines sync.WaitGroup
	goroutines.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			goroutines.Go(func() { a.serve(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		goroutines.Wait()
	})
	return listener.Addr().String()
}

func (a replies) serve(conn net.Conn) {
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
		command := string(body[:len(body)-1])
		value, ok := a[command]
		if !ok {
			value = "ERROR:4:unrecognized command"
		}
		reply, start := wire.BeginFrame(nil, wire.FrameInfo)
		reply = wire.AppendInfoReply(reply, command, value)
		wire.EndFrame(reply, start)
		if _, err := conn.Write(reply); err != nil {
			return
		}
	}
}

func dialInfo(t *testing.T, a replies) *Info {
	info, err := DialInfo(a.listen(t))
	require.NoError(t, err)
	t.Cleanup(info.Close)
	return info
}

func TestConnectionsLeavesItselfOut(t *testing.T) {
	info := dialInfo(t, replies{"statistics": "failed_best_practices=false;client_connections=33;client_connections_opened=70;x=y"})
	now, ever, err := info.Connections()
	require.NoError(t, err)
	require.Equal(t, 32, now)
	require.Equal(t, 70, ever)
}

func TestConnectionsTellsWhatItDoesNotKnow(t *testing.T) {
	now, ever, err := dialInfo(t, replies{"statistics": "uptime=7"}).Connections()
	require.NoError(t, err)
	require.Equal(t, -1, now)
	require.Equal(t, -1, ever)
}

func TestConnectionsFailsOnNonsense(t *testing.T) {
	_, _, err := dialInfo(t, replies{"statistics": "client_connections=many"}).Connections()
	require.ErrorContains(t, err, "client_connections")
	_, _, err = dialInfo(t, replies{}).Connections()
	require.ErrorContains(t, err, "unrecognized command")
}

func TestVersionDoesWithoutAnEdition(t *testing.T) {
	version, err := dialInfo(t, replies{"edition": "Aerospike Community Edition", "build": "8.1.2.0"}).Version()
	require.NoError(t, err)
	require.Equal(t, "Aerospike Community Edition 8.1.2.0", version)
	version, err = dialInfo(t, replies{"build": "8.1.2.0"}).Version()
	require.NoError(t, err)
	require.Equal(t, "edition unknown 8.1.2.0", version)
}
