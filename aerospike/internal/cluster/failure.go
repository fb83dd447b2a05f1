package cluster

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// failure is what an attempt came to, if it did not succeed. Its zero value is
// success.
type failure struct {
	kind failureKind
	code types.ResultCode // of a verdict, or of a refused login
	err  error            // for the caller; nil for a verdict without words
	sent bool             // the whole request may have reached the server
	// partly tells that a verdict is about a batch as a whole, whose rows may or may not
	// have been executed.
	partly bool
}

// failureKind sorts failures by what can be done about them.
type failureKind uint8

const (
	noFailure   failureKind = iota
	gaveUp                  // the context has ended
	hopeless                // it would fail again: bad request, login refused, client closed
	overloaded              // too many calls wait already
	noNode                  // the map names no node
	shutOut                 // every node's breaker is open
	unreachable             // no connection to the node, or the node has left
	lost                    // the connection broke
	garbled                 // the reply made no sense
	timedOut                // the attempt's time was up
	verdict                 // the server refused
)

// cause joins a sentinel with the error that led to it: errors.Is finds both, the
// text is that of the error.
type cause struct{ sentinel, err error }

func (c *cause) Error() string   { return c.err.Error() }
func (c *cause) Unwrap() []error { return []error{c.sentinel, c.err} }

// routeFailure sorts an error of snapshot.route.
func routeFailure(err error) failure {
	kind := noNode
	switch {
	case errors.Is(err, types.ErrClosed):
		kind = hopeless
	case errors.Is(err, types.ErrCircuitOpen):
		kind = shutOut
	case refusal(err) != nil: // by the seeds
		kind = hopeless
	}
	return failure{kind: kind, err: err}
}

// poolFailure sorts an error of pool.Do.
func (c *Cluster) poolFailure(ctx context.Context, err error) failure {
	f := failure{sent: pool.Sent(err)}
	if inner, ok := errors.AsType[*pool.Error](err); ok {
		err = inner.Err // whether it was sent is told by types.Attempt
	}
	// A program's cause may look like any failure.
	if why := context.Cause(ctx); why != nil && why != pool.ErrTimeout && errors.Is(err, why) {
		return failure{kind: gaveUp, err: contextError(ctx), sent: f.sent}
	}
	if refusal, ok := errors.AsType[*pool.LoginError](err); ok {
		f.kind, f.code = hopeless, refusal.Code
		f.err = err
		return f
	}
	if why := refusal(err); why != nil {
		f.kind, f.err = hopeless, &cause{why, err}
		return f
	}
	sentinel := types.ErrConnection
	switch {
	case errors.Is(err, pool.ErrTimeout):
		f.kind, sentinel = timedOut, types.ErrTimeout
	case ctx.Err() != nil:
		return failure{kind: gaveUp, err: contextError(ctx), sent: f.sent}
	case errors.Is(err, pool.ErrOverloaded):
		f.kind, sentinel = overloaded, types.ErrOverloaded
	case errors.Is(err, pool.ErrClosed):
		f.kind, sentinel = unreachable, types.ErrNodeDown
		if c.current.Load().closed {
			f.kind, sentinel = hopeless, types.ErrClosed
		}
	case errors.Is(err, pool.ErrDial):
		f.kind = unreachable
	case errors.Is(err, pool.ErrProtocol):
		f.kind, sentinel = garbled, types.ErrProtocol
	case errors.Is(err, pool.ErrInternal):
		f.kind, sentinel = garbled, types.ErrClient
	default:
		f.kind = lost
	}
	f.err = &cause{sentinel, err}
	return f
}

// refusal returns what a connection that is of no use because of who we are is compared
// with: nil if it failed for another reason. Trying again does not help.
func refusal(err error) error {
	if login, ok := errors.AsType[*pool.LoginError](err); ok {
		return &types.Error{Op: "login", Code: login.Code}
	}
	if _, ok := errors.AsType[*pool.CredentialsError](err); ok {
		return types.ErrCredentials
	}
	if info, ok := errors.AsType[*wire.InfoFault](err); ok { // such as from a client that has not logged in
		if verdict := (&types.Error{Op: "info", Code: info.Code}); errors.Is(verdict, types.ErrAdmin) {
			return verdict
		}
	}
	certificate, ok := errors.AsType[*pool.CertificateError](err)
	if !ok {
		return nil
	}
	switch certificate.Fault {
	case pool.CertificateExpired:
		return types.ErrCertificateExpired
	case pool.CertificateHost:
		return types.ErrCertificateHost
	case pool.CertificateIssuer:
		return types.ErrCertificateIssuer
	case pool.CertificateRefused:
		return types.ErrCertificateRefused
	}
	return types.ErrCertificate
}

// explained adds to an error what it is compared with, if it is a refusal.
func explained(err error) error {
	if why := refusal(err); why != nil {
		return &cause{why, err}
	}
	return err
}

// contextError tells why ctx has ended: both its own error and its cause, see reason, are
// found by errors.Is, and a deadline counts as a timeout.
func contextError(ctx context.Context) error {
	own := ctx.Err()
	err := own
	if why := context.Cause(ctx); why != own {
		err = &cause{own, &reason{own, why}}
	}
	if errors.Is(own, context.DeadlineExceeded) {
		return &cause{types.ErrTimeout, err}
	}
	return err
}

// reason is why a program has ended a context. Often that is an error of another call, with
// whose verdict and doubt this one has nothing to do: so it is found itself, and what the
// program's own error wraps, but nothing that an error of the client is compared with.
type reason struct{ own, err error }

// Error begins with the context's own words: those of the program may be about anything.
func (r *reason) Error() string { return r.own.Error() + ": " + r.err.Error() }

// OfProgram marks the words as the program's own, which are not for logs.
func (r *reason) OfProgram() {}

func (r *reason) Is(target error) bool {
	switch {
	case types.IsSentinel(target), target == context.Canceled, target == context.DeadlineExceeded:
		return false
	case r.ours():
		return reflect.TypeOf(r.err).Comparable() && r.err == target
	}
	return errors.Is(r.err, target)
}

func (r *reason) As(target any) bool { return !r.ours() && errors.As(r.err, target) }

// ours reports whether it is, or wraps, an error of a client.
func (r *reason) ours() bool {
	_, ok := errors.AsType[*types.Error](r.err)
	return ok
}

// doubtful reports whether a write may have been executed.
func (f *failure) doubtful() bool {
	if f.kind == verdict {
		return f.code.InDoubt() || f.partly
	}
	return f.sent
}

// health is what the failure says about the node, asked for took. The loss of a
// connection is counted apart, once for all commands that were on it.
func (f *failure) health(b *budget, took time.Duration, ch choice, connected bool) health {
	switch f.kind {
	case timedOut, gaveUp:
		// A caller that leaves early, or is cancelled, says nothing about the node. Nor
		// does one that waited behind others for a connection, or for a node that only
		// passed the request on.
		had := b.fair > 0 && took >= b.fair
		if had && ch.holder && (f.sent || !connected) && (f.kind == timedOut || errors.Is(f.err, context.DeadlineExceeded)) {
			return healthBad
		}
		return healthUnknown
	case garbled, lost, unreachable:
		return healthBad
	case verdict:
		switch f.code {
		case types.ResultDeviceOverload:
			return healthBad
		case types.ResultTimeout:
			return healthUnknown
		}
		return healthGood
	}
	return healthUnknown
}
