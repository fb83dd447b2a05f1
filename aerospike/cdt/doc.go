// Package cdt makes operations on lists, maps, the bits of bytes, and HyperLogLogs, for
// Client.Operate of package aerospike. The server does them in place: what is not asked
// for does not travel, and a call is atomic whatever it holds.
//
//	rec, err := client.Operate(ctx, key, []aerospike.Op{
//		cdt.List("tags").Append("vip", cdt.AddUnique|cdt.NoFail),
//		cdt.Map("scores").KeyOrdered().Increment("bob", 50),
//		cdt.Map("scores").GetByRankRange(-3, 3, cdt.KeyValues), // the best three
//		cdt.Map("prefs", cdt.MapKey("ui")).Put("theme", "dark"), // a map in a map
//	})
//	best := rec.Ops[2] // one result for each operation, in order
//
// [List], [Map], [Bit], [HLL] and [Path] name a bin; their methods return operations.
// Both are plain values that can be kept and used by any number of goroutines. An
// operation is encoded once, when it is made, into memory of just its size.
//
// # Values
//
// Values are of type any and converted as by types.ValueOf; slices and maps as well. A
// [types.Value] is taken as it is. Where a value is compared with, types.Wildcard()
// equals everything from there on, and types.Infinity() is greater than everything:
//
//	cdt.List("pairs").GetByValue([]any{"x", types.Wildcard()}, cdt.Values) // all that begin with "x"
//
// Values of all types have one order (see types.Value.Compare): nil, booleans, integers,
// text, lists, maps, bytes, floats, GeoJSON. An integer and a float are never equal.
//
// # Index, rank, key, value
//
// Elements are selected in four ways. An index is the place in a list, or in a map by
// the order of keys; a rank is the place by the order of values, 0 being the smallest.
// Negative ones count from the end: −1 is the last, or the largest. One element beyond
// the end is ErrOpNotApplicable, a range beyond it is cut or empty. Ranges have a start
// and a count, [ToEnd] for all that follow. Intervals of keys or values include their
// begin and exclude their end; nil leaves an end open. The relative ranges count from
// where a value is or would be.
//
// An ordered list keeps its elements in ascending order, so that index and rank are the
// same, and takes values with Append only. Maps are in key order, whatever their order is
// called; [KeyOrdered] and [KeyValueOrdered] say for which selections the server keeps
// an index. A list or map is created by the first write, in the order that
// [ListBin.Ordered], [MapBin.KeyOrdered] and their kin ask for; SetOrder changes it.
//
// # What is returned
//
// A selection says what it wants to know by a [Return]: the values, keys, both, indexes,
// ranks, how many, whether any. Get selects, Remove removes and returns the same about
// what is gone. [Return.Inverted] means everything but the selection:
//
//	cdt.Map("m").RemoveByRankRange(-10, 10, cdt.Count.Inverted()) // keep the ten largest
//
// On a bin that does not exist reads have the result nil, and removals do nothing. The
// elements that a selection by rank returns from an unordered list are in no particular
// order.
//
// # Flags
//
// A [Flag] changes what an operation refuses. AddUnique, InsertBounded, CreateOnly and
// UpdateOnly refuse more; NoFail turns the refusal into "nothing done", and with Partial
// into "what could be done". Each method tells which flags it takes.
//
// # Nested lists and maps
//
// [List] and [Map] take a context: the steps from the bin to a list or map inside it.
//
//	cdt.List("orders", cdt.MapKey("2026"), cdt.ListIndex(-1)).Append(item)
//
// The steps must exist (ErrOpNotApplicable), unless they are made by [MapKeyCreate] or
// [ListIndexCreate], or the operation is Create. Bits and HyperLogLogs have no contexts.
// [EncodeContext] gives the text that a secondary index on a nested element needs.
//
// # Path expressions
//
// [Path] works on any number of elements at once: steps such as [AllChildren] and
// [ChildrenWhere] fan out, with conditions of package expr.
//
//	cdt.Path("order", cdt.MapKey("items"), cdt.AllChildren(), cdt.MapKey("price")).SelectValues()
//
// # Errors
//
// What the server would certainly refuse is refused when the operation is made: its Err
// names the operation and the argument, and the call fails with it before anything is
// sent. errors.Is(err, aerospike.ErrInvalidArg) holds.
//
// # Other clients' names
//
// Functions that other clients call list_get_by_value_range or map_put_items are
// List(bin).GetByValueRange and Map(bin).PutItems: the words are the same, and so are
// the methods of [Bit] and [HLL]. These differ:
//
//	list_get_by_value (op 22), _remove_   GetByValue, RemoveByValue: all that are equal
//	list/map policy                       Ordered(), KeyOrdered(), Persisted() and flags
//	map_put with CREATE_ONLY, UPDATE_ONLY Put(key, value, cdt.CreateOnly), cdt.UpdateOnly
//	list_get_range_from, no count         GetRange(index, cdt.ToEnd)
//	list_create, map_create               Create
//	list_sort with a policy               Sort(cdt.DropDuplicates)
//	INVERTED                              cdt.Values.Inverted()
//	hll_init(bits), hll_add(bits)         HLL(bin).Bits(index, minHash).Init(), .Add(values)
//	bit overflow actions                  cdt.Saturate, cdt.Wrap, none to fail
package cdt
