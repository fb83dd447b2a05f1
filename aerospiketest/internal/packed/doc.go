// Package packed works on lists and maps in the msgpack form in which they are
// stored: it brings what a client sent into the server's canonical form, and it
// knows the order of values (server: as/src/base/cdt.c, msgpack_in.c).
package packed
