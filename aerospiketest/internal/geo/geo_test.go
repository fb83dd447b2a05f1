package geo_test

import (
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
)

// recorded returns what a real server stores with texts, "-" where it refuses.
func recorded(t testing.TB) map[string]string {
	t.Helper()
	file, err := os.ReadFile("testdata/recorded.txt")
	require.NoError(t, err)
	rows := map[string]string{}
	for line := range strings.Lines(string(file)) {
		if !strings.HasPrefix(line, "#") {
			head, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			rows[text] = head
		}
	}
	require.Greater(t, len(rows), 100)
	return rows
}

func TestCellsOfARealServer(t *testing.T) {
	for text, want := range recorded(t) {
		value, ok := geo.AppendValue([]byte("before"), []byte(text))
		got := "-"
		if ok {
			got = hex.EncodeToString(value[len("before") : len(value)-len(text)])
			require.Equal(t, text, string(value[len(value)-len(text):]))
			inner, ok := geo.Text(value[len("before"):])
			require.True(t, ok)
			require.Equal(t, text, string(inner))
		}
		require.Equal(t, "before", string(value[:6]))
		require.Equal(t, want, got, text)
	}
}

func TestTextOfShortValues(t *testing.T) {
	for _, short := range []string{"", "\x00", "\x00\x00", "\x00\x00\x05{}"} {
		_, ok := geo.Text([]byte(short))
		require.False(t, ok, "%q", short)
		require.False(t, geo.Contains([]byte(short), []byte(short)))
	}
}

func point(longitude, latitude float64) string {
	return fmt.Sprintf(`{"type":"Point","coordinates":[%g,%g]}`, longitude, latitude)
}

// TestContains asks both ways round.
func TestContains(t *testing.T) {
	const (
		square = `{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}`
		turned = `{"type":"Polygon","coordinates":[[[0,0],[0,10],[10,10],[10,0],[0,0]]]}`
		holed  = `{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]}`
		two    = `{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[20,20],[21,20],[21,21],[20,20]]]]}`
		circle = `{"type":"AeroCircle","coordinates":[[-122.097837,37.421363],1000]}`
		empty  = `{"type":"Polygon","coordinates":[]}`
	)
	metre := 360 / (2 * math.Pi * 6371000) // in degrees of latitude
	for _, c := range []struct {
		region, point string
		want          bool
	}{
		{square, point(5, 5), true},
		{square, point(11, 5), false},
		{square, point(-175, -5), false},
		{turned, point(5, 5), true},
		{turned, point(11, 5), false},
		{holed, point(5, 5), false},
		{holed, point(3, 5), true},
		{two, point(0.9, 0.1), true},
		{two, point(20.9, 20.1), true},
		{two, point(10, 10), false},
		{circle, point(-122.097837, 37.421363+999*metre), true},
		{circle, point(-122.097837, 37.421363+1001*metre), false},
		{empty, point(0, 0), false},
		{`{"type":"AeroCircle","coordinates":[[0,0],-1]}`, point(0, 0), false},
		{`{"type":"Feature","geometry":` + square + `}`, point(5, 5), true},
		{square, square, false},
		{point(5, 5), point(5, 5), false},
		{square, "{}", false},
		{"[", point(5, 5), false},
	} {
		region, inner := []byte("\x00\x00\x00"+c.region), []byte("\x00\x00\x01cellcell"+c.point)
		require.Equal(t, c.want, geo.Contains(region, inner), "%s in %s", c.point, c.region)
		require.Equal(t, c.want, geo.Contains(inner, region), "%s in %s", c.point, c.region)
	}
}

// TestBounds has what would take too long.
func TestBounds(t *testing.T) {
	loops := func(n int) string {
		var b strings.Builder
		for i := range n {
			x, y := i%100, i/100
			fmt.Fprintf(&b, ",[[%d,%d],[%d.5,%d],[%d,%d.5],[%d,%d]]", x, y, x, y, x, y, x, y)
		}
		return b.String()[1:]
	}
	for text, want := range map[string]bool{
		`{"type":"Polygon","coordinates":[` + loops(1000) + "]}":                                 true,
		`{"type":"Polygon","coordinates":[` + loops(1001) + "]}":                                 false,
		`{"type":"MultiPolygon","coordinates":[[]` + strings.Repeat(",[]", 9999) + "]}":          true,
		`{"type":"MultiPolygon","coordinates":[[]` + strings.Repeat(",[]", 10000) + "]}":         false,
		`{"type":"Point","coordinates":[0,0],"x":"` + strings.Repeat("x", 8<<20-43) + `"}`:       true,
		`{"type":"Point","coordinates":[0,0],"x":"` + strings.Repeat("x", 8<<20-42) + `"}`:       false,
		`{"type":"Point","coordinates":[0,0],"x":` + strings.Repeat("[", 100000) + "]}":          false,
		`{"type":"Polygon","coordinates":[[[0,0]` + strings.Repeat(",[1,0],[0,0]", 1000) + "]]}": true,
	} {
		_, ok := geo.Parse([]byte(text))
		require.Equal(t, want, ok, "%.60s… of %d bytes", text, len(text))
	}
}

// FuzzGeoJSON looks for texts that break the parser or the geometry.
func FuzzGeoJSON(f *testing.F) {
	for text := range recorded(f) {
		f.Add([]byte(text))
	}
	f.Add([]byte(`{"type":"AeroCircle","coordinates":[[0,0],-1e1],"x":"\ud83d\ude00"}`))
	here := []byte("\x00\x00\x00" + point(0, 0))
	f.Fuzz(func(t *testing.T, text []byte) {
		value, ok := geo.AppendValue(nil, text)
		shape, valid := geo.Parse(text)
		if ok {
			require.True(t, valid)
			require.Equal(t, shape.IsRegion(), value[0] == 1)
			geo.Contains(value, here)
		}
	})
}
