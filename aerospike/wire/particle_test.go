package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGeoJSONTextFollowsTheCells(t *testing.T) {
	const text = `{"type":"Point","coordinates":[1,2]}`
	require.Equal(t, "\x00\x00\x00"+text, string(AppendGeoJSON(nil, text)))
	tests := []struct{ name, head string }{
		{"as a client sends it", "\x00\x00\x00"},
		{"point with its cell", "\x00\x00\x01" + "\x10\x20\x30\x40\x50\x60\x70\x80"},
		{"region with two cells", "\x01\x00\x02" + "\x10\x20\x30\x40\x50\x60\x70\x80" + "\x11\x21\x31\x41\x51\x61\x71\x81"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := GeoJSON([]byte(tt.head + text))
			require.NoError(t, err)
			require.Equal(t, text, string(got))
		})
	}
}

func TestMalformedGeoJSONIsRefused(t *testing.T) {
	tests := []struct{ name, particle, want string }{
		{"empty", "", "geojson flags: need 1 bytes, have 0"},
		{"no count", "\x00\x00", "geojson cell count: need 2 bytes, have 1"},
		{"cells missing", "\x00\x00\x01\x01\x02", "geojson cells: need 8 bytes, have 2"},
		{"65535 cells announced", "\x00\xff\xff{}", "geojson cells: need 524280 bytes, have 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := GeoJSON([]byte(tt.particle))
			require.ErrorContains(t, err, tt.want)
			require.Empty(t, text)
		})
	}
}

func TestParticleTypesTheServerTakes(t *testing.T) {
	for n := range 256 {
		p := ParticleType(n)
		switch n {
		case 0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12, 16, 17, 18, 19, 20, 23:
			require.True(t, p.Valid(), "%d", n)
			require.NotContains(t, p.String(), "particle type")
		default:
			require.False(t, p.Valid(), "%d", n)
			require.Contains(t, p.String(), "particle type")
		}
	}
}

func FuzzGeoJSON(f *testing.F) {
	f.Add(AppendGeoJSON(nil, `{"type":"Point","coordinates":[1,2]}`))
	f.Add([]byte("\x00\x00\x01\x10\x20\x30\x40\x50\x60\x70\x80{}"))
	f.Add([]byte("\x00\xff\xff"))
	f.Fuzz(func(t *testing.T, particle []byte) {
		text, err := GeoJSON(particle)
		if err != nil {
			require.Empty(t, text)
			return
		}
		again, err := GeoJSON(AppendGeoJSON(nil, string(text)))
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	})
}
