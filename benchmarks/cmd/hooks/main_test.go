package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheReportHasEveryModeBesideNone(t *testing.T) {
	srv := aerospiketest.Start(t)
	host, port, _ := strings.Cut(srv.Addr(), ":")
	t.Setenv("AEROSPIKE_HOST", host)
	t.Setenv("AEROSPIKE_PORT", port)
	file := filepath.Join(t.TempDir(), "RESULTS.md")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-rounds", "2", "-duration", "20ms", "-goroutines", "4", "-client-core", "-1", "-out", file}, &out, io.Discard))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, out.String(), string(written))
	require.Contains(t, out.String(), "4 goroutines")
	require.Regexp(t, `\| no hook \| \d+ \| 1\.000 \| \d+ ns \| 1\.000 \|`, out.String())
	for _, name := range []string{
		"no hook, for comparison", "a hook that does nothing", "metrics", "metrics and stages",
		"metrics, tracing of 100 calls a second", "metrics, tracing of all",
	} {
		require.Regexp(t, `\| `+name+` \| \d+ \| \d+\.\d{3} \| \d+ ns \| \d+\.\d{3} \|`, out.String())
	}
}

func TestRatiosAreTakenWithinTheirRounds(t *testing.T) {
	sampled := func(name string, rates ...float64) *mode {
		m := &mode{name: name}
		for _, r := range rates {
			m.samples = append(m.samples, sample{rate: r, cpu: time.Duration(1e9 / r)})
		}
		return m
	}
	// The machine was busy in one round: that falls on both.
	text := report([]*mode{sampled("off", 100_000, 10_000, 100_000), sampled("on", 95_000, 9_500, 95_000)}, &options{goroutines: 64, rounds: 3})
	require.Contains(t, text, "| off | 100000 | 1.000 | 10000 ns | 1.000 |")
	require.Contains(t, text, "| on | 95000 | 0.950 | 10526 ns | 1.053 |")
	require.Zero(t, median(nil))
	require.Equal(t, 2.5, median([]float64{4, 1, 3, 2}))
}

func TestWrongCommandLinesAreRefused(t *testing.T) {
	t.Setenv("AEROSPIKE_HOST", "")
	for _, args := range [][]string{{}, {"-rounds", "0"}, {"-goroutines", "-1"}, {"-rounds", "x"}, {"-embedded", "/no/such/file"}} {
		require.Error(t, run(t.Context(), append(args, "-client-core=-1"), io.Discard, io.Discard), "%v", args)
	}
}
