//go:build race

package main

// rows is how many there are; with the race detector fewer will do.
const rows = 20_000
