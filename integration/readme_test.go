package integration

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Every Go snippet of the README stands, line for line, in an example or a test.
func TestReadmeSnippetsAreRun(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	var code strings.Builder
	for _, dir := range []string{"../aerospike", "../aerospiketest", "../examples", "../observability", "."} {
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			text, err := os.ReadFile(path)
			code.WriteString(trimmed(string(text)))
			return err
		}))
	}
	snippets := 0
	for i, block := range strings.Split(string(readme), "```") {
		snippet, isGo := strings.CutPrefix(block, "go\n")
		if i%2 == 0 || !isGo {
			continue
		}
		snippets++
		require.Contains(t, code.String(), trimmed(snippet), "a snippet that is not run")
	}
	require.Greater(t, snippets, 10)
}

// trimmed drops indentation, which differs between a text and a function.
func trimmed(code string) string {
	var b strings.Builder
	for line := range strings.Lines(code) {
		b.WriteString(strings.TrimSpace(line))
		b.WriteByte('\n')
	}
	return b.String()
}

func TestSignUp(t *testing.T) {
	srv := aerospiketest.Start(t) // stops with the test
	client, err := aerospike.Connect(t.Context(), aerospike.Config{Hosts: []string{srv.Addr()}})
	require.NoError(t, err)
	defer client.Close()

	// The first answer gets lost.
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	key := aerospike.NewKey("test", "users", "bob")
	err = client.Put(t.Context(), key, aerospike.Bins{"name": "Bob"})
	require.True(t, aerospike.InDoubt(err))
}
