// Package bits executes operations on the bits of a blob as the server does
// (as/src/base/particle_blob.c). An operation comes as a msgpack array, its
// instruction first. Bit 0 is the highest bit of the first byte; a negative offset
// counts from the end of the blob.
package bits
