package machine

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCPUTimeGrowsWithWork(t *testing.T) {
	before, err := CPUTime()
	require.NoError(t, err)
	for begin := time.Now(); time.Since(begin) < 50*time.Millisecond; {
		runtime.Gosched()
	}
	after, err := CPUTime()
	require.NoError(t, err)
	require.Greater(t, after, before)
}

func TestStartOnConfinesTheChildAndNotTheParent(t *testing.T) {
	if !CanPin {
		t.Skip("pinning is for Linux")
	}
	cores := runtime.NumCPU()
	var out strings.Builder
	cmd := exec.Command("nproc")
	cmd.Stdout = &out
	require.NoError(t, StartOn(cmd, 0))
	require.NoError(t, cmd.Wait())
	require.Equal(t, "1", strings.TrimSpace(out.String()))
	require.Equal(t, cores, runtime.NumCPU())

	out.Reset()
	cmd = exec.Command("nproc")
	cmd.Stdout = &out
	require.NoError(t, StartOn(cmd, -1))
	require.NoError(t, cmd.Wait())
	if cores > 1 {
		require.NotEqual(t, "1", strings.TrimSpace(out.String()))
	}
}

func TestDescribeNamesTheSystem(t *testing.T) {
	require.Contains(t, Describe(), runtime.GOOS)
}
