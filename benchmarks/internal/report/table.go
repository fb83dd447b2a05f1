package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/trial"
)

// absent stands in a cell for a figure that there is not.
const absent = "–"

// table is rows of cells under a header. Its output is Markdown that is aligned, so
// that it reads well on a terminal too.
type table struct {
	header []string
	rows   [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(w io.Writer) {
	widths := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(cells []string) {
		for i, cell := range cells {
			fmt.Fprint(w, "| ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)), " ")
		}
		fmt.Fprintln(w, "|")
	}
	line(t.header)
	for _, width := range widths {
		fmt.Fprint(w, "|", strings.Repeat("-", width+2))
	}
	fmt.Fprintln(w, "|")
	for _, row := range t.rows {
		line(row)
	}
	fmt.Fprintln(w)
}

// sectionTable shows a section in the columns that fit it.
func sectionTable(r *suite.Results) *table {
	switch r.Section.Key {
	case scenario.Memory:
		return memoryTable(r)
	case scenario.Cancel:
		return cancelTable(r)
	case scenario.Batches, scenario.Columns, scenario.Streams, scenario.Sets:
		return bulkTable(r)
	}
	return loadTable(r)
}

func loadTable(r *suite.Results) *table {
	t := &table{header: []string{
		"case", "client", "ops/s", "×", "p50 ms", "p99 ms", "×", "p99.9 ms", "×",
		"CPU µs/op", "×", "allocs/op", "B/op", "conns", "errors",
	}}
	for _, c := range r.Section.Cases {
		base := r.Of(c.Name, driver.Official)
		for _, name := range c.Drivers {
			o := r.Of(c.Name, name)
			if len(o) == 0 {
				continue
			}
			versus := func(m metric) string {
				if name == driver.Official {
					return ""
				}
				return times(medianRatio(o, base, m))
			}
			t.add(c.Name, name, whole(median(o, rate)), versus(rate),
				millis(median(o, p50)), millis(median(o, p99)), versus(p99), millis(median(o, p999)), versus(p999),
				tenths(median(o, cpuPerOp)), versus(cpuPerOp),
				tenths(median(o, allocsPerOp)), whole(median(o, bytesPerOp)),
				whole(median(o, connections)), errorsText(o))
		}
	}
	return t
}

func cancelTable(r *suite.Results) *table {
	t := &table{header: []string{
		"case", "client", "ops/s", "gave up", "kept", "p99 ms", "CPU µs/op", "conns", "opened", "errors",
	}}
	for _, c := range r.Section.Cases {
		for _, name := range c.Drivers {
			o := r.Of(c.Name, name)
			if len(o) == 0 {
				continue
			}
			share, keptShare := "", ""
			if c.Base != "" {
				share = percent(median(o, gaveUpShare))
				keptShare = percent(kept(o, r.Of(c.Base, name)))
			}
			t.add(c.Name, name, whole(median(o, rate)), share, keptShare, millis(median(o, p99)),
				tenths(median(o, cpuPerOp)), whole(median(o, connections)), whole(median(o, opened)), errorsText(o))
		}
	}
	return t
}

func memoryTable(r *suite.Results) *table {
	t := &table{header: []string{"case", "client", "calls waiting", "B/call", "of them stack"}}
	waiting := func(o trial.Outcome) (float64, bool) { return float64(o.Waiting.Calls), true }
	stack := func(o trial.Outcome) (float64, bool) { return float64(o.Waiting.Stack), o.Waiting.Calls > 0 }
	for _, c := range r.Section.Cases {
		for _, name := range c.Drivers {
			if o := r.Of(c.Name, name); len(o) > 0 {
				t.add(c.Name, name, whole(median(o, waiting)), whole(median(o, perWaitingCall)), whole(median(o, stack)))
			}
		}
	}
	return t
}

// The cells below are empty of a figure if ok is false.
func cell(text string, ok bool) string {
	if !ok {
		return absent
	}
	return text
}

func whole(figure float64, ok bool) string  { return cell(fmt.Sprintf("%.0f", figure), ok) }
func tenths(figure float64, ok bool) string { return cell(fmt.Sprintf("%.1f", figure), ok) }
func hundredths(figure float64, ok bool) string {
	return cell(fmt.Sprintf("%.2f", figure), ok)
}
func times(figure float64, ok bool) string { return cell(fmt.Sprintf("%.2f", figure), ok) }

// millis shows microseconds as milliseconds.
func millis(figure float64, ok bool) string { return cell(fmt.Sprintf("%.2f", figure/1000), ok) }

// percent shows a share.
func percent(figure float64, ok bool) string { return cell(fmt.Sprintf("%.1f %%", 100*figure), ok) }
