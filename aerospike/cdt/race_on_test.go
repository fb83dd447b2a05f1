//go:build race

package cdt

// raceEnabled tells tests that count allocations whether the race detector is on.
const raceEnabled = true
