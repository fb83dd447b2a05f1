package aerospike_test

import (
	"context"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
)

// users returns n keys, and writes the records of all but the last.
func users(client *aerospike.Client, n int) []aerospike.Key {
	keys := make([]aerospike.Key, n)
	bins := make([]aerospike.Bins, n-1)
	for i := range keys {
		keys[i] = aerospike.NewKey("test", "users", i)
		if i < n-1 {
			bins[i] = aerospike.Bins{"name": fmt.Sprint("user ", i), "age": 20 + i, "score": float64(i) / 2}
		}
	}
	results, err := client.BatchPut(context.Background(), keys[:n-1], bins).Collect()
	if err != nil || batch.Failed(results) != nil {
		panic(fmt.Sprint(err, batch.Failed(results)))
	}
	return keys
}

// One result for each key, in the order of the keys. A record that does not exist is an
// answer, not an error.
func ExampleClient_BatchGet() {
	client, stop := connect()
	defer stop()
	keys := users(client, 4)

	results, err := client.BatchGet(context.Background(), keys, aerospike.Select("name")).Collect()
	if err != nil {
		panic(err)
	}
	for _, res := range results {
		switch {
		case res.Err != nil:
			fmt.Println("failed:", res.Err)
		case res.Found():
			name, _ := res.Record.String("name")
			fmt.Println(name)
		default:
			fmt.Println(res.Code)
		}
	}
	// Output:
	// user 0
	// user 1
	// user 2
	// NOT_FOUND
}

// Rows that do different things, each with options of its own.
func ExampleClient_Batch() {
	client, stop := connect()
	defer stop()
	keys := users(client, 5)

	rows := []batch.Op{
		batch.Get(keys[0], "name"),
		batch.Put(keys[1], aerospike.Bins{"age": 30}).With(aerospike.IfGeneration(1)),
		batch.Operate(keys[2], aerospike.Add("age", 1), aerospike.Read("age")),
		batch.Delete(keys[3]),
		batch.Put(keys[4], aerospike.Bins{"age": 1}).With(aerospike.UpdateOnly),
	}
	results, err := client.Batch(context.Background(), rows).Collect()
	if err != nil {
		panic(err)
	}
	fmt.Println(results[0].Record.Map(), results[1].Found(), results[2].Record.Ops[1], results[3].Found(), results[4].Code)
	// Output: map[name:user 0] true 23 true NOT_FOUND
}

// Any number of rows, in bounded memory. The loop may be left at any time.
func ExampleClient_BatchSeq() {
	client, stop := connect()
	defer stop()

	rows := func(yield func(batch.Op) bool) {
		for i := range 10_000 {
			if !yield(batch.Put(aerospike.NewKey("test", "numbers", i), aerospike.Bins{"n": i})) {
				return
			}
		}
	}
	done := 0
	for res, err := range client.BatchSeq(context.Background(), rows, aerospike.Chunk(500)).All() {
		if err != nil {
			fmt.Println("row", res.Index, "failed:", err)
			continue
		}
		done++
	}
	fmt.Println(done)
	// Output: 10000
}

// Columns of numbers, ready for arithmetic.
func ExampleClient_BatchGet_columns() {
	client, stop := connect()
	defer stop()
	keys := users(client, 5)

	type row struct {
		Age   int32   `as:"age"`
		Score float64 `as:"score"`
	}
	table, err := batch.Columns[row](context.Background(), client, keys)
	if err != nil {
		panic(err)
	}
	ages, _ := batch.Column[int32](table, "age")
	scores, _ := batch.Column[float64](table, "score")
	fmt.Println(ages, scores, table.Null("age", 4), table.Codes[4])
	// Output: [20 21 22 23 0] [0 0.5 1 1.5 0] true NOT_FOUND
}
