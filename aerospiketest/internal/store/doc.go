// Package store keeps the records of the embedded server and executes the
// commands on them. It knows the rules of the real server's transactions:
// which policy bits exclude each other, in which order checks are made, what a
// reply carries. It knows nothing of connections, nodes or clocks.
//
// A record is immutable once stored. A write builds a new version under the
// partition's lock and publishes it, so a reader takes the pointer and needs no
// lock while it copies the bins out, and a command that fails half-way leaves
// nothing to undo.
//
// The order of checks and the result codes follow the server's source, 8.1.2.0:
// as/src/transaction/{write,read,delete,rw_utils}.c and as/src/base/particle*.c.
package store
