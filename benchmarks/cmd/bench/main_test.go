package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

func TestQuickRunsShowEachSectionAndClient(t *testing.T) {
	t.Setenv("AEROSPIKE_HOST", "")
	server, file := embedded(t), filepath.Join(t.TempDir(), "RESULTS.md")
	var out bytes.Buffer
	for _, flags := range [][]string{{"-quick"}, {"-quick", "-many"}} {
		var progress bytes.Buffer
		err := run(t.Context(), append(flags, "-embedded", server, "-out", file), &out, &progress)
		require.NoError(t, err, "%s", &progress)
	}
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, out.String(), string(written), "one after the other")
	sections := append(scenario.Sections(scenario.Quick(), time.Millisecond), scenario.Bulk(scenario.Quick(), 2000)...)
	for _, section := range sections {
		require.Contains(t, out.String(), "### "+section.Title)
		for _, c := range section.Cases {
			for _, name := range c.Drivers {
				row := rowOf(t, out.String(), c.Name, name)
				figure, err := strconv.Atoi(row[2]) // calls a second, or calls that waited
				require.NoError(t, err)
				require.Positive(t, figure, "%s by %s", c.Name, name)
			}
		}
	}
	// How many calls fail says more about how busy the machine is, but a mixed-up
	// reply must not happen.
	require.NotContains(t, out.String(), driver.ErrWrongRecord.Error())
}

// rowOf returns the cells of the row of a case and a client.
func rowOf(t *testing.T, text, name, client string) []string {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) > 2 && cells[0] == name && cells[1] == client {
			return cells
		}
	}
	t.Fatalf("no row for %q by %s", name, client)
	return nil
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
