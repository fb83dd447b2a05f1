package aerospiketest_test

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// indexSession is a session with a real single node: commands and their answers.
//
//go:embed testdata/sindex.tsv
var indexSession string

// TestIndexInfo repeats a session that was recorded from a real server.
func TestIndexInfo(t *testing.T) {
	c := dial(t, aerospiketest.Start(t).Addr())
	for line := range strings.Lines(indexSession) {
		command, want, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		require.True(t, ok)
		require.Equal(t, strings.Split(want, ";"), strings.Split(c.info(command), ";"), command)
	}
}
