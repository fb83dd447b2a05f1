package delayproxy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSleeperSleepsAtLeastAsLongAndAgain(t *testing.T) {
	s, err := newSleeper()
	require.NoError(t, err)
	defer s.close()
	for range 20 {
		begin := time.Now()
		require.NoError(t, s.sleep(300*time.Microsecond))
		require.GreaterOrEqual(t, time.Since(begin), 300*time.Microsecond)
	}
	require.NoError(t, s.sleep(-time.Hour))
}
