package batch_test

import (
	"bytes"
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/internal/delayproxy"
)

// link is a network between a client and a cluster, in which every byte takes its time,
// and which knows who has waited for whom.
type link struct {
	mu     sync.Mutex
	events []event // guarded by mu; in the order in which the client did them
}

// event is that the client has sent a request or got bytes.
type event struct {
	conn *linkConn
	sent bool
}

// linkConn is the client's end of a connection. A frame for messages that it writes is an
// event, and so is what it reads afterwards.
type linkConn struct {
	net.Conn
	link *link
	mu   sync.Mutex
	data bool // guarded by mu; the last request was a message, not an info command
}

func (c *linkConn) Write(b []byte) (int, error) {
	message := bytes.HasPrefix(b, wire.AppendFrameHeader(nil, wire.FrameMessage, 0)[:2])
	c.mu.Lock()
	c.data = message
	c.mu.Unlock()
	if message {
		c.link.note(event{c, true})
	}
	return c.Conn.Write(b)
}

func (c *linkConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	data := c.data
	c.mu.Unlock()
	if data && n > 0 {
		c.link.note(event{c, false})
	}
	return n, err
}

func (l *link) note(e event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

// take returns what has happened since the last call: how many requests were sent, on how
// many connections, and how many of them after a reply had come.
func (l *link) take() (requests, conns, late int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	used := map[*linkConn]bool{}
	answered := false
	for _, e := range l.events {
		answered = answered || !e.sent
		if e.sent {
			requests++
			used[e.conn] = true
			if answered {
				late++
			}
		}
	}
	l.events = nil
	return requests, len(used), late
}

// startFar is start with a link on which each direction takes delay.
func startFar(t *testing.T, nodes, records int, delay time.Duration) (*fixture, *link) {
	t.Helper()
	l := &link{}
	var mu sync.Mutex
	proxies := map[string]*delayproxy.Proxy{}
	t.Cleanup(func() {
		for _, p := range proxies {
			p.Close()
		}
	})
	through := func(address string) (*delayproxy.Proxy, error) {
		mu.Lock()
		defer mu.Unlock()
		if p := proxies[address]; p != nil {
			return p, nil
		}
		p, err := delayproxy.Start(address, delay)
		if err == nil {
			proxies[address] = p
		}
		return p, err
	}
	f := start(t, nodes, records, func(cfg *aerospike.Config) {
		cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			p, err := through(address)
			if err != nil {
				return nil, err
			}
			conn, err := new(net.Dialer).DialContext(ctx, network, p.Addr())
			if err != nil {
				return nil, err
			}
			return &linkConn{Conn: conn, link: l}, nil
		}
	})
	return f, l
}

// 500 keys on three nodes over a link of 40 ms take one round trip (demands D25): nothing
// that is sent has waited for a reply, and the time is that of the link. With the race detector,
// which makes encoding and decoding many times slower, it is only less than two round trips.
func TestOneRoundTripOverALongLink(t *testing.T) {
	const (
		rtt   = 40 * time.Millisecond
		keys  = 500
		tries = 40 // the best one counts, for machines are busy with other things, too
	)
	limit := rtt * 13 / 10
	if raceEnabled {
		limit = 2*rtt - 1
	}
	f, l := startFar(t, 3, keys, rtt/2)
	bins := make([]aerospike.Bins, keys)
	mixed := make([]batch.Op, keys)
	for i, key := range f.keys {
		bins[i] = aerospike.Bins{"n": i}
		if mixed[i] = batch.Get(key); i%2 == 1 {
			mixed[i] = batch.Operate(key, aerospike.Add("m", 1))
		}
	}
	for name, run := range map[string]func() *batch.Stream{
		"get":       func() *batch.Stream { return f.client.BatchGet(f.ctx, f.keys) },
		"put":       func() *batch.Stream { return f.client.BatchPut(f.ctx, f.keys, bins) },
		"mixed":     func() *batch.Stream { return f.client.Batch(f.ctx, mixed) },
		"few":       func() *batch.Stream { return f.client.BatchGet(f.ctx, f.keys[:5]) },
		"in chunks": func() *batch.Stream { return f.client.BatchGet(f.ctx, f.keys, aerospike.Chunk(80)) },
	} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{T: t, ctx: f.ctx, srv: f.srv, client: f.client}
			f.good(run().Collect()) // opens the connections
			f.good(run().Collect())
			best := time.Hour
			for i := 0; i < tries && best > limit; i++ {
				l.take()
				began := time.Now()
				f.good(run().Collect())
				best = min(best, time.Since(began))
				requests, conns, late := l.take()
				require.Zero(t, late, "of %d requests, some waited for replies", requests)
				require.GreaterOrEqual(t, conns, 2)
			}
			require.GreaterOrEqual(t, best, rtt, "the link is not as long as it is said to be")
			require.LessOrEqual(t, best, limit)
		})
	}
}
