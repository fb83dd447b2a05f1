// Package collection executes the instructions on lists and maps, with contexts and
// path expressions (server: as/src/base/cdt.c, particle_list.c, particle_map.c). It
// works on the packed form and answers byte for byte what the server answers, also
// where the order of a result is not documented. Nothing it is given is changed or
// kept; results may alias what went in.
//
// How it is made, from the outside in:
//
//	collection.go   Read and Modify: which kind of instruction it is
//	argument.go     arguments: the instruction's msgpack array, read with the
//	                server's checks
//	target.go       target, call and outcome: what an instruction on one container
//	                gets and gives back
//	context.go      the descent to a nested container and the way back up, with
//	                place: where a step leads inside a list or map
//	header.go       heads of lists and maps, attributes, splicing
//	position.go     index, rank and count arithmetic
//	order.go        sorting, searching and picking ranks in the server's own way,
//	                which shows where values are equal
//	selection.go    returns (the return type) and the numeric results
//	result.go       results as bin values
//	items.go        which elements equal one of a list of values
//	delta.go        increments
//	list*.go        lists
//	map*.go         maps
//	path*.go        path expressions
package collection
