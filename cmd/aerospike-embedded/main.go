// Command aerospike-embedded runs the embedded Aerospike server as a process, for
// clients in any language. It prints the addresses of its nodes on one line and
// runs until it is interrupted. On SIGHUP it reads its certificates again.
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
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], again, os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "aerospike-embedded:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. It writes one line to out, once all nodes listen, and to
// complaints what is wrong with the arguments, or with the certificates that again makes
// it read anew.
func run(ctx context.Context, args []string, again <-chan os.Signal, out, complaints io.Writer) error {
	s, err := parse(args, complaints)
	if err != nil {
		return err
	}
	opts, err := s.options()
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
	for {
		select {
		case <-ctx.Done():
			return srv.Close()
		case <-again:
			if err := s.reload(srv); err != nil { // those there were stay
				fmt.Fprintln(complaints, "aerospike-embedded: certificates:", err)
			}
		}
	}
}
