package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

// The program starts itself for each trial. In a test, itself is the test.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == trial.Argument {
		main()
		return
	}
	os.Exit(m.Run())
}

// embedded builds the embedded server.
func embedded(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "aerospike-embedded")
	build := exec.Command("go", "build", "-o", binary, "github.com/aerospike-go/aerospike-go/cmd/aerospike-embedded")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return binary
}

func TestQuickRunShowsEachSectionAndClient(t *testing.T) {
	t.Setenv("AEROSPIKE_HOST", "")
	file := filepath.Join(t.TempDir(), "RESULTS.md")
	var out, progress bytes.Buffer
	err := run(t.Context(), []string{"-quick", "-embedded", embedded(t), "-out", file}, &out, &progress)
	require.NoError(t, err, "%s", &progress)
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, out.String(), string(written))
	for _, section := range scenario.Sections(scenario.Quick(), time.Millisecond) {
		require.Contains(t, out.String(), "### "+section.Title)
		for _, c := range section.Cases {
			for _, name := range c.Drivers {
				require.Equal(t, "0", failuresOf(t, out.String(), c.Name, name, section.Key))
			}
		}
	}
}

// failuresOf returns the last cell of the row of a case and a client, which counts
// errors; "0" for the table of memory, which has no such column.
func failuresOf(t *testing.T, text, name, client, section string) string {
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 || strings.TrimSpace(cells[1]) != name || strings.TrimSpace(cells[2]) != client {
			continue
		}
		if section == scenario.Memory {
			return "0"
		}
		return strings.TrimSpace(cells[len(cells)-2])
	}
	t.Fatalf("no row for %q by %s", name, client)
	return ""
}

func TestCommandLineIsChecked(t *testing.T) {
	t.Setenv("AEROSPIKE_HOST", "")
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "needs -embedded"},
		{[]string{"-sections", "goroutines,nonsense"}, `no section "nonsense"`},
		{[]string{"-drivers", "nobody"}, `no client "nobody"`},
		{[]string{"-rounds", "0"}, "must be positive"},
		{[]string{"stray"}, "no arguments"},
	} {
		err := run(context.Background(), c.args, &bytes.Buffer{}, &bytes.Buffer{})
		require.ErrorContains(t, err, c.want)
	}
}

func TestQuickLeavesGivenFlagsAlone(t *testing.T) {
	o, err := parse([]string{"-quick", "-rounds", "5", "-embedded", "x"}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, 5, o.rounds)
	require.Equal(t, 200*time.Millisecond, o.duration)
}

func TestPickKeepsTheClientsAskedFor(t *testing.T) {
	o := options{sections: scenario.Cancel, drivers: driver.Raw}
	sections := o.pick(scenario.Sections(scenario.Quick(), time.Millisecond))
	require.Len(t, sections, 1)
	for _, c := range sections[0].Cases {
		require.Equal(t, []string{driver.Raw}, c.Drivers)
	}
}
