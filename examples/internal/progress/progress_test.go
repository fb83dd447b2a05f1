package progress

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBarTellsFractionCountRateAndWhatIsLeft(t *testing.T) {
	var out bytes.Buffer
	b := New(&out, "rows", 0)
	at := b.start
	b.now = func() time.Time { return at }
	at = at.Add(10 * time.Second)
	b.Set(0.25, 5000)
	require.Equal(t, "[#######.......................]  25.0 %  5000 rows  500 rows/s  30s left\n", out.String())
	out.Reset()
	b.Set(0.3, 6000)
	require.Empty(t, out.String(), "too soon")
	at = at.Add(30 * time.Second)
	b.Set(7, 20000)
	require.Equal(t, "[##############################] 100.0 %  20000 rows  500 rows/s\n", out.String())
}

func TestBarOnATerminalIsDrawnOverItself(t *testing.T) {
	var out bytes.Buffer
	b := New(&out, "rows", 100)
	b.live = true
	at := b.start.Add(time.Second)
	b.now = func() time.Time { return at }
	b.Set(-1, 150)
	b.End()
	require.Regexp(t, `^\r\[\.{30}\]   0\.0 %  150 rows  50 rows/s +\r\[.*\n$`, out.String())
}
