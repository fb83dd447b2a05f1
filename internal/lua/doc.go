// Package lua runs the user-defined functions of the embedded server: functions in
// Lua that a client registers and calls on a record, or on the stream of a query's
// records. It knows nothing of the record store: a call gets a [Record] and leaves an
// [Outcome].
//
// The real server has Lua 5.4, whose numbers are integers or floats. The interpreter
// here, gopher-lua, has Lua 5.1 with floats only. The difference is made up for before
// a module is compiled: its syntax tree is rewritten so that operators, and whatever
// else can tell the two kinds apart, become calls of functions in Go. Integers keep 64
// bits and wrap around, floats stay floats, "//" divides, and errors say what the real
// server's say. Bitwise operators, integer for-loops beyond 2^53, coroutines, string.pack
// and the utf8 and debug libraries are not there. Neither is what reaches outside: io,
// loading of files, and of os all but the clock.
//
// A call cannot run away: its time, the memory that it takes up, the depth of its calls
// and the work of a pattern are bounded, see [Limits].
package lua
