// Quickstart shows the daily work with the client: connect, write, read, several
// operations at once, a conditional write, a call that is given up, and what all of
// that cost.
//
//	go run ./examples/quickstart
//
// It starts the embedded server. With AEROSPIKE_HOST set, and AEROSPIKE_PORT if it is
// not 3000, it works on that cluster, in the namespace AEROSPIKE_NAMESPACE or "test".
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
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// User is a record as a struct.
type User struct {
	Name   string   `as:"name"`
	Age    int      `as:"age"`
	Tags   []string `as:"tags"`
	Visits int      `as:"visits"`
}

// tour is the state of one run.
type tour struct {
	out    io.Writer
	client *aerospike.Client
	server *aerospiketest.Server // nil on a real cluster
	key    aerospike.Key
}

func run(ctx context.Context, out io.Writer) error {
	t := &tour{out: out, key: aerospike.NewKey(cmp.Or(os.Getenv("AEROSPIKE_NAMESPACE"), "test"), "quickstart", "alice")}
	addr := net.JoinHostPort(os.Getenv("AEROSPIKE_HOST"), cmp.Or(os.Getenv("AEROSPIKE_PORT"), "3000"))
	if os.Getenv("AEROSPIKE_HOST") == "" {
		srv, err := aerospiketest.New(aerospiketest.WithNodes(3))
		if err != nil {
			return err
		}
		defer srv.Close()
		t.server, addr = srv, srv.Addr()
	}
	traffic := &meter{}
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{addr}, Dial: traffic.dial, AppName: "quickstart"})
	if err != nil {
		return err
	}
	defer client.Close()
	t.client = client
	t.where(addr)

	for _, step := range []func(context.Context) error{
		t.write, t.read, t.operate, t.conditional, t.structs, t.cancelled, t.cleanUp,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	t.cost(traffic)
	return nil
}

func (t *tour) say(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

func (t *tour) where(addr string) {
	kind := "a real cluster"
	if t.server != nil {
		kind = "the embedded server"
	}
	t.say("Connected to %s at %s: nodes %v", kind, addr, t.client.NodeNames())
}

func (t *tour) write(ctx context.Context) error {
	err := t.client.Put(ctx, t.key, aerospike.Bins{
		"name": "Alice", "age": 30, "tags": []string{"admin"}, "visits": 0,
	}, aerospike.CreateOrReplace)
	if err != nil {
		return err
	}
	t.say("\nWrite    4 bins, a list among them")
	return nil
}

func (t *tour) read(ctx context.Context) error {
	rec, err := t.client.Get(ctx, t.key)
	if err != nil {
		return err
	}
	name, err := rec.String("name")
	if err != nil {
		return err
	}
	age, err := rec.Int("age")
	if err != nil {
		return err
	}
	t.say("Read     %s is %d; generation %d, from node %s", name, age, rec.Generation, rec.Node)

	rec, err = t.client.Get(ctx, t.key, aerospike.Select("age"), aerospike.Timeout(100*time.Millisecond))
	if err != nil {
		return err
	}
	t.say("         one bin only: %v", rec.Map())

	_, err = t.client.Get(ctx, aerospike.NewKey(t.key.Namespace(), t.key.Set(), "nobody"))
	if !errors.Is(err, aerospike.ErrRecordNotFound) {
		return fmt.Errorf("a record that should not be there: %w", err)
	}
	t.say("         of nobody: %v", err)
	return nil
}

func (t *tour) operate(ctx context.Context) error {
	rec, err := t.client.Operate(ctx, t.key, []aerospike.Op{
		aerospike.Add("visits", 1),
		aerospike.Read("visits"),
		aerospike.Append("name", " A."),
		aerospike.Read("name"),
		aerospike.Read("tags"),
	})
	if err != nil {
		return err
	}
	t.say("Operate  5 operations, atomic, one round trip; one result each: %v", rec.Ops)
	return nil
}

func (t *tour) conditional(ctx context.Context) error {
	rec, err := t.client.Get(ctx, t.key)
	if err != nil {
		return err
	}
	change := aerospike.Bins{"age": 31}
	if err := t.client.Put(ctx, t.key, change, aerospike.IfGeneration(rec.Generation)); err != nil {
		return err
	}
	t.say("Change   only if generation is still %d: done", rec.Generation)
	err = t.client.Put(ctx, t.key, change, aerospike.IfGeneration(rec.Generation))
	if !errors.Is(err, aerospike.ErrGeneration) {
		return fmt.Errorf("the second write should have been refused: %w", err)
	}
	t.say("         and again: %v", err)
	return nil
}

func (t *tour) structs(ctx context.Context) error {
	user, err := aerospike.GetAs[User](ctx, t.client, t.key)
	if err != nil {
		return err
	}
	t.say("Structs  %+v", user)
	user.Tags = append(user.Tags, "vip")
	return aerospike.PutFrom(ctx, t.client, t.key, user)
}

// cancelled gives a call up. The embedded server is made slow for it; a real one gets
// less time than it can do with.
func (t *tour) cancelled(ctx context.Context) error {
	patience := time.Microsecond
	if t.server != nil {
		hook := t.server.Inject(aerospiketest.Delay(500*time.Millisecond), 1, aerospiketest.Reads())
		defer hook.Remove()
		patience = 20 * time.Millisecond
	}
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begin := time.Now()
	_, err := t.client.Get(short, t.key)
	if !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the call should have run out of time: %w", err)
	}
	t.say("Give up  after %v, returned after %v: %v", patience, time.Since(begin).Round(100*time.Microsecond), err)
	_, ok, err := t.client.Exists(ctx, t.key)
	if err != nil {
		return err
	}
	t.say("         the connections stay; the next call works: %v", ok)
	return nil
}

func (t *tour) cleanUp(ctx context.Context) error {
	existed, err := t.client.Delete(ctx, t.key)
	if err != nil {
		return err
	}
	t.say("Delete   the record existed: %v", existed)
	return nil
}

func (t *tour) cost(traffic *meter) {
	var replies, conns uint64
	for _, n := range t.client.Nodes() {
		replies += n.Pool.Replies
		conns += n.Pool.Dials
	}
	t.say("\nCost     %d replies over %d connections; with looking after the cluster %d dials, %d bytes sent, %d received",
		replies, conns, traffic.dials.Load(), traffic.sent.Load(), traffic.received.Load())
}
