package pool

import (
	"net"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// transport is a connection ready for use: dialled, with TLS set up, logged in.
type transport struct {
	raw net.Conn // TCP
	nc  net.Conn // raw, or TLS over it
	tls bool
	// session is what the connection has logged in with; nil without a login.
	session *session

	opened time.Time
	teller teller
}

// close closes a connection, for a reason if it was not simply done with.
func (t *transport) close(cause error) {
	t.raw.Close()
	t.closed(cause)
}

// closed tells the hook that the connection has been closed. No lock is held.
func (t *transport) closed(cause error) {
	if ours(cause) {
		cause = nil
	}
	t.teller.tell(hook.ConnClosed, time.Since(t.opened), cause)
}

// teller tells the hook of one connection.
type teller struct {
	hook hook.Hook // nil for none
	addr string
	lane hook.Lane
}

// tell calls the hook. A hook that panics does no harm.
func (l *teller) tell(kind hook.ConnKind, took time.Duration, err error) {
	if l.hook == nil {
		return
	}
	_ = guard(func() error {
		l.hook.Conn(&hook.Conn{Kind: kind, Addr: l.addr, Lane: l.lane, Took: took, Err: err})
		return nil
	})
}
