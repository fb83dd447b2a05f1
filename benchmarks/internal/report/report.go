package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/suite"
)

// Setting says where and how the figures were measured.
type Setting struct {
	Machine, Go, Commit string
	Date                time.Time
	// The cores that processes are confined to, negative for any.
	ServerCore, ClientCore int
	Rounds                 int
	Warmup, Duration       time.Duration
	Records                int
	// Many says that it is about many records at once.
	Many     bool
	Official string // the version of the official client
}

// Group is what was measured against one server.
type Group struct {
	Server  string // edition and version
	Results []*suite.Results
}

// Write writes everything as Markdown that is readable as text.
func Write(w io.Writer, s Setting, groups []Group) {
	title, target := "Benchmark results", "run-benchmark"
	if s.Many {
		title, target = "Many records at once", "run-benchmark-many"
	}
	fmt.Fprintf(w, "# %s\n\n", title)
	fmt.Fprintf(w, "Written by `make %s`. %s, commit %s.\n\n", target, s.Date.UTC().Format("2006-01-02 15:04 MST"), s.Commit)
	fmt.Fprintf(w, "- machine: %s\n- Go: %s\n", s.Machine, s.Go)
	for _, g := range groups {
		fmt.Fprintf(w, "- server: %s\n", g.Server)
	}
	fmt.Fprintf(w, "- official: aerospike-client-go/v8 %s, default policies, connections opened in advance\n", s.Official)
	fmt.Fprintln(w, "- ours: this client, default configuration")
	if !s.Many {
		fmt.Fprintln(w, "- raw: pipelined requests encoded in advance, over 32 connections, without anything that makes a client: the ceiling")
	}
	fmt.Fprintf(w, "- %d records of two strings, two integers and a float; keys and values are made in advance\n", s.Records)
	if s.ServerCore >= 0 && s.ClientCore >= 0 {
		fmt.Fprintf(w, "- clients are confined to core %d with GOMAXPROCS=1, the embedded server and the delay proxy to core %d; a real\n"+
			"  server on this machine is to be put there too (taskset)\n", s.ClientCore, s.ServerCore)
	} else {
		fmt.Fprintln(w, "- server and client are NOT confined to cores of their own: the figures swing")
	}
	fmt.Fprintf(w, "- rounds: %d; in each the clients take turns, each in a process of its own: %v to warm up, %v measured\n\n",
		s.Rounds, s.Warmup, s.Duration)
	if s.Many {
		fmt.Fprint(w, "Figures are medians over the rounds. × is the median of the ratios to the official client in the same round. One\n"+
			"goroutine calls. CPU, allocations and bytes are those of the whole client process for each record, whose values are\n"+
			"checked; \"client busy\" is the share of the client's core: far from 100 % the server is the limit. Sets have a set index.\n\n")
	} else {
		writeAbout(w)
	}
	for _, g := range groups {
		writeGroup(w, g)
	}
}

func writeAbout(w io.Writer) {
	fmt.Fprint(w, "Figures are medians over the rounds, except errors, which are added up. × is the median of the ratios to the official\n"+
		"client in the same round. Latencies include those of calls that failed. CPU, allocations and bytes are those of the\n"+
		"whole client process for each successful call. Connections are counted by the server.\n\n")
}

// Merge puts a text of Write into a file that may hold others: in place of the one of the same
// title, or at the end.
func Merge(file, text string) string {
	title, _, _ := strings.Cut(text, "\n")
	var parts []string
	for line := range strings.Lines(file) {
		if strings.HasPrefix(line, "# ") || len(parts) == 0 {
			parts = append(parts, "")
		}
		parts[len(parts)-1] += line
	}
	i := slices.IndexFunc(parts, func(part string) bool { return strings.HasPrefix(part, title+"\n") })
	if i < 0 {
		parts = append(parts, text)
	} else {
		parts[i] = text
	}
	return strings.Join(parts, "")
}

func writeGroup(w io.Writer, g Group) {
	fmt.Fprintf(w, "## Server: %s\n\n", g.Server)
	if t := goalTable(g.Results); len(t.rows) > 0 {
		fmt.Fprintf(w, "### Goals\n\n")
		t.write(w)
	}
	for _, r := range g.Results {
		fmt.Fprintf(w, "### %s\n\n%s\n\n", r.Section.Title, r.Section.About)
		sectionTable(r).write(w)
	}
}
