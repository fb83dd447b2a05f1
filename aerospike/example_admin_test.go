package aerospike_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func ExampleClient_CreateIndex() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	task, err := client.CreateIndex(ctx, aerospike.Index{
		Namespace: "test", Set: "users", Name: "users-by-age", Bin: "age", Type: aerospike.IndexNumeric,
	})
	if err != nil {
		panic(err)
	}
	if err := task.Wait(ctx); err != nil { // until every node has built it
		panic(err)
	}
	indexes, err := client.Indexes(ctx, "test")
	for _, x := range indexes {
		fmt.Println(x.Name, x.Set, x.Bin, x.Type, x.Collection, x.Ready, err)
	}

	_, err = client.DropIndex(ctx, "test", "users-by-age")
	fmt.Println(err)
	_, err = client.DropIndex(ctx, "test", "users-by-name")
	fmt.Println(errors.Is(err, aerospike.ErrIndexNotFound))
	// Output:
	// users-by-age users age numeric default true <nil>
	// <nil>
	// true
}

func ExampleClient_Apply() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	const source = `
		function withdraw(rec, amount)
			if not aerospike:exists(rec) then error("no such account") end
			rec["balance"] = rec["balance"] - amount
			aerospike:update(rec)
			return rec["balance"]
		end`
	task, err := client.PutUDF(ctx, "bank", []byte(source))
	if err != nil {
		panic(err)
	}
	if err := task.Wait(ctx); err != nil { // until every node has it
		panic(err)
	}
	key := aerospike.NewKey("test", "accounts", "alice")
	if err := client.Put(ctx, key, aerospike.Bins{"balance": 100}); err != nil {
		panic(err)
	}
	left, err := client.Apply(ctx, key, "bank", "withdraw", []any{30})
	fmt.Println(left, err)
	_, err = client.Apply(ctx, aerospike.NewKey("test", "accounts", "nobody"), "bank", "withdraw", []any{30})
	fmt.Println(errors.Is(err, aerospike.ErrUDF))
	// Output:
	// 70 <nil>
	// true
}

func ExampleClient_Truncate() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	// Everything of the set that was last written more than 90 days ago.
	err := client.Truncate(ctx, "test", "events", time.Now().AddDate(0, 0, -90))
	fmt.Println(err)
	err = client.Truncate(ctx, "test", "events", time.Time{}) // all of it
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}

func ExampleClient_Info() {
	client, stop := connect()
	defer stop()
	ctx := context.Background()

	rows, err := client.Info(ctx, "build", "cluster-stable")
	if err != nil {
		panic(err)
	}
	for _, row := range rows { // one for each node; a node that fails is a row with an error
		fmt.Println(row.Err, len(row.Replies), row.Replies[0].Command)
	}
	namespaces, err := client.Namespaces(ctx)
	for _, ns := range namespaces {
		fmt.Println(ns.Name, ns.Records, ns.StopWrites, err)
	}
	// Output:
	// <nil> 2 build
	// test 0 false <nil>
}
