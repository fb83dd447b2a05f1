// Command aerospike-embedded runs the embedded Aerospike server as a process, for
// clients in any language. It prints the addresses of its nodes on one line and
// runs until it is interrupted.
//
//	aerospike-embedded -addr 127.0.0.1:3000 -nodes 3 -users admin:admin
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "aerospike-embedded:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. It writes one line to out, once all nodes listen.
func run(ctx context.Context, args []string, out, usage io.Writer) error {
	opts, err := options(args, usage)
	if err != nil {
		return err
	}
	srv, err := aerospiketest.New(opts...)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, strings.Join(srv.Addrs(), ",")); err != nil {
		return errors.Join(err, srv.Close())
	}
	<-ctx.Done()
	return srv.Close()
}

func options(args []string, usage io.Writer) ([]aerospiketest.Option, error) {
	flags := flag.NewFlagSet("aerospike-embedded", flag.ContinueOnError)
	flags.SetOutput(usage)
	addr := flags.String("addr", "127.0.0.1:3000", "address of the first node; the others take the ports that follow, port 0 takes free ones")
	nodes := flags.Int("nodes", 1, "number of nodes")
	namespaces := flags.String("namespaces", "test", "names of the namespaces, separated by commas")
	cluster := flags.String("cluster-name", aerospiketest.DefaultClusterName, "name of the cluster")
	users := flags.String("users", "", "name:password,... switches security on")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	opts := []aerospiketest.Option{
		aerospiketest.WithAddr(*addr),
		aerospiketest.WithNodes(*nodes),
		aerospiketest.WithClusterName(*cluster),
		aerospiketest.WithNamespaces(strings.Split(*namespaces, ",")...),
	}
	if *users != "" {
		for i, entry := range strings.Split(*users, ",") {
			name, password, ok := strings.Cut(entry, ":")
			if !ok || name == "" {
				return nil, fmt.Errorf("-users: entry %d: want name:password", i+1)
			}
			opts = append(opts, aerospiketest.WithUsers(aerospiketest.User{Name: name, Password: password}))
		}
	}
	return opts, nil
}
