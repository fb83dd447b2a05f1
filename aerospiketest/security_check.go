package aerospiketest

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// recordNeeds tells which permission a command about one record needs, security.None if
// it is none that the server knows.
func recordNeeds(q *store.Request) security.Permission {
	need := security.None
	if q.Info1&wire.Info1Read != 0 {
		need = security.Read
	}
	switch {
	case q.Info2&wire.Info2Write == 0:
		return need
	case q.Info2&wire.Info2Delete != 0:
		return need | security.Delete
	case q.UDFPackage != nil:
		return need | security.UDFApply
	}
	return need | security.Write
}

// permit reports whether the peer may execute a command about one record of a namespace.
// A record's set counts as the command names it.
func (c *conn) permit(ns *namespace, q *store.Request) wire.ResultCode {
	if c.login == nil {
		return wire.ResultOK
	}
	need := recordNeeds(q)
	if need == security.None {
		return wire.ResultParameter
	}
	return c.login.Allow(need, ns.Name, q.Set)
}

// spend counts a command about one record against the peer's quota.
func (c *conn) spend(q *store.Request) wire.ResultCode {
	return c.login.Spend(q.Info2&wire.Info2Write != 0)
}

// permitQuery reports whether the peer may run a query over records of a namespace.
func (c *conn) permitQuery(ns *namespace, q *store.Request) wire.ResultCode {
	need := security.Query
	switch {
	case q.UDFPackage != nil:
		need = security.UDFQuery
	case q.Info2&wire.Info2Write != 0:
		need = security.OpsQuery
	}
	return c.login.Allow(need, ns.Name, q.Set)
}
