// Export writes a set, or a namespace, to a file of JSON lines, while it comes: the
// memory it takes does not depend on the number of records.
//
//	go run ./examples/export -namespace test -set users -out users.ndjson
//
// It shows how far it is. If it is interrupted, it leaves a cursor file beside the
// output; run again, it goes on from there, and no record is missing or there twice.
// What it writes, examples/bulkload reads.
//
// It works on the cluster at AEROSPIKE_HOST, and AEROSPIKE_PORT if that is not 3000.
// Without it, it starts the embedded server and makes -demo records.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	e := &export{out: out}
	var demo int
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&e.namespace, "namespace", "test", "what to export")
	flags.StringVar(&e.set, "set", "", "what to export of it; all if empty")
	flags.StringVar(&e.path, "out", "export.ndjson", "the file to write; it must not exist, unless an export was interrupted")
	flags.StringVar(&e.cursor, "cursor", "", "the file that says how far it got (default: that of -out with .cursor)")
	flags.IntVar(&e.perSecond, "rate", 0, "records per second from each node; 0 for no limit")
	flags.DurationVar(&e.every, "save", time.Second, "how often the cursor is saved")
	flags.IntVar(&demo, "demo", 100_000, "records to make on the embedded server")
	if err := flags.Parse(args); err != nil {
		return err
	}
	e.cursor = cmp.Or(e.cursor, e.path+".cursor")

	addr := net.JoinHostPort(os.Getenv("AEROSPIKE_HOST"), cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))
	if os.Getenv("AEROSPIKE_HOST") == "" {
		srv, err := aerospiketest.New(aerospiketest.WithNamespaces(e.namespace))
		if err != nil {
			return err
		}
		defer srv.Close()
		addr = srv.Addr()
	}
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{addr}, AppName: "export"})
	if err != nil {
		return err
	}
	defer client.Close()
	e.client = client
	if os.Getenv("AEROSPIKE_HOST") == "" {
		if err := fill(ctx, client, e.namespace, e.set, demo); err != nil {
			return err
		}
	}
	records, err := e.run(ctx)
	if _, missing := os.Stat(e.cursor); err != nil && missing == nil {
		return fmt.Errorf("after %d records: %w; run it again to go on", records, err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d records in %s\n", records, e.path)
	return nil
}

// fill makes records to export.
func fill(ctx context.Context, client *aerospike.Client, namespace, set string, n int) error {
	rows := func(yield func(batch.Op) bool) {
		for i := range n {
			key := aerospike.NewKey(namespace, set, i)
			bins := aerospike.Bins{"n": i, "name": fmt.Sprintf("user-%06d", i), "tags": []string{"a", "b"}}
			if !yield(batch.Put(key, bins)) {
				return
			}
		}
	}
	opts := []aerospike.BatchOption{
		aerospike.SendKey(true), aerospike.Idempotent(true),
		aerospike.Timeout(0), aerospike.AttemptTimeout(30 * time.Second), // without a time of ours the server has one, of 1 s
	}
	for res, err := range client.BatchSeq(ctx, rows, opts...).All() {
		if err != nil {
			return err
		}
		if res.Err != nil {
			return res.Err
		}
	}
	return nil
}
