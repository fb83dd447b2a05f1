package aerospike_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/internal/exampletest"
)

// connect starts an embedded server and returns a client of it.
func connect() (client *aerospike.Client, stop func()) { return exampletest.Connect() }

func ExampleConnect() {
	srv, err := aerospiketest.New() // in your program: the address of a node
	if err != nil {
		panic(err)
	}
	defer srv.Close()

	ctx := context.Background()
	client, err := aerospike.Connect(ctx, aerospike.Config{
		Hosts:       []string{srv.Addr()},
		ReadPolicy:  aerospike.ReadPolicy{Timeout: 200 * time.Millisecond},
		WritePolicy: aerospike.WritePolicy{Timeout: 500 * time.Millisecond, SendKey: aerospike.On},
	})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	fmt.Println(client.IsConnected(), len(client.NodeNames()), client.Ping(ctx))
	// Output: true 1 <nil>
}

func ExampleParseURL() {
	cfg, err := aerospike.ParseURL("aerospike://app:s3cret@db1:3000,db2/test?max-conns=16&timeout=250ms")
	fmt.Println(cfg.Hosts, cfg.Namespace, cfg.User, cfg.MaxConnsPerNode, cfg.ReadPolicy.Timeout, err)

	_, err = aerospike.ParseURL("aerospike://app:s3cret@db1?colour=blue")
	fmt.Println(err)
	// Output:
	// [db1:3000 db2] test app 16 250ms <nil>
	// invalid argument: url: unknown parameter "colour"
}

func ExampleClient_Put() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	key := aerospike.NewKey("test", "users", "alice")
	err := client.Put(ctx, key, aerospike.Bins{
		"name":  "Alice",
		"age":   30,
		"tags":  []string{"admin", "beta"},
		"prefs": map[string]any{"theme": "dark"},
	})
	fmt.Println(err)

	err = client.Put(ctx, key, aerospike.Bins{"tags": nil}) // nil deletes the bin
	fmt.Println(err)

	rec, err := client.Get(ctx, key)
	fmt.Println(rec.Generation, rec.Has("tags"), rec.Has("name"), err)
	// Output:
	// <nil>
	// <nil>
	// 2 false true <nil>
}

func ExampleClient_Get() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", 42)
	_ = client.Put(ctx, key, aerospike.Bins{"name": "Bob", "age": 25, "city": "Basel"})

	rec, err := client.Get(ctx, key)
	if err != nil {
		panic(err)
	}
	name, err := rec.String("name")
	fmt.Println(name, err)
	_, err = rec.Int("name")
	fmt.Println(err)

	rec, err = client.Get(ctx, key, aerospike.Select("age"), aerospike.Timeout(50*time.Millisecond))
	fmt.Println(rec.Map(), err)

	_, err = client.Get(ctx, aerospike.NewKey("test", "users", 43))
	fmt.Println(errors.Is(err, aerospike.ErrRecordNotFound))
	// Output:
	// Bob <nil>
	// bin "name": want int, have string
	// map[age:25] <nil>
	// true
}

func ExampleClient_Exists() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")

	_, ok, err := client.Exists(ctx, key)
	fmt.Println(ok, err)
	_ = client.Put(ctx, key, aerospike.Bins{"name": "Alice"})
	h, ok, err := client.Exists(ctx, key)
	fmt.Println(ok, h.Generation, err)
	// Output:
	// false <nil>
	// true 1 <nil>
}

func ExampleClient_Operate() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "pages", "/home")

	// Count a visit and read the counter, in one atomic round trip.
	rec, err := client.Operate(ctx, key, []aerospike.Op{
		aerospike.Add("visits", 1),
		aerospike.Read("visits"),
		aerospike.Write("last", "alice"),
		aerospike.Add("visits", 10),
		aerospike.Read("visits"),
	})
	if err != nil {
		panic(err)
	}
	for i, result := range rec.Ops { // one for each operation
		fmt.Println(i, result)
	}
	visits, err := rec.Int("visits") // the last result of the bin
	fmt.Println(visits, err)
	// Output:
	// 0 nil
	// 1 1
	// 2 nil
	// 3 nil
	// 4 11
	// 11 <nil>
}

func ExampleClient_Delete() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")
	_ = client.Put(ctx, key, aerospike.Bins{"name": "Alice"})

	fmt.Println(client.Delete(ctx, key))
	fmt.Println(client.Delete(ctx, key))
	// Output:
	// true <nil>
	// false <nil>
}

