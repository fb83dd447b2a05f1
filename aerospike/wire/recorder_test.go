package wire

import (
	"flag"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var record = flag.String("record", "", "host:port of a real server to record testdata/recorded from")

// TestRecordGolden records the exchanges with a real server, which must be a
// Community Edition with a namespace "test" that allows TTLs. From a single node
// it records the commands, from a cluster what only a cluster can tell:
//
//	go test ./aerospike/wire -run TestRecordGolden -record 127.0.0.1:3100
func TestRecordGolden(t *testing.T) {
	if *record == "" {
		t.Skip("records from a real server; give it with -record host:port")
	}
	nc, err := net.DialTimeout("tcp", *record, 5*time.Second)
	require.NoError(t, err)
	defer func() { require.NoError(t, nc.Close()) }()
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))

	hello := recording{request: AppendInfo(nil, "build", "peers-clear-std")}
	hello.reply = exchangeFrames(t, nc, hello.request, 1)
	values := hello.info(t)
	peers, err := ParsePeers(values[1])
	require.NoError(t, err)
	exchanges := append(recordExchanges(t), infoExchanges()...)
	if len(peers.Peers) > 0 {
		exchanges = clusterExchanges()
	}
	for _, x := range exchanges {
		for _, frame := range x.prepare {
			exchangeFrames(t, nc, frame, 1)
		}
		r := recording{server: values[0], request: x.request}
		r.reply = exchangeFrames(t, nc, x.request, max(x.frames, 1))
		r.at = time.Now().Truncate(time.Second)
		x.check(t, r) // what is not as expected is not recorded
		r.write(t, x.name)
		if len(x.prepare) > 0 { // the first one deletes the record
			exchangeFrames(t, nc, x.prepare[0], 1)
		}
	}
}

// exchangeFrames sends a request and returns the frames that answer it.
func exchangeFrames(t *testing.T, nc net.Conn, request []byte, frames int) []byte {
	t.Helper()
	_, err := nc.Write(request)
	require.NoError(t, err)
	var reply []byte
	for range frames {
		head := make([]byte, FrameHeaderSize)
		_, err = io.ReadFull(nc, head)
		require.NoError(t, err)
		_, size, err := ParseFrameHeader(head)
		require.NoError(t, err)
		body := make([]byte, size)
		_, err = io.ReadFull(nc, body)
		require.NoError(t, err)
		reply = append(append(reply, head...), body...)
	}
	return reply
}
