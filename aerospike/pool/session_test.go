package pool

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// answers serves one info request with a fixed body.
func answers(body string) func(*peer, net.Conn) {
	return func(_ *peer, c net.Conn) {
		for {
			if _, err := readFrame(c); err != nil {
				return
			}
			frame := append(wire.AppendFrameHeader(nil, wire.FrameInfo, len(body)), body...)
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	}
}

func TestSessionInfo(t *testing.T) {
	cases := map[string]struct {
		body, fault string
	}{
		"good":              {body: "node\tBB9\nbuild\t8.1.2.0\n"},
		"one reply missing": {body: "node\tBB9\n", fault: "1 info replies to 2"},
		"not logged in":     {body: "ERROR:80:not authenticated\n", fault: "not authenticated"},
		"an empty line":     {body: "node\tBB9\n\n", fault: "empty line"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPeer(answers(tc.body))
			s, err := OpenSession(t.Context(), Config{Addr: p.listen(t)})
			require.NoError(t, err)
			defer s.Close()
			replies, err := s.Info(t.Context(), "node", "build")
			if tc.fault != "" {
				require.ErrorContains(t, err, tc.fault)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []wire.InfoReply{{Command: "node", Value: "BB9"}, {Command: "build", Value: "8.1.2.0"}}, replies)
		})
	}
}

func TestSessionHeedsItsContext(t *testing.T) {
	p := newPeer(mute)
	s, err := OpenSession(t.Context(), Config{Addr: p.listen(t)})
	require.NoError(t, err)
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err = s.Info(ctx, "node")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), time.Second)
}
