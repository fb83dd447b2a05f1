// Package integration holds the conformance suite of the client. It consists of tests
// only.
//
// By default every test runs on the embedded server, once with one node and once with
// three. With AEROSPIKE_HOST set, and AEROSPIKE_PORT if it is not 3000, it runs on that
// server instead, in the namespace AEROSPIKE_NAMESPACE, or "test". Where the two
// disagree, the real server is right.
//
// What a server cannot be asked is skipped, and the reason is printed at the end, in a
// list that begins with "skipped".
package integration
