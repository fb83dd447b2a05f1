//go:build race

package expr_test

// raceEnabled tells tests that count allocations whether the race detector is on.
const raceEnabled = true
