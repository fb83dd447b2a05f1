package cluster

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func code(c types.ResultCode) failure { return failure{kind: verdict, code: c, sent: true} }

var (
	read       = &Command{MaxRetries: 2}
	linearize  = &Command{MaxRetries: 2, ReadMode: ReadLinearize}
	write      = &Command{MaxRetries: 2, Write: true}
	idempotent = &Command{MaxRetries: 2, Write: true, Idempotent: true}
)

func TestDecide(t *testing.T) {
	unsent := func(k failureKind) failure { return failure{kind: k, err: types.ErrConnection} }
	sent := func(k failureKind) failure { return failure{kind: k, err: types.ErrConnection, sent: true} }
	for _, test := range []struct {
		name string
		cmd  *Command
		f    failure
		want decision
	}{
		{"cancelled", read, unsent(gaveUp), decision{advance: true}},
		{"bad request", read, unsent(hopeless), decision{advance: true}},
		{"overloaded", read, unsent(overloaded), decision{advance: true}},
		{"overloaded write", write, unsent(overloaded), decision{advance: true}},

		{"no node", read, unsent(noNode), decision{action: await, free: true, refresh: remap}},
		{"no node for a write", write, unsent(noNode), decision{action: await, free: true, refresh: remap}},
		{"breakers open", read, unsent(shutOut), decision{action: pause, advance: true}},
		{"not connected", read, unsent(unreachable), decision{action: again, free: true, advance: true, refresh: lookAgain}},
		{"not connected, write", write, unsent(unreachable), decision{action: again, free: true, advance: true, refresh: lookAgain}},
		{"node gone in mid-flight, read", read, sent(unreachable), decision{action: again, advance: true, refresh: lookAgain}},
		{"node gone in mid-flight, write", write, sent(unreachable), decision{action: stop, advance: true, refresh: lookAgain}},

		{"lost before sending", write, unsent(lost), decision{action: again, free: true, advance: true, refresh: lookAgain}},
		{"lost after sending, read", read, sent(lost), decision{action: again, advance: true, refresh: lookAgain}},
		{"lost after sending, write", write, sent(lost), decision{action: stop, advance: true, refresh: lookAgain}},
		{"lost after sending, idempotent", idempotent, sent(lost), decision{action: again, advance: true, refresh: lookAgain}},
		{"garbled, read", read, sent(garbled), decision{action: pause, advance: true}},
		{"garbled, write", write, sent(garbled), decision{action: stop, advance: true}},

		{"timed out, read", read, sent(timedOut), decision{action: again, advance: true}},
		{"timed out, linearizable read stays", linearize, sent(timedOut), decision{action: again}},
		{"timed out, write", write, sent(timedOut), decision{action: stop}},
		{"timed out, idempotent stays", idempotent, sent(timedOut), decision{action: again}},
		{"timed out unsent, write", write, unsent(timedOut), decision{action: again, advance: true}},

		{"server timeout, read", read, code(types.ResultTimeout), decision{action: again, advance: true}},
		{"server timeout, write", write, code(types.ResultTimeout), decision{action: stop, advance: true}},
		{"server timeout, idempotent", idempotent, code(types.ResultTimeout), decision{action: again, advance: true}},
		{"device overload", write, code(types.ResultDeviceOverload), decision{action: pause, advance: true}},
		{"key busy", write, code(types.ResultKeyBusy), decision{action: pause, advance: true}},
		{"partition unavailable", write, code(types.ResultUnavailable), decision{action: await, free: true, advance: true, refresh: remap}},
		{"cluster key mismatch", write, code(types.ResultClusterKeyMismatch), decision{action: await, free: true, advance: true, refresh: remap}},
		{"transaction blocked", read, code(types.ResultMRTBlocked), decision{}},
		{"not found", read, code(types.ResultNotFound), decision{}},
		{"generation", write, code(types.ResultGeneration), decision{}},
		{"quota", read, code(types.ResultQuotaExceeded), decision{}},
		{"session over", write, code(types.ResultNotAuthenticated), decision{action: again, free: true}},
		{"session expired", read, code(types.ResultExpiredSession), decision{action: again, free: true}},
		{"udf", write, code(types.ResultUDF), decision{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, decide(test.cmd, &test.f, 2, 0))
		})
	}
}

