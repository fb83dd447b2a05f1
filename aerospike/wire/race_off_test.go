//go:build !race

package wire

// raceEnabled tells tests that count allocations that the race detector is on.
const raceEnabled = false
