package pool

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// DialFunc opens a network connection. It must heed ctx, and Close of what it
// returns must end a blocked Read and Write, or Close of the pool hangs. Its Write
// must tell how many bytes went out, also with an error: whether a request was sent
// is concluded from it.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Config says how to reach a node and how much to ask of it. The zero value of
// each field but Addr means its default.
type Config struct {
	Addr string      // host:port
	TLS  *tls.Config // nil for plain TCP, unless TLSFunc is set
	Auth *Auth       // nil for no login
	Dial DialFunc    // nil for a net.Dialer
	Hook hook.Hook   // told of connections, and asked whether to time streams; nil for none
	// TLSFunc, if set, is asked for the configuration of each new connection, in place
	// of TLS; what it returns is not changed.
	TLSFunc TLSFunc
	// ServerName is the name that the node's certificate must have, if the TLS
	// configuration names none; empty for the host of Addr.
	ServerName string

	MinConns     int // connections kept open; 0
	MaxConns     int // connections for ordinary calls; DefaultMaxConns
	MaxBulkConns int // further connections, for big requests; DefaultMaxBulkConns
	MaxStreams   int // further connections, one for each batch or query; DefaultMaxStreams
	Depth        int // unanswered calls on one connection, at most 1<<20; DefaultDepth
	MaxWaiting   int // calls waiting for room, then ErrOverloaded; DefaultMaxWaiting
	MaxQueued    int // bytes of unwritten requests, big and ordinary apart, then calls wait; DefaultMaxQueued
	MaxReply     int // bytes of a reply, then the connection is closed; wire.MaxFrameBody
	BulkSize     int // a request of at least this many bytes is a big one; DefaultBulkSize
	DialLimit    int // connections being opened at once; DefaultDialLimit

	DialTimeout time.Duration // TCP, TLS and login together; DefaultDialTimeout
	IdleTimeout time.Duration // unused connections above MinConns are closed after it; DefaultIdleTimeout
	// StallTimeout ends a connection that owes an answer and sends nothing for so long;
	// DefaultStallTimeout. What the kernel has taken counts as sent, so on a slow link
	// it must leave time for a full send buffer.
	StallTimeout time.Duration
}

// Defaults of Config. The limits on connections and depth were chosen from the
// sweep in benchmarks/RESULTS.md.
const (
	DefaultMaxConns     = 32
	DefaultMaxBulkConns = 4
	DefaultMaxStreams   = 64
	DefaultDepth        = 128
	DefaultMaxWaiting   = 65536
	DefaultMaxQueued    = 64 << 20
	DefaultBulkSize     = 128 << 10
	DefaultDialLimit    = 4
	DefaultDialTimeout  = 5 * time.Second
	// DefaultIdleTimeout is below 60 s, after which servers before 8.1 close an idle
	// connection (proto-fd-idle-ms).
	DefaultIdleTimeout = 55 * time.Second
	// DefaultStallTimeout leaves room for the server's own limit of 1 s on a
	// command (transaction-max-ms), after which it answers ResultTimeout.
	DefaultStallTimeout = 3 * time.Second
)

// maxDepth keeps sums of two depths within an int32.
const maxDepth = 1 << 20

func orDefault[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// withDefaults returns the complete configuration; code below never asks again
// whether a field was set.
func (c Config) withDefaults() Config {
	c.MaxConns = orDefault(c.MaxConns, DefaultMaxConns)
	c.MaxBulkConns = orDefault(c.MaxBulkConns, DefaultMaxBulkConns)
	c.MaxStreams = orDefault(c.MaxStreams, DefaultMaxStreams)
	c.Depth = min(orDefault(c.Depth, DefaultDepth), maxDepth)
	c.MaxWaiting = orDefault(c.MaxWaiting, DefaultMaxWaiting)
	c.MaxQueued = orDefault(c.MaxQueued, DefaultMaxQueued)
	c.MaxReply = min(orDefault(c.MaxReply, maxReply), maxReply)
	c.BulkSize = orDefault(c.BulkSize, DefaultBulkSize)
	c.DialLimit = orDefault(c.DialLimit, DefaultDialLimit)
	c.DialTimeout = orDefault(c.DialTimeout, DefaultDialTimeout)
	c.IdleTimeout = orDefault(c.IdleTimeout, DefaultIdleTimeout)
	c.StallTimeout = orDefault(c.StallTimeout, DefaultStallTimeout)
	c.MinConns = min(max(c.MinConns, 0), c.MaxConns)
	if c.Dial == nil {
		c.Dial = dialTCP
	}
	return c
}
