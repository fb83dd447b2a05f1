package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/examples/internal/ndjson"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// filled returns a client of a cluster with records.
func filled(t *testing.T, n int) *aerospike.Client {
	srv := aerospiketest.StartCluster(t, 3)
	client, err := aerospike.Connect(t.Context(), aerospike.Config{Hosts: []string{srv.Addr()}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	require.NoError(t, fill(t.Context(), client, "test", "users", n))
	return client
}

// requireAll checks that a file has each of n records once.
func requireAll(t *testing.T, path string, n int) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	seen := make([]bool, n)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		row, err := ndjson.ParseRow(lines.Bytes(), "test", "users")
		require.NoError(t, err, "%s", lines.Text())
		i, err := row.Bins["n"].(aerospike.Value).AsInt()
		require.NoError(t, err)
		require.Equal(t, aerospike.NewKey("test", "users", i).Digest(), row.Key.Digest())
		name, err := row.Bins["name"].(aerospike.Value).AsString()
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("user-%06d", i), name)
		require.False(t, seen[i], "record %d is there twice", i)
		seen[i] = true
	}
	require.NoError(t, lines.Err())
	for i := range seen {
		require.True(t, seen[i], "record %d is missing", i)
	}
}

// liveHeap returns the bytes of the heap that are in use, garbage left out.
func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestExportWritesEveryRecordOnce(t *testing.T) {
	client := filled(t, rows)
	var out bytes.Buffer
	path := filepath.Join(t.TempDir(), "users.ndjson")
	e := &export{client: client, namespace: "test", set: "users", path: path, cursor: path + ".cursor", every: 50 * time.Millisecond, out: &out}
	before, most := liveHeap(), int64(0)
	e.onRecord = func(n int64) {
		if n%(rows/10) == rows/20 {
			most = max(most, liveHeap())
		}
	}
	n, err := e.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, rows, n)
	require.NotZero(t, most)
	require.Less(t, most-before, int64(10<<20), "of memory, however long it goes on")
	requireAll(t, path, rows)
	require.Contains(t, out.String(), fmt.Sprintf("100.0 %%  %d records", rows))
	require.NoFileExists(t, e.cursor, "nothing is left to do")

	_, err = e.run(t.Context())
	require.ErrorIs(t, err, os.ErrExist, "a finished export is not overwritten")
}

func TestExportGoesOnWhereItWasInterrupted(t *testing.T) {
	client := filled(t, rows)
	path := filepath.Join(t.TempDir(), "users.ndjson")
	runs := 0
	for at := int64(rows / 5); ; at += rows * 3 / 10 {
		runs++
		ctx, cancel := context.WithCancel(t.Context())
		e := &export{client: client, namespace: "test", set: "users", path: path, cursor: path + ".cursor", every: time.Millisecond, out: new(bytes.Buffer)}
		e.onRecord = func(n int64) {
			if n == at {
				cancel()
			}
		}
		n, err := e.run(ctx)
		cancel()
		if err == nil {
			require.EqualValues(t, rows, n)
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		require.FileExists(t, e.cursor)
		// As after a crash: the output is longer than the cursor file says.
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(`{"key":"half of a li`)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	require.Greater(t, runs, 2)
	requireAll(t, path, rows)
}

// A run that is killed at its beginning has written no record, but has said so.
func TestExportGoesOnFromItsBeginning(t *testing.T) {
	client := filled(t, 100)
	path := filepath.Join(t.TempDir(), "users.ndjson")
	e := &export{client: client, namespace: "test", set: "users", path: path, cursor: path + ".cursor", every: time.Hour, out: new(bytes.Buffer)}
	var text []byte
	e.onRecord = func(n int64) {
		if n == 1 {
			var err error
			text, err = os.ReadFile(e.cursor)
			require.NoError(t, err)
		}
	}
	_, err := e.run(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, []byte("half of a li"), 0o600))
	require.NoError(t, os.WriteFile(e.cursor, text, 0o600))
	n, err := e.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 100, n)
	requireAll(t, path, 100)

	var out bytes.Buffer
	err = run(t.Context(), []string{"-out", path, "-set", "users", "-demo", "10"}, &out)
	require.ErrorIs(t, err, os.ErrExist)
	require.NotContains(t, err.Error(), "go on", "there is nothing to go on from")
}

func TestExportRefusesTheCursorOfAnother(t *testing.T) {
	client := filled(t, 10)
	dir := t.TempDir()
	e := &export{client: client, namespace: "test", set: "users", path: filepath.Join(dir, "o"), cursor: filepath.Join(dir, "c"), out: new(bytes.Buffer)}
	for text, says := range map[string]string{
		`{"namespace":"test","set":"others","offset":0,"cursor":"x"}`: "cursor",
		`{"namespace":"test","set":"users","offset":5}`:               "belongs to",
		`nonsense`: "invalid character",
	} {
		require.NoError(t, os.WriteFile(e.cursor, []byte(text), 0o600))
		_, err := e.run(t.Context())
		require.ErrorContains(t, err, says)
	}
}

func TestExportRunsOnTheEmbeddedServer(t *testing.T) {
	var out bytes.Buffer
	path := filepath.Join(t.TempDir(), "all.ndjson")
	require.NoError(t, run(t.Context(), []string{"-out", path, "-set", "users", "-demo", "1000"}, &out))
	requireAll(t, path, 1000)
	require.True(t, strings.HasSuffix(out.String(), "1000 records in "+path+"\n"), out.String())
}
