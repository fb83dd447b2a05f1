// Leaderboard keeps the high scores of a game in Aerospike: best score of each player,
// places, neighbours, games played, the last games, and how many different people have
// played. A board is one record and every action one call: the work is done on the
// server, by operations on maps, lists and a HyperLogLog and by expressions.
//
//	go run ./examples/leaderboard                     a simulated evening, on the embedded server
//
// With AEROSPIKE_HOST set, and AEROSPIKE_PORT if it is not 3000, it works on that
// cluster, in the namespace AEROSPIKE_NAMESPACE or "test", and can be used for real:
//
//	leaderboard submit BOARD PLAYER SCORE
//	leaderboard top BOARD [N]
//	leaderboard around BOARD PLAYER [N]
//	leaderboard stats BOARD
//	leaderboard players BOARD [BOARD]
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "leaderboard:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	host := os.Getenv("AEROSPIKE_HOST")
	addr := net.JoinHostPort(host, cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))
	if host == "" {
		if len(args) > 0 {
			return errors.New("without AEROSPIKE_HOST the boards are gone when the program ends: run it without arguments")
		}
		srv, err := aerospiketest.New()
		if err != nil {
			return err
		}
		defer srv.Close()
		addr = srv.Addr()
	}
	client, err := aerospike.Connect(ctx, aerospike.Config{
		Hosts: []string{addr}, AppName: "leaderboard",
		WritePolicy:  aerospike.WritePolicy{Timeout: 10 * time.Second}, // a score is worth waiting for
		StallTimeout: 10 * time.Second,                                 // all games of a board change one record, one after the other
	})
	if err != nil {
		return err
	}
	defer client.Close()
	app := &app{out: out, client: client, namespace: cmp.Or(os.Getenv("AEROSPIKE_NAMESPACE"), "test")}
	if len(args) == 0 {
		return app.simulate(ctx)
	}
	return app.do(ctx, args)
}
