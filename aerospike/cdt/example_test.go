package cdt_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
)

// The client of the examples; a program gets it from aerospike.Connect.
var client *aerospike.Client

func ExampleList() {
	key := aerospike.NewKey("test", "users", "alice")
	tags := cdt.List("tags")
	rec, err := client.Operate(context.Background(), key, []aerospike.Op{
		tags.Append("vip", cdt.AddUnique|cdt.NoFail), // once, however often it is added
		tags.Trim(-100, cdt.ToEnd),                   // the newest hundred
		tags.Size(),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rec.Ops[2])
}

func ExampleMap() {
	key := aerospike.NewKey("test", "games", "tetris")
	scores := cdt.Map("scores").KeyOrdered()
	rec, err := client.Operate(context.Background(), key, []aerospike.Op{
		scores.Increment("bob", 50),
		scores.GetByKey("bob", cdt.ReverseRanks), // 0: he leads
		scores.GetByRankRange(-3, 3, cdt.KeyValues),
		scores.RemoveByRankRange(-1000, 1000, cdt.Count.Inverted()), // nobody below the best thousand
	})
	if err != nil {
		log.Fatal(err)
	}
	best, err := rec.Ops[2].AsMap()
	if err != nil {
		log.Fatal(err)
	}
	for _, player := range best {
		fmt.Println(player.Key, player.Value)
	}
}

func ExampleMap_nested() {
	key := aerospike.NewKey("test", "users", "alice")
	byYear := cdt.MapKeyCreate("2026", cdt.KeyOrdered) // the map of the year may not exist yet
	_, err := client.Operate(context.Background(), key, []aerospike.Op{
		cdt.Map("visits", byYear).Increment("november", 1),
		cdt.List("log", byYear, cdt.MapKeyCreate("november", cdt.KeyOrdered)).Append("login"),
	})
	if err != nil {
		log.Fatal(err)
	}
}

func ExampleBit() {
	key := aerospike.NewKey("test", "users", "alice")
	days := cdt.Bit("days")
	rec, err := client.Operate(context.Background(), key, []aerospike.Op{
		days.Resize(46, cdt.GrowOnly|cdt.NoFail), // room for 366 days
		days.Set(326, 1, []byte{0x80}),
		days.Count(0, 366),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rec.Ops[2], "days")
}

func ExampleHLL() {
	key := aerospike.NewKey("test", "pages", "index")
	visitors := cdt.HLL("visitors").Bits(12, 0) // counts are right to about 1.6 %
	rec, err := client.Operate(context.Background(), key, []aerospike.Op{
		visitors.Add([]string{"alice", "bob", "alice"}),
		visitors.Count(),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rec.Ops[1], "visitors")
}

func ExamplePath() {
	key := aerospike.NewKey("test", "orders", 17)
	rec, err := client.Operate(context.Background(), key, []aerospike.Op{
		cdt.Path("order", cdt.MapKey("items"), cdt.AllChildren(), cdt.MapKey("price")).SelectValues(),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(rec.Ops[0])
}

func ExampleEncodeContext() {
	text, err := cdt.EncodeContext(cdt.MapKey("a"), cdt.ListIndex(-1))
	fmt.Println(text, err)
	// Output: lCKiA2EQ/w== <nil>
}

func ExampleListBin_Append() {
	op := cdt.List("tags").Append(make(chan int))
	fmt.Println(op.Err)
	// Output: list append: value: invalid argument: type chan int cannot be stored
}
