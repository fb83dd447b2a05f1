//go:build !race

package types

// raceEnabled tells tests that count allocations whether the race detector is on.
const raceEnabled = false
