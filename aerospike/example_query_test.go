package aerospike_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// people writes ten records into the set "people".
func people(ctx context.Context, client *aerospike.Client) {
	for i := range 10 {
		key := aerospike.NewKey("test", "people", i)
		if err := client.Put(ctx, key, aerospike.Bins{"age": 15 + i, "name": fmt.Sprint("p", i)}); err != nil {
			panic(err)
		}
	}
}

func ExampleClient_Query() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	people(ctx, client)

	stmt := query.New("test", "people").Select("age").Filter(expr.Ge(expr.IntBin("age"), expr.Int(18)))
	sum := int64(0)
	for rec, err := range client.Query(ctx, stmt).All() {
		if err != nil {
			panic(err)
		}
		age, err := rec.Int("age")
		if err != nil {
			panic(err)
		}
		sum += age
	}
	fmt.Println(sum)

	type person struct {
		Age int `as:"age"`
	}
	var ages []int
	for p, err := range query.As[person](client.Query(ctx, stmt)) {
		if err != nil {
			panic(err)
		}
		ages = append(ages, p.Age)
	}
	slices.Sort(ages)
	fmt.Println(ages)
	// Output:
	// 147
	// [18 19 20 21 22 23 24]
}

// A cursor is a bookmark: as text it can be stored, and another process goes on from it.
func ExampleClient_Query_cursor() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	people(ctx, client)

	stmt := query.New("test", "people").HeaderOnly()
	page := client.Query(ctx, stmt.MaxRecords(4))
	first, err := page.Results()
	bookmark := page.Cursor().String()

	cursor, bad := query.ParseCursor(bookmark)
	rest, err2 := client.Query(ctx, stmt.Resume(cursor)).Results()
	fmt.Println(len(first), len(rest), errors.Join(err, bad, err2))
	// Output: 4 6 <nil>
}

// A channel, for programs that are built of them. Who leaves early calls Close.
func ExampleClient_Scan() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	people(ctx, client)

	stream := client.Scan(ctx, "test", "people", aerospike.QueueSize(100))
	defer stream.Close()
	n := 0
	for range stream.C() {
		n++
	}
	fmt.Println(n, stream.Err())
	// Output: 10 <nil>
}

func ExampleClient_ExecuteOps() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()
	people(ctx, client)

	minors := query.New("test", "people").Filter(expr.Lt(expr.IntBin("age"), expr.Int(18)))
	task, err := client.ExecuteOps(ctx, minors, []aerospike.Op{aerospike.Write("minor", true)})
	if err != nil {
		panic(err)
	}
	if err := task.Wait(ctx); err != nil {
		panic(err)
	}
	marked, err := client.Query(ctx, query.New("test", "people").Select("minor")).Results()
	fmt.Println(len(marked), err)
	// Output: 3 <nil>
}
