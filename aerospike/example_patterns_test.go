package aerospike_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

// Append to a list: the bin need not exist, and nothing is read before.
func Example_appendToAList() {
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
func Example_topN() {
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
func Example_incrementInANestedMap() {
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
func Example_uniqueTags() {
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
func Example_cappedList() {
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

// Write on a condition: the server decides, so no other write can come in between.
func Example_conditionalWrite() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "accounts", "alice")
	if err := client.Put(ctx, key, aerospike.Bins{"balance": 100, "open": true}); err != nil {
		panic(err)
	}

	canPay := func(amount int64) aerospike.FilterOption {
		return aerospike.Filter(expr.And(expr.BoolBin("open"), expr.Ge(expr.IntBin("balance"), expr.Int(amount))))
	}
	for range 2 {
		err := client.Add(ctx, key, aerospike.Bins{"balance": -60}, canPay(60))
		fmt.Println(err == nil, errors.Is(err, aerospike.ErrFilteredOut))
	}
	// Output:
	// true false
	// false true
}

// Compute on the server: what comes back was never stored, and a write can store what
// was computed.
func Example_computedRead() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	key := aerospike.NewKey("test", "orders", 1)
	if err := client.Put(ctx, key, aerospike.Bins{"price": 250, "count": 3}); err != nil {
		panic(err)
	}

	total := expr.Mul(expr.IntBin("price"), expr.IntBin("count"))
	rebate := expr.When(expr.Gt(total, expr.Int(500)), expr.Int(10)).Else(expr.Int(0))
	rec, err := client.Operate(ctx, key, []aerospike.Op{
		expr.Read("total", total),
		expr.Write("rebate", rebate),
		aerospike.Read("rebate"),
	})
	fmt.Println(rec.Ops, err)
	// Output: [750 nil 10] <nil>
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

// Select by path (server 8.1): the titles of the books that cost less than 15.
func Example_selectByPath() {
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
func Example_hyperLogLogUnion() {
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
