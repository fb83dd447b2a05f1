package security

import (
	"net/netip"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Login is a connection as this package sees it: who is at its other end, if it has
// logged in. Only the connection's goroutine uses it. A nil Login is one of a server
// without security, to which everything is allowed.
type Login struct {
	state *State
	node  int
	from  netip.Addr
	// certified returns the user whom the peer's certificate names.
	certified func() (name string, code wire.ResultCode)

	user   *user   // nil before the login
	judged *grants // of the user, when its address was last looked at
	code   wire.ResultCode
}

// Login returns the login of a new connection to a node, from 0, that comes from an
// address. certified is asked when the peer wants to log in by certificate.
func (s *State) Login(node int, from netip.Addr, certified func() (string, wire.ResultCode)) *Login {
	return &Login{state: s, node: node, from: from.Unmap(), certified: certified}
}

// Close forgets the connection.
func (l *Login) Close() {
	if l != nil {
		l.become(nil)
	}
}

// become makes the connection that of a user.
func (l *Login) become(u *user) {
	if l.user != nil {
		l.user.usage[l.node].connected(-1)
	}
	if u != nil {
		u.usage[l.node].connected(1)
	}
	l.user, l.judged = u, nil
}

// grants returns what the user may do now, and why not if it may do nothing.
func (l *Login) grants() (*grants, wire.ResultCode) {
	if l.user == nil {
		return nil, wire.ResultNotAuthenticated
	}
	g := l.user.grants.Load()
	if g == nil {
		return nil, wire.ResultNotAuthenticated
	}
	if g != l.judged {
		l.judged, l.code = g, wire.ResultOK
		if !g.admits(l.from) {
			l.code = wire.ResultNotWhitelisted
		}
	}
	return g, l.code
}

// Authenticated reports whether the connection may do anything at all.
func (l *Login) Authenticated() wire.ResultCode {
	if l == nil {
		return wire.ResultOK
	}
	_, code := l.grants()
	return code
}

// Allow reports whether the connection may do what needs a permission in a set of a
// namespace. Both may be empty.
func (l *Login) Allow(need Permission, namespace string, set []byte) wire.ResultCode {
	if l == nil {
		return wire.ResultOK
	}
	g, code := l.grants()
	switch {
	case code != wire.ResultOK:
		return code
	case !g.allow(need, namespace, set):
		return wire.ResultRoleViolation
	}
	return wire.ResultOK
}

// Spend counts a command about one record against the user's quota.
func (l *Login) Spend(write bool) wire.ResultCode {
	if l == nil || !l.state.config.Quotas {
		return wire.ResultOK
	}
	g, code := l.grants()
	if code != wire.ResultOK {
		return code
	}
	if !l.user.usage[l.node].spend(write, g.quota(write), l.state.second()) {
		return wire.ResultQuotaExceeded
	}
	return wire.ResultOK
}

func (g *grants) quota(write bool) uint32 {
	if write {
		return g.writeQuota
	}
	return g.readQuota
}

// Reservation is a query's share of its user's quota.
type Reservation struct {
	usage *usage
	write bool
	rate  uint32
}

// Reserve counts a query against the user's quota: rate records a second, 0 for no
// limit, for as long as it runs. The caller has to release the reservation.
func (l *Login) Reserve(write bool, rate uint32) (Reservation, wire.ResultCode) {
	if l == nil || !l.state.config.Quotas {
		return Reservation{}, wire.ResultOK
	}
	g, code := l.grants()
	if code != wire.ResultOK {
		return Reservation{}, code
	}
	u := &l.user.usage[l.node]
	if !u.reserve(write, rate, g.quota(write), l.state.second()) {
		return Reservation{}, wire.ResultQuotaExceeded
	}
	return Reservation{usage: u, write: write, rate: rate}, wire.ResultOK
}

// Release takes the reservation back. It must be called once; the zero Reservation has
// nothing to take back.
func (r Reservation) Release() {
	if r.usage != nil {
		r.usage.release(r.write, r.rate)
	}
}

// User returns the name of who has logged in, empty for nobody.
func (l *Login) User() string {
	if l == nil || l.user == nil {
		return ""
	}
	return l.user.name
}
