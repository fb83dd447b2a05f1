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

func TestObjectsOfASet(t *testing.T) {
	info, err := DialInfo(replies{
		"sets/test/users": "objects=12:tombstones=0:data_used_bytes=100;",
		"sets/test/none":  "",
		"sets/test/odd":   "tombstones=0:objects=many;",
	}.listen(t))
	require.NoError(t, err)
	defer info.Close()
	for set, want := range map[string]int{"users": 12, "none": 0} {
		n, err := info.Objects("test", set)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	_, err = info.Objects("test", "odd")
	require.Error(t, err)
}

func TestIndexWaitsUntilItIsBuilt(t *testing.T) {
	info, err := DialInfo(replies{
		"sindex-create:x":                        "ok",
		"sindex-create:y":                        "FAIL:4:bad",
		"sindex-stat:namespace=test;indexname=i": "entries=5;load_pct=100",
	}.listen(t))
	require.NoError(t, err)
	defer info.Close()
	require.NoError(t, info.Index("test", "i", "sindex-create:x"))
	require.ErrorContains(t, info.Index("test", "i", "sindex-create:y"), "bad")
}
