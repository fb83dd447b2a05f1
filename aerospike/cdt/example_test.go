package cdt_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/internal/exampletest"
)

// connect starts an embedded server and returns a client of it.
func connect() (client *aerospike.Client, stop func()) { return exampletest.Connect() }

// Append to a list: the bin need not exist, and nothing is read before.
func ExampleListBin_Append() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "carts", "alice")

	rec, err := client.Operate(ctx, key, []aerospike.Op{
		cdt.List("items").Append("tea"),
		cdt.List("items").AppendItems([]string{"milk", "sugar"}),
		cdt.List("items").Get(-1),
	})
	fmt.Println(rec.Ops, err) // how long the list is, twice; then its last element
	// Output: [1 3 "sugar"] <nil>
}

// The best three: ranks are places by value, and negative ones count from the greatest.
func ExampleMapBin_GetByRankRange() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "games", "arena")

	scores := cdt.Map("scores").KeyValueOrdered()
	rec, err := client.Operate(ctx, key, []aerospike.Op{
		scores.PutItems(map[string]int{"ann": 310, "bob": 95, "cid": 240, "dee": 417}),
		scores.GetByRankRange(-3, 3, cdt.KeyValues),
		scores.GetByKey("cid", cdt.ReverseRanks),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(rec.Ops[1])
	fmt.Println("cid is behind", rec.Ops[2])
	// Output:
	// {"cid":240 "ann":310 "dee":417}
	// cid is behind 2
}

// Increment a counter deep inside a bin: the context says where, and what is missing on
// the way is created.
func ExampleMapBin_Increment() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "stats", "shop")

	clicks := cdt.Map("days", cdt.MapKeyCreate("2026-11-23", cdt.KeyOrdered), cdt.MapKeyCreate("clicks", cdt.KeyOrdered))
	rec, err := client.Operate(ctx, key, []aerospike.Op{
		clicks.Increment("banner", 1),
		clicks.Increment("banner", 1),
		aerospike.Read("days"),
	})
	fmt.Println(rec.Ops, err)
	// Output: [1 2 {"2026-11-23":{"clicks":{"banner":2}}}] <nil>
}

// Unique tags: an ordered list that takes each value once.
func ExampleListBin_AppendItems() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "posts", 17)

	tags := cdt.List("tags").Ordered()
	rec, err := client.Operate(ctx, key, []aerospike.Op{
		tags.AppendItems([]string{"go", "db"}, cdt.AddUnique),
		tags.AppendItems([]string{"db", "cache"}, cdt.AddUnique|cdt.NoFail|cdt.Partial), // what is new
		aerospike.Read("tags"),
	})
	fmt.Println(rec.Ops, err)

	_, err = client.Operate(ctx, key, []aerospike.Op{tags.Append("go", cdt.AddUnique)})
	fmt.Println(errors.Is(err, aerospike.ErrElementExists))
	// Output:
	// [2 3 ["cache" "db" "go"]] <nil>
	// true
}

// Cap a list: the newest first, never more than three.
func ExampleListBin_Trim() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "users", "alice")

	recent := cdt.List("recent")
	for _, page := range []string{"home", "cart", "news", "help"} {
		_, err := client.Operate(ctx, key, []aerospike.Op{
			recent.Insert(0, page),
			recent.Trim(0, 3),
		})
		if err != nil {
			panic(err)
		}
	}
	rec, err := client.Get(ctx, key)
	fmt.Println(rec.Map(), err)
	// Output: map[recent:[help news cart]] <nil>
}

// Select by path (server 8.1): the titles of the books that cost less than 15.
func ExamplePath() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "shops", "corner")
	book := func(title string, price float64) map[string]any {
		return map[string]any{"title": title, "price": price}
	}
	err := client.Put(ctx, key, aerospike.Bins{"shop": map[string]any{
		"books": []any{book("Sword", 12.99), book("Moby Dick", 8.99), book("The Ring", 22.99)},
	}})
	if err != nil {
		panic(err)
	}

	cheap := expr.Lt(expr.Map(expr.LoopValue[expr.MapType]()).ByKey("price").Float(), expr.Float(15))
	rec, err := client.Operate(ctx, key, []aerospike.Op{
		cdt.Path("shop", cdt.MapKey("books"), cdt.ChildrenWhere(cheap), cdt.MapKey("title")).SelectValues(),
	})
	fmt.Println(rec.Ops, err)
	// Output: [["Sword" "Moby Dick"]] <nil>
}

// Count distinct visitors with HyperLogLogs: a few kilobytes for any number, and those
// of several days can be united.
func ExampleHLLBin_UnionCount() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	visitors := cdt.HLL("visitors").Bits(12, 0)
	days := map[string][]string{"mon": {"ann", "bob", "cid"}, "tue": {"bob", "dee"}}
	for day, names := range days {
		_, err := client.Operate(ctx, aerospike.NewKey("test", "visits", day), []aerospike.Op{visitors.Add(names)})
		if err != nil {
			panic(err)
		}
	}

	mon, err := client.Get(ctx, aerospike.NewKey("test", "visits", "mon"))
	if err != nil {
		panic(err)
	}
	sketch, err := mon.Bytes("visitors")
	if err != nil {
		panic(err)
	}
	rec, err := client.Operate(ctx, aerospike.NewKey("test", "visits", "tue"), []aerospike.Op{
		visitors.Count(),
		visitors.UnionCount(aerospike.HLL(sketch)),
		visitors.IntersectCount(aerospike.HLL(sketch)),
	})
	fmt.Println(rec.Ops, err)
	// Output: [2 4 1] <nil>
}

// Days of a year as bits: set one, count them all.
func ExampleBit() {
	client, stop := connect()
	defer stop()
	key := aerospike.NewKey("test", "users", "alice")

	days := cdt.Bit("days")
	rec, err := client.Operate(context.Background(), key, []aerospike.Op{
		days.Resize(46, cdt.GrowOnly|cdt.NoFail), // room for 366 days
		days.Set(326, 1, []byte{0x80}),
		days.Count(0, 366),
	})
	fmt.Println(rec.Ops, err)
	// Output: [nil nil 1] <nil>
}

// The form of a context that an index on nested values is created with.
func ExampleEncodeContext() {
	text, err := cdt.EncodeContext(cdt.MapKey("a"), cdt.ListIndex(-1))
	fmt.Println(text, err)
	// Output: lCKiA2EQ/w== <nil>
}

// What cannot be stored is told by the operation, and by the call that is given it.
func ExampleListBin_Insert() {
	op := cdt.List("tags").Insert(0, make(chan int))
	fmt.Println(op.Err)
	// Output: list insert: value: invalid argument: type chan int cannot be stored
}
