package aerospike

import (
	"context"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

// SetXDRFilter says which records of a namespace are shipped to another datacenter, as the
// server's configuration names it, by cross-datacenter replication: those that the
// expression is true of. It replaces an earlier filter. It is for Enterprise servers and needs
// the privilege sys-admin. One node takes it and tells the others; ctx bounds the call,
// [DefaultAdminTimeout] does if it has no deadline.
func (c *Client) SetXDRFilter(ctx context.Context, datacenter, namespace string, filter expr.Exp[bool]) error {
	const op = "set XDR filter"
	text, err := filter.MarshalText()
	if err != nil {
		return &Error{Op: op, Namespace: namespace, Err: err}
	}
	return c.xdrFilter(ctx, op, datacenter, namespace, string(text))
}

// RemoveXDRFilter takes the filter of [Client.SetXDRFilter] away: all records are shipped.
func (c *Client) RemoveXDRFilter(ctx context.Context, datacenter, namespace string) error {
	return c.xdrFilter(ctx, "remove XDR filter", datacenter, namespace, "null")
}

// maxDatacenter is how long a datacenter's name may be. The server's own limit is tighter, and
// its to judge.
const maxDatacenter = 255

func (c *Client) xdrFilter(ctx context.Context, op, datacenter, namespace, filter string) error {
	err := checkName("datacenter", datacenter, maxDatacenter)
	if err == nil {
		err = checkNamespace(namespace)
	}
	if err != nil {
		return &Error{Op: op, Namespace: namespace, Err: err}
	}
	cmd := adminCommand(ctx, op)
	cmd.Namespace, cmd.Idempotent = namespace, true
	_, err = c.cluster.Ask(ctx, cmd, always("xdr-set-filter:dc="+datacenter+";namespace="+namespace+";exp="+filter), false)
	return err
}