// What the server's security refuses it will refuse again. Only a session that is over is
// begun anew, and not without end.
func TestDecideStopsAtRefusals(t *testing.T) {
	for c := types.ResultSecurityNotSupported; c <= types.ResultLDAPQuery; c++ {
		f := code(c)
		over := c == types.ResultNotAuthenticated || c == types.ResultExpiredSession
		for _, cmd := range []*Command{read, write, idempotent} {
			require.Equal(t, over, decide(cmd, &f, 2, 0).action != stop, "%v", c)
			require.Equal(t, stop, decide(cmd, &f, 0, 1).action, "%v", c)
		}
	}
	require.False(t, decide(read, &failure{kind: verdict, code: types.ResultNotAuthenticated}, 2, 1).free, "the second time it counts")
}

// An error that says who is not let in, and why, can be told from others and from each
// other; none of them is worth another attempt.
func TestRefusalsAreNamed(t *testing.T) {
	c := &Cluster{}
	c.publish(&snapshot{})
	wrong := errors.New("x509 says so")
	for want, err := range map[error]error{
		types.ErrInvalidCredential:    &pool.LoginError{Code: types.ResultInvalidCredential},
		types.ErrExpiredSession:       &pool.LoginError{Code: types.ResultExpiredSession},
		types.ErrInvalidUser:          &pool.LoginError{Code: types.ResultInvalidUser},
		types.ErrCredentials:          &pool.CredentialsError{Err: wrong},
		types.ErrCertificateExpired:   &pool.CertificateError{Fault: pool.CertificateExpired, Err: wrong},
		types.ErrCertificateHost:      &pool.CertificateError{Fault: pool.CertificateHost, Err: wrong},
		types.ErrCertificateIssuer:    &pool.CertificateError{Fault: pool.CertificateIssuer, Err: wrong},
		types.ErrCertificateRefused:   &pool.CertificateError{Fault: pool.CertificateRefused, Err: wrong},
		types.ErrCertificate:          &pool.CertificateError{Fault: pool.CertificateInvalid, Err: wrong},
		types.ErrSecurityNotSupported: &pool.LoginError{Code: types.ResultSecurityNotSupported},
		types.ErrNotAuthenticated:     &wire.InfoFault{Code: types.ResultNotAuthenticated},
		types.ErrRoleViolation:        &wire.InfoFault{Code: types.ResultRoleViolation},
	} {
		err = fmt.Errorf("dial: %w", err)
		require.ErrorIs(t, explained(err), want)
		require.ErrorIs(t, explained(err), err, "the cause is still there")
		require.Equal(t, err.Error(), explained(err).Error())
		require.Equal(t, want == types.ErrCredentials, types.Retryable(explained(err)), "%v", want)
		f := c.poolFailure(t.Context(), err)
		require.Equal(t, hopeless, f.kind)
		require.Equal(t, stop, decide(idempotent, &f, 9, 0).action)
		require.Equal(t, healthUnknown, f.health(&budget{}, time.Second, choice{}, true), "the node is not to blame")
		tries := &tries{last: f}
		require.ErrorIs(t, tries.fail(t.Context(), read, &budget{}), want)
	}
	require.NoError(t, explained(nil))
	require.Equal(t, wrong, explained(wrong))
	fault := &wire.InfoFault{Code: types.ResultServerError}
	require.Equal(t, error(fault), explained(fault), "it says nothing about who we are")
}

