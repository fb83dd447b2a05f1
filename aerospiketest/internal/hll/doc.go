// Package hll executes operations on HyperLogLogs and HyperMinHashes as the server
// does (as/src/base/particle_hll.c), down to the last bit of every estimate.
//
// Registers are set as in "HyperMinHash: MinHash in LogLog space" (Yu and Weber
// 2017), counts are estimated as in "New cardinality estimation algorithms for
// HyperLogLog sketches" (Ertl 2017, algorithm 6).
package hll
