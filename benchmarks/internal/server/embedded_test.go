package server

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEmbeddedServerAnswersUntilClosed(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "aerospike-embedded")
	output, err := exec.Command("go", "build", "-o", binary, "github.com/aerospike-go/aerospike-go/cmd/aerospike-embedded").CombinedOutput()
	require.NoError(t, err, "%s", output)
	embedded, err := StartEmbedded(binary, -1)
	require.NoError(t, err)
	info, err := DialInfo(embedded.Addr)
	require.NoError(t, err)
	defer info.Close()
	version, err := info.Version()
	require.NoError(t, err)
	require.NotEmpty(t, version)
	require.NoError(t, embedded.Close())
	_, err = DialInfo(embedded.Addr)
	require.Error(t, err)
}

func TestProgramThatDoesNotListenIsReportedWithItsComplaint(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	require.NoError(t, os.WriteFile(script, []byte("#!/bin/sh\necho out of order >&2\n"), 0o755))
	_, err := StartEmbedded(script, -1)
	require.ErrorContains(t, err, "out of order")
}
