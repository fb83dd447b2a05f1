package expr_test

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

// A filter is built once and used for many calls.
func Example() {
	filter := expr.Or(
		expr.And(
			expr.Gt(expr.IntBin("age"), expr.Int(21)),
			expr.Eq(expr.StringBin("name"), expr.String("x"))),
		expr.Regex("^a.*", expr.RegexIgnoreCase, expr.StringBin("name")))
	text, err := filter.MarshalText()
	fmt.Println(string(text), err)
	// aerospike.Filter(filter) is an option of every call.

	// Output: kxGTEJMDk1ECo2FnZRWTAZNRA6RuYW1logN4lAcCpF5hLiqTUQOkbmFtZQ== <nil>
}

// What is wrong with an expression comes out where it is used.
func ExampleExp_Err() {
	e := expr.And(expr.BoolBin("active"), expr.Gt(expr.IntBin("a name of 16 by."), expr.Int(1)))
	fmt.Println(e.Err() != nil)
	// Output: true
}

// A choice of a value by conditions.
func ExampleWhen() {
	age := expr.IntBin("age")
	group := expr.When(expr.Gt(age, expr.Int(64)), expr.String("senior")).
		When(expr.Gt(age, expr.Int(17)), expr.String("adult")).
		Else(expr.String("minor"))
	op := expr.Write("group", group)
	fmt.Println(op.Bin, op.Err)
	// Output: group <nil>
}

// A value that is needed twice is computed once.
func ExampleLet() {
	total := expr.Def("total", expr.Add(expr.IntBin("a"), expr.IntBin("b"), expr.IntBin("c")))
	inRange := expr.Let(
		expr.And(expr.Gt(total.Get(), expr.Int(10)), expr.Lt(total.Get(), expr.Int(20))),
		total)
	fmt.Println(inRange.Err())
	// Output: <nil>
}

// The highest score of a nested list, as a condition and as a computed read.
func ExampleList() {
	best := expr.List(expr.MapBin("player"), cdt.MapKey("scores")).ByRank(-1).Int()
	filter := expr.Ge(best, expr.Int(100))
	op := expr.Read("best", best, expr.EvalNoFail)
	fmt.Println(filter.Err(), op.Err)
	// Output: <nil> <nil>
}

// Prices above 10 are cut by a tenth, wherever in the list they are.
func ExamplePath() {
	price := expr.LoopValue[float64]()
	cut := expr.Path(expr.ListBin("prices"), cdt.ChildrenWhere(expr.Gt(price, expr.Float(10)))).
		Modify(expr.Mul(price, expr.Float(0.9)))
	op := expr.Write("prices", cut)
	fmt.Println(op.Err)
	// Output: <nil>
}

// Write on a condition: the server decides, so no other write can come in between.
func ExampleGe() {
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
func ExampleRead() {
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
