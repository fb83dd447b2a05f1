package aggregate_test

import (
	"context"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/query/aggregate"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// statsModule has a stream function: the average age, by city.
const statsModule = `
local function collect(cities, rec)
	local c = cities[rec.city] or map{count = 0, sum = 0}
	c.count, c.sum = c.count + 1, c.sum + rec.age
	cities[rec.city] = c
	return cities
end

local function join(a, b) return map{count = a.count + b.count, sum = a.sum + b.sum} end

local function finish(cities)
	local averages = map()
	for city, c in map.pairs(cities) do averages[city] = c.sum / c.count end
	return averages
end

function average_age(stream, from)
	return stream
		: filter(function(rec) return rec.age >= from end)
		: aggregate(map(), collect)
		: reduce(function(a, b) return map.merge(a, b, join) end)
		: map(finish)
end
`

func Example() {
	srv, err := aerospiketest.New(aerospiketest.WithNodes(3))
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
	for i, city := range []string{"Paris", "Rome", "Paris", "Oslo", "Rome", "Paris"} {
		bins := aerospike.Bins{"city": city, "age": 16 + 5*i}
		if err := client.Put(ctx, aerospike.NewKey("test", "people", i), bins); err != nil {
			panic(err)
		}
	}

	task, err := client.PutUDF(ctx, "stats", []byte(statsModule)) // for the servers' part
	if err != nil {
		panic(err)
	}
	if err := task.Wait(ctx); err != nil {
		panic(err)
	}
	src, err := aggregate.Fetch(ctx, client, []string{"stats"}) // for the part that is done here
	if err != nil {
		panic(err)
	}
	byCity := aggregate.Function{Source: src, Module: "stats", Name: "average_age", Args: []any{18}}
	averages, found, err := aggregate.One(aggregate.Query(ctx, client, query.New("test", "people"), byCity))
	if err != nil {
		panic(err)
	}
	fmt.Println(found, averages)
	// Output: true {"Oslo":31 "Paris":33.5 "Rome":28.5}
}
