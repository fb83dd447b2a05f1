package pool

import (
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// loggedOut tells whether the server wants a login that the connection has had, or
// never needed.
func loggedOut(t wire.FrameType, body []byte) bool {
	const resultCode = 5 // its place in a message header
	if t != wire.FrameMessage || len(body) <= resultCode {
		return false
	}
	code := wire.ResultCode(body[resultCode])
	return code == wire.ResultNotAuthenticated || code == wire.ResultExpiredSession
}

// logOut is told that the server no longer knows the session that a connection began
// with. Further calls keep off all connections of that session, so that whoever tries
// again does so on one that has logged in anew; they are closed by retireLoggedOut. No
// lock but the login's is taken.
func (p *Pool) logOut(s *session) {
	if s == nil || !p.dialer.login.ended(s) {
		return
	}
	for _, l := range p.lanes {
		for _, c := range *l.conns.Load() {
			if c.session == s {
				c.standing.Store(leaving)
			}
		}
	}
}

// logOutGap is for how long after the end of a session that of another is believed only if the
// server has answered a call of it: one that logs us in and then does not know us must not get a
// login for each call.
const logOutGap = time.Second

// ended forgets a session that the server no longer knows, and reports whether that is
// news.
func (l *login) ended(s *session) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if s.dead.Load() || !s.served.Load() && !l.lastEnd.IsZero() && now.Sub(l.lastEnd) < logOutGap {
		return false
	}
	s.dead.Store(true)
	l.lastEnd = now
	if l.session == s {
		l.session = nil
	}
	return true
}

// retireLoggedOut closes the connections of a session that has ended. Those with calls
// close when these have been answered, see conn.answer.
func (p *Pool) retireLoggedOut(s *session) {
	for _, l := range p.lanes {
		for _, c := range *l.conns.Load() {
			if c.session == s && c.standing.Load() == leaving {
				c.retire(errLoggedOut)
			}
		}
	}
}
