package cluster

import "context"

// ContextError tells why ctx has ended, in the words of Do's errors: errors.Is finds its
// own error and its cause, and types.ErrTimeout if it was a deadline.
func ContextError(ctx context.Context) error { return contextError(ctx) }