func ExampleIfGeneration() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "accounts", 7)
	_ = client.Put(ctx, key, aerospike.Bins{"balance": 100})

	rec, err := client.Get(ctx, key)
	if err != nil {
		panic(err)
	}
	balance, _ := rec.Int("balance")

	// Somebody else is faster.
	_ = client.Put(ctx, key, aerospike.Bins{"balance": 80})

	err = client.Put(ctx, key, aerospike.Bins{"balance": balance - 50}, aerospike.IfGeneration(rec.Generation))
	fmt.Println(errors.Is(err, aerospike.ErrGeneration))
	// Output: true
}

func ExampleTTL() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "sessions", "s1")

	err := client.Put(ctx, key, aerospike.Bins{"user": "alice"}, aerospike.TTL(30*time.Minute))
	fmt.Println(err)
	rec, _ := client.Get(ctx, key)
	left, expires := rec.TTL(time.Now())
	fmt.Println(expires, left > 29*time.Minute)

	_ = client.Put(ctx, key, aerospike.Bins{"page": "/"}, aerospike.TTLKeep) // the expiry stays
	_ = client.Touch(ctx, key, aerospike.TTLNever)                           // no expiry any more

	err = client.Touch(ctx, key, aerospike.TTL(200*time.Millisecond))
	fmt.Println(err)
	// Output:
	// <nil>
	// true true
	// aerospike: touch test/sessions: invalid argument: ttl: 200ms, the minimum is 1s
}

type User struct {
	Name  string   `as:"name"`
	Age   int      `as:"age"`
	Tags  []string `as:"tags,omitempty"`
	Token string   `as:"-"` // not stored

	Generation uint32 `as:",generation"`
}

func ExampleGetAs() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")

	err := aerospike.PutFrom(ctx, client, key, User{Name: "Alice", Age: 30, Token: "t"})
	fmt.Println(err)

	user, err := aerospike.GetAs[User](ctx, client, key)
	fmt.Printf("%+v %v\n", user, err)

	user.Age++
	err = aerospike.PutFrom(ctx, client, key, user, aerospike.IfUnchanged)
	fmt.Println(err)
	err = aerospike.PutFrom(ctx, client, key, user, aerospike.IfUnchanged) // the record has changed since
	fmt.Println(errors.Is(err, aerospike.ErrGeneration))
	// Output:
	// <nil>
	// {Name:Alice Age:30 Tags:[] Token: Generation:1} <nil>
	// <nil>
	// true
}

func ExampleInDoubt() {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	ctx := context.Background()
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{srv.Addr()}})
	if err != nil {
		panic(err)
	}
	defer client.Close()
	key := aerospike.NewKey("test", "orders", 1)

	// The server executes the write, but the connection breaks before it answers.
	hook := srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	defer hook.Remove()
	err = client.Put(ctx, key, aerospike.Bins{"paid": true}, aerospike.CreateOnly)
	if aerospike.InDoubt(err) {
		_, done, err := client.Exists(ctx, key)
		fmt.Println("in doubt, and it was done:", done, err)
	}
	// Output: in doubt, and it was done: true <nil>
}

// What an error tells.
func Example_errors() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")
	_ = client.Put(ctx, key, aerospike.Bins{"name": "Alice"})

	err := client.Add(ctx, key, aerospike.Bins{"name": 1})
	fmt.Println(errors.Is(err, aerospike.ErrBinType), errors.Is(err, aerospike.ErrRecord))
	if e, ok := errors.AsType[*aerospike.Error](err); ok {
		fmt.Println(e.Op, e.Namespace, e.Set, e.Code, len(e.Attempts), e.InDoubt)
	}

	err = client.Put(ctx, key, aerospike.Bins{"a name that is too long": 1})
	fmt.Println(errors.Is(err, aerospike.ErrInvalidArg))

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	_, err = client.Get(cancelled, key)
	fmt.Println(errors.Is(err, context.Canceled))
	// Output:
	// true true
	// add test users BIN_TYPE 1 false
	// true
	// true
}

// Filter: a record that does not match is not sent. The text form says the same as the
// builders.
func ExampleFilter() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")
	if err := client.Put(ctx, key, aerospike.Bins{"age": 30, "city": "Rome"}); err != nil {
		panic(err)
	}

	adult := expr.Ge(expr.IntBin("age"), expr.Int(18))
	_, err := client.Get(ctx, key, aerospike.Filter(adult))
	fmt.Println(err)

	inParis, err := expr.Parse("$.city == 'Paris' and $.age >= ?0", 18)
	if err != nil {
		panic(err)
	}
	_, err = client.Get(ctx, key, aerospike.Filter(inParis))
	fmt.Println(errors.Is(err, aerospike.ErrFilteredOut))
	// Output:
	// <nil>
	// true
}
