// Package expression compiles and evaluates the packed expressions of filters, of
// read and write operations and of path expressions, with the checks and the results
// of the real server (server: as/src/base/exp.c).
//
// Compile makes every check that the server makes before it looks at a record: each
// expression has one static type, and none is converted implicitly. What it refuses
// is answered with [wire.ResultParameter]. Evaluation knows a third outcome beside
// true and false: unknown, for example of a missing bin.
//
// Where the real server would stop with an assertion, this package refuses the
// expression or has it evaluate to unknown.
package expression
