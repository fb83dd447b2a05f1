package pool

import (
	"context"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// maxInfos is how many connections for info commands a pool has at a time. The server
// works on few of them at once, too (thr_info.c).
const maxInfos = 8

// Info sends info commands over a connection opened for them and returns one reply for
// each, in order. It waits its turn if many others do the same. The connection is not
// kept: had the server closed it in the meantime, nobody could tell whether a command
// that changes something had been executed.
//
// It ends with ctx and with the pool. The error is an [*Error].
func (p *Pool) Info(ctx context.Context, commands ...string) (replies []wire.InfoReply, err error) {
	err = p.onSession(ctx, func(ctx context.Context, s *Session) error {
		replies, err = s.Info(ctx, commands...)
		return err
	})
	return replies, err
}

// onSession makes one exchange over a connection opened for it. ctx of the exchange ends
// with the pool, too. The error is an [*Error].
func (p *Pool) onSession(ctx context.Context, exchange func(context.Context, *Session) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.ctx, func() { cancel(ErrClosed) })()
	select {
	case p.infos <- struct{}{}:
		defer func() { <-p.infos }()
	case <-ctx.Done():
		return notSent(context.Cause(ctx))
	}
	switch { // both are noticed below, but too late to tell that nothing was sent
	case p.ctx.Err() != nil:
		return notSent(ErrClosed)
	case ctx.Err() != nil:
		return notSent(context.Cause(ctx))
	}
	s, err := p.OpenSession(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return notSent(context.Cause(ctx))
		}
		p.counters.dialFailed(err)
		return notSent(because(ErrDial, err))
	}
	defer s.Close()
	if err := exchange(ctx, s); err != nil {
		return &Error{Sent: true, Err: err}
	}
	return nil
}
