package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestQuickstartRuns(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	text := out.String()
	t.Log(text)
	for _, want := range []string{
		"Connected to", "Alice is 30; generation 1", "map[age:30]", "record not found",
		`[nil 1 nil "Alice A." ["admin"]]`, "only if generation is still 2: done", "generation",
		"Visits:1", "Give up", "the next call works: true", "the record existed: true", "replies over",
	} {
		require.Contains(t, text, want)
	}
}
