// Bulkload writes the rows of a file to a set, in batches.
//
//	go run ./examples/bulkload -namespace test -set users users.ndjson
//	go run ./examples/bulkload -namespace test -set users users.csv
//
// Lines of JSON are as examples/export writes them: {"key":"k","bins":{"a":1}}. The first
// line of a table names its columns, as in key,name,age:int. It shows how far it is and
// how fast. Rows that fail, and lines that are no rows, do not stop it: they are counted,
// and reported in a file beside the input with their line and what was wrong. Of two rows
// with the same key either may be the one that stays. It exits with 0 if all rows were loaded,
// with 2 if some failed, and with 1 if it had to stop.
//
// It works on the cluster at AEROSPIKE_HOST, and AEROSPIKE_PORT if that is not 3000.
// Without it, it starts the embedded server; without a file, it makes one of -demo rows.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stderr)
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "bulkload:", err)
	if errors.Is(err, errRejected) {
		os.Exit(2)
	}
	os.Exit(1)
}

// errRejected tells that rows failed, and no more than that.
var errRejected = errors.New("the failed rows are in")

func run(ctx context.Context, args []string, out io.Writer) error {
	l := &loader{out: out}
	var demo int
	flags := flag.NewFlagSet("bulkload", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&l.namespace, "namespace", "test", "where to load")
	flags.StringVar(&l.set, "set", "bulk", "where to load in it")
	flags.StringVar(&l.rejects, "rejects", "", "the file for rows that fail (default: the input's name with .rejects, or demo.rejects)")
	flags.BoolVar(&l.createOnly, "create-only", false, "rows whose record exists fail")
	flags.IntVar(&l.chunk, "chunk", 1000, "rows in one request")
	flags.IntVar(&demo, "demo", 100_000, "rows to make if no file is named")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if l.path = flags.Arg(0); l.path == "" {
		dir, err := os.MkdirTemp("", "bulkload")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		l.path = filepath.Join(dir, "demo.ndjson")
		l.rejects = cmp.Or(l.rejects, "demo.rejects")
		if err := generate(l.path, demo); err != nil {
			return err
		}
	}
	l.rejects = cmp.Or(l.rejects, l.path+".rejects")

	addr := net.JoinHostPort(os.Getenv("AEROSPIKE_HOST"), cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))
	if os.Getenv("AEROSPIKE_HOST") == "" {
		srv, err := aerospiketest.New(aerospiketest.WithNamespaces(l.namespace))
		if err != nil {
			return err
		}
		defer srv.Close()
		addr = srv.Addr()
	}
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{addr}, AppName: "bulkload"})
	if err != nil {
		return err
	}
	defer client.Close()
	l.client = client
	sum, err := l.run(ctx)
	fmt.Fprintf(out, "%d rows loaded, %d failed, %.0f rows/s\n", sum.loaded, sum.failed, sum.perSecond)
	switch {
	case sum.failed == 0:
	case err == nil:
		err = fmt.Errorf("%w %s", errRejected, l.rejects)
	default:
		fmt.Fprintln(out, errRejected, l.rejects)
	}
	return err
}

// generate makes a file of rows.
func generate(path string, n int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for i := range n {
		fmt.Fprintf(w, `{"key":"user-%06d","bins":{"n":%d,"name":"user %d","score":%d.5,"tags":["a","b"]}}`+"\n", i, i, i, i%100)
	}
	return w.Flush()
}
