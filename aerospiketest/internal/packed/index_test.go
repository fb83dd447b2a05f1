package packed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// TestPersistedIndexIsKeptButHidden has, of maps sent as whole bins, what is stored
// and what clients see.
func TestPersistedIndexIsKeptButHidden(t *testing.T) {
	for _, c := range []struct{ sent, stored, seen string }{
		{"80", "80", "80"},
		{"81a2036101", "81a2036101", "81a2036101"},
		{"82c70001c0a2036101", "82c70001c0a2036101", "82c70001c0a2036101"},
		{"82c70010c0a2036101", "82c70010c0a2036101", "81a2036101"},
		{"82c70011c0a2036101", "82c70011c0a2036101", "82c70001c0a2036101"},
		{"82c70013c0a2036101", "82c70013c0a2036101", "82c70003c0a2036101"},
		{"81c70013c0", "81c70013c0", "81c70003c0"},
		{"81c70010c0", "81c70010c0", "80"},
		{"83c70010c0a2036202a2036101", "83c70010c0a2036101a2036202", "82a2036101a2036202"},
		{"82c702130102c0a2036101", "82c70013c0a2036101", "82c70003c0a2036101"}, // a client's index is ignored
		{"81a2036182c70013c0a2036101", "81a2036182c70003c0a2036101", "81a2036182c70003c0a2036101"},
	} {
		stored, err := packed.Normalise(nil, unhex(t, c.sent), wire.ParticleMap)
		require.NoError(t, err, c.sent)
		require.Equal(t, unhex(t, c.stored), stored, c.sent)
		require.Equal(t, unhex(t, c.seen), packed.HideIndex(stored), c.sent)
		require.Equal(t, c.stored != c.seen, packed.Indexed(stored), c.sent)
	}
	for _, other := range []string{"", "90", "92c7000101", "c0", "81", "a20361", "92d4110001"} {
		require.False(t, packed.Indexed(unhex(t, other)), other)
		require.Equal(t, unhex(t, other), packed.HideIndex(unhex(t, other)), other)
	}
}

// TestIndexesOfLists has what clients see of lists that keep an index.
func TestIndexesOfLists(t *testing.T) {
	for _, c := range [][2]string{
		{"92c7001105", "92c7000105"}, {"92c7001005", "9105"}, {"92c702110a0b05", "92c7000105"}, {"91c70010", "90"},
	} {
		require.True(t, packed.Indexed(unhex(t, c[0])), c[0])
		require.Equal(t, unhex(t, c[1]), packed.HideIndex(unhex(t, c[0])), c[0])
	}
}
