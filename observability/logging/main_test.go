package logging

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// watched returns a hook and what it writes.
func watched(t testing.TB, level Level) (*Hook, *observer.ObservedLogs) {
	core, lines := observer.New(zapcore.DebugLevel)
	h := New(zap.New(core), WithLevel(level))
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	return h, lines
}

// connect returns a client of srv with the hook, closed with the test.
func connect(t testing.TB, srv *aerospiketest.Server, h *Hook, change ...func(*aerospike.Config)) *aerospike.Client {
	t.Helper()
	cfg := aerospike.Config{Hosts: []string{srv.Addr()}, Hook: h}
	for _, f := range change {
		f(&cfg)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := aerospike.Connect(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// suppressed returns how many lines the lines stand for.
func suppressed(lines []observer.LoggedEntry) (written, heldBack int) {
	for _, l := range lines {
		if n, ok := l.ContextMap()["suppressed"]; ok {
			heldBack += int(n.(uint64))
		} else {
			written++
		}
	}
	return written, heldBack
}
