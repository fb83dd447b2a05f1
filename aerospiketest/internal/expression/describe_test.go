package expression_test

import (
	_ "embed"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/expression"
)

// descriptions has expressions and how a real server shows them in sindex-list.
//
//go:embed testdata/descriptions.tsv
var descriptions string

func TestDescribe(t *testing.T) {
	for line := range strings.Lines(descriptions) {
		packed, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		exp, err := hex.DecodeString(packed)
		require.NoError(t, err)
		_, code := expression.Compile(exp)
		require.Zero(t, code, packed)
		require.Equal(t, want, expression.Describe(exp), packed)
	}
}

func TestParts(t *testing.T) {
	for packed, want := range map[string]expression.Parts{
		"\x05":                         0,
		"\x92\x40\x0a":                 expression.PartDigest,
		"\x91\x41":                     expression.PartMetadata,
		"\x92\x50\x02":                 expression.PartKey,
		"\x92\x52\xa1a":                expression.PartBins,
		"\x93\x14\x91\x45\x92\x50\x02": expression.PartMetadata | expression.PartKey,
	} {
		p, code := expression.Compile([]byte(packed))
		require.Equal(t, wire.ResultOK, code, "%x", packed)
		require.Equal(t, want, p.Reads(), "%x", packed)
		require.Equal(t, wire.ParticleInt, p.Type())
	}
}
