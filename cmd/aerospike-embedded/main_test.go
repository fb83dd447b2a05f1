package main

import (
	"bufio"
	"context"
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

func TestRunPrintsTheAddressesAndServesUntilCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { // ends with ctx; the test waits for it
		done <- run(ctx, []string{"-addr", "127.0.0.1:0", "-nodes", "2", "-namespaces", "a,b", "-cluster-name", "c"}, nil, w, io.Discard)
		_ = w.Close()
	}()
	out := bufio.NewReader(r)
	line, err := out.ReadString('\n')
	require.NoError(t, err)
	addrs := strings.Split(strings.TrimSpace(line), ",")
	require.Len(t, addrs, 2)
	for _, addr := range addrs {
		nc, err := net.DialTimeout("tcp", addr, 10*time.Second)
		require.NoError(t, err)
		_, err = nc.Write(wire.AppendInfo(nil, "namespaces", "cluster-name"))
		require.NoError(t, err)
		reply := make([]byte, wire.FrameHeaderSize+len("namespaces\ta;b\ncluster-name\tc\n"))
		_, err = io.ReadFull(nc, reply)
		require.NoError(t, err)
		require.Equal(t, "namespaces\ta;b\ncluster-name\tc\n", string(reply[wire.FrameHeaderSize:]))
		require.NoError(t, nc.Close())
	}
	cancel()
	require.NoError(t, <-done)
	rest, err := io.ReadAll(out)
	require.NoError(t, err)
	require.Empty(t, rest, "one line and no more")
}

func TestRunRefusesBadArguments(t *testing.T) {
	for args, want := range map[string]string{
		"-nodes 0":           "0 nodes: want 1 to 64",
		"-addr nowhere":      "missing port",
		"-addr localhost:0":  "want an IP address",
		"-users admin":       "want name:password",
		"-users a:b,:c":      "entry 2",
		"-namespaces x,,y":   "the name has 0 bytes",
		"extra":              `unexpected argument "extra"`,
		"-addr 127.0.0.1:-1": "no room for 1 ports",
	} {
		err := run(t.Context(), strings.Fields(args), nil, io.Discard, io.Discard)
		require.ErrorContains(t, err, want, args)
	}
}
