// Package aggregate computes with the records of a query where they are: a Lua stream
// function maps, filters and sums them up on the servers, and its last part runs here,
// on what the servers have sent. It is a package of its own, so that only programs that
// use it have an interpreter of Lua in them.
//
// A stream function is given a stream and says what is to be done with the records in
// it:
//
//	local function age(rec) return rec.age end
//	local function older(a, b) if a > b then return a end return b end
//	function oldest(stream) return stream : map(age) : reduce(older) end
//
// The servers do filter, map and aggregate, and the first reduce, for each partition by
// itself. The first reduce is then done here once more, over the values of all partitions
// in the order in which they arrive, and after it all that follows. So a function given
// to reduce must not depend on the order, and must take what it returns. groupby is an
// aggregate with a reduce. Without a reduce every value that the servers make is in the
// result.
//
// Register the module with Client.PutUDF, and give the same text to this package, or let
// [Fetch] read it from the servers:
//
//	src, err := aggregate.Fetch(ctx, client, []string{"people"})
//	...
//	oldest, found, err := aggregate.One(aggregate.Query(ctx, client, query.New("test", "users"),
//		aggregate.Function{Source: src, Module: "people", Name: "oldest"}))
//
// Here as there scripts have the Lua of servers since 7.2, which is 5.4 (bitwise
// operators, integer for-loops beyond 2^53, coroutines, string.pack and the utf8 library
// are not there), with list, map, bytes, geojson, and the functions that log. They reach
// nothing outside: no files, no environment, no modules but those of their [Source].
package aggregate
