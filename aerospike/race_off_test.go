//go:build !race

package aerospike

// raceEnabled tells tests that count allocations whether the race detector is on.
const raceEnabled = false
