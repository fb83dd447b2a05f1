package pool

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A process that was stopped for a while, or got no CPU, finds its watchdog late:
// that says nothing about the peer, whose answers are still in the socket.
func TestPausedProcessBlamesNoPeer(t *testing.T) {
	c := newConn(nil, transport{})
	c.sent.push(&Call{})
	now := time.Now()
	for i := range 3 {
		_, stalled := c.look(now, 2*slowAfter)
		require.Equal(t, time.Duration(i)*2*slowAfter, stalled)
		now = now.Add(time.Hour)
	}
}