func TestDecideHeedsTheLimits(t *testing.T) {
	lostRead := failure{kind: lost, sent: true}
	require.Equal(t, pause, decide(read, &lostRead, 1, 0).action, "the second loss in a row")
	require.Equal(t, stop, decide(read, &lostRead, 0, 0).action)
	busy := code(types.ResultKeyBusy)
	require.Equal(t, stop, decide(write, &busy, 0, 0).action)

	down := failure{kind: unreachable}
	require.Equal(t, again, decide(write, &down, 0, 0).action, "what was not sent is not counted")
	require.Equal(t, await, decide(write, &down, 0, 1).action, "but it must not spin")
	moved := code(types.ResultUnavailable)
	require.Equal(t, await, decide(write, &moved, 0, 7).action)

	gone := failure{kind: unreachable, err: &cause{types.ErrNodeDown, types.ErrConnection}}
	require.Equal(t, stop, decide(&Command{Node: &Node{}, MaxRetries: 2}, &gone, 2, 0).action)
}

// A write that may have been executed must never be sent again unless it is
// idempotent, whatever else is true of it.
func TestDecideNeverRepeatsADoubtfulWrite(t *testing.T) {
	for kind := noFailure; kind <= verdict; kind++ {
		for c := range 256 {
			f := failure{kind: kind, code: types.ResultCode(c), sent: true}
			if d := decide(write, &f, 2, 0); f.doubtful() && kind != noNode {
				require.Equal(t, stop, d.action, "kind %d code %d", kind, c)
			}
		}
	}
}

func TestBackoffGrowsToItsLimitWithFullJitter(t *testing.T) {
	b := Backoff{First: 10 * time.Millisecond, Max: 50 * time.Millisecond, Multiplier: 2}
	for n, limit := range []time.Duration{10, 20, 40, 50, 50} {
		limit *= time.Millisecond
		var shortest, longest time.Duration = time.Hour, 0
		for range 2000 {
			d := b.length(n)
			shortest, longest = min(shortest, d), max(longest, d)
		}
		require.LessOrEqual(t, longest, limit)
		require.Greater(t, longest, limit*9/10)
		require.Less(t, shortest, limit/10)
	}
	for range 1000 {
		require.LessOrEqual(t, Backoff{}.length(0), DefaultBackoffFirst)
		require.LessOrEqual(t, Backoff{}.length(1<<20), DefaultBackoffMax)
	}
}

func TestHealthIsJudgedFairly(t *testing.T) {
	const fair = 100 * time.Millisecond
	deadline := &cause{types.ErrTimeout, context.DeadlineExceeded}
	holder, other := choice{holder: true}, choice{}
	for _, test := range []struct {
		name      string
		f         failure
		took      time.Duration
		ch        choice
		connected bool
		want      health
	}{
		{"silent for the attempt's time", failure{kind: timedOut, sent: true}, fair, holder, true, healthBad},
		{"silent until ctx's deadline, a fair time", failure{kind: gaveUp, err: deadline, sent: true}, fair, holder, true, healthBad},
		{"silent for a short time", failure{kind: gaveUp, err: deadline, sent: true}, fair - 1, holder, true, healthUnknown},
		{"cancelled, however late", failure{kind: gaveUp, err: context.Canceled, sent: true}, 10 * fair, holder, true, healthUnknown},
		{"the node only passes it on", failure{kind: timedOut, sent: true}, fair, other, true, healthUnknown},
		{"waited behind others", failure{kind: timedOut}, fair, holder, true, healthUnknown},
		{"waited for the first connection", failure{kind: timedOut}, fair, holder, false, healthBad},
		{"overloaded here", failure{kind: overloaded}, fair, holder, true, healthUnknown},
		{"connection lost", failure{kind: lost}, 0, holder, true, healthBad},
		{"garbled", failure{kind: garbled}, 0, holder, true, healthBad},
		{"device overload", code(types.ResultDeviceOverload), 0, holder, true, healthBad},
		{"server timeout", code(types.ResultTimeout), 0, holder, true, healthUnknown},
		{"not found", code(types.ResultNotFound), 0, holder, true, healthGood},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := budget{fair: fair}
			require.Equal(t, test.want, test.f.health(&b, test.took, test.ch, test.connected))
			if test.f.kind == timedOut || test.f.kind == gaveUp {
				require.Equal(t, healthUnknown, test.f.health(&budget{}, time.Hour, test.ch, test.connected), "no time was fixed")
			}
		})
	}
}
