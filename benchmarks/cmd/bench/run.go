package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/report"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/scenario"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/server"
)

// run does what the command line asks for. What was measured is written even if some
// of it failed.
func run(ctx context.Context, args []string, out, progress io.Writer) error {
	o, err := parse(args, progress)
	if err != nil {
		return err
	}
	scale := scenario.Full()
	if o.quick {
		scale = scenario.Quick()
	}
	groups, failure := o.measure(ctx, scale, progress)
	if len(groups) == 0 {
		return failure
	}
	var text bytes.Buffer
	report.Write(&text, o.setting(), groups)
	if _, err := out.Write(text.Bytes()); err != nil {
		return errors.Join(failure, err)
	}
	if o.out != "" {
		failure = errors.Join(failure, put(o.out, text.String()))
	}
	return failure
}

// put puts the results into a file, which may hold others.
func put(name, text string) error {
	file, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.WriteFile(name, []byte(report.Merge(string(file), text)), 0o644)
}

// measure runs everything against the real server, if there is one, and the ceiling
// or, without a real server, everything against the embedded one.
func (o *options) measure(ctx context.Context, scale scenario.Scale, progress io.Writer) ([]report.Group, error) {
	all := scenario.Sections(scale, o.rtt)
	if o.many {
		all = scenario.Bulk(scale, o.records)
	}
	host := os.Getenv("AEROSPIKE_HOST")
	if host == "" && o.embedded == "" {
		return nil, errors.New("needs -embedded or AEROSPIKE_HOST")
	}
	if host == "" {
		return o.measureEmbedded(ctx, all, progress)
	}
	addr := net.JoinHostPort(host, cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))
	groups, err := o.measureAt(ctx, addr, all, progress)
	if o.embedded == "" || o.many || ctx.Err() != nil {
		return groups, err
	}
	more, failure := o.measureEmbedded(ctx, []scenario.Section{scenario.CeilingSection(scale)}, progress)
	return append(groups, more...), errors.Join(err, failure)
}

func (o *options) measureEmbedded(ctx context.Context, sections []scenario.Section, progress io.Writer) (groups []report.Group, err error) {
	embedded, err := server.StartEmbedded(o.embedded, o.serverCore)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, embedded.Close()) }()
	groups, err = o.measureAt(ctx, embedded.Addr, sections, progress)
	for i := range groups {
		groups[i].Server = "embedded, as " + groups[i].Server
	}
	return groups, err
}

func (o *options) measureAt(ctx context.Context, addr string, sections []scenario.Section, progress io.Writer) ([]report.Group, error) {
	if sections = o.pick(sections); len(sections) == 0 {
		return nil, nil
	}
	info, err := server.DialInfo(addr)
	if err != nil {
		return nil, err
	}
	version, err := info.Version()
	info.Close() // it would be counted among the client's connections
	if err != nil {
		return nil, err
	}
	s, err := o.suite(addr, progress)
	if err != nil {
		return nil, err
	}
	results, err := s.Run(ctx, sections)
	if results == nil {
		return nil, err
	}
	return []report.Group{{Server: version, Results: results}}, err
}

func (o *options) setting() report.Setting {
	s := report.Setting{
		Machine: machine.Describe(), Go: runtime.Version(), Commit: commit(), Date: time.Now(),
		ServerCore: o.serverCore, ClientCore: o.clientCore, Rounds: o.rounds,
		Warmup: o.warmup, Duration: o.duration, Records: o.records, Many: o.many, Official: "of unknown version",
	}
	if build, ok := debug.ReadBuildInfo(); ok {
		for _, module := range build.Deps {
			if strings.HasPrefix(module.Path, "github.com/aerospike/aerospike-client-go") {
				s.Official = module.Version
			}
		}
	}
	return s
}

// commit names the state of the working directory's repository.
func commit() string {
	text, err := exec.Command("git", "describe", "--always", "--dirty", "--abbrev=12").Output()
	if err != nil {
		return fmt.Sprintf("unknown (%v)", err)
	}
	return strings.TrimSpace(string(text))
}
