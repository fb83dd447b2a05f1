package cluster

import "context"

// ContextError tells why ctx has ended, in the words of Do's errors: errors.Is finds its
// own error and its cause, and types.ErrTimeout if it was a deadline.
func ContextError(ctx context.Context) error { return contextError(ctx) }

// Closed reports whether the cluster has been closed.
func (c *Cluster) Closed() bool { return c.current.Load().closed }

// Unsent returns the fault as it would be had the request not reached the server, for
// one that was proven not to have been executed.
func Unsent(f Fault) Fault {
	f.failure.sent = false
	return f
}
