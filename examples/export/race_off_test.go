//go:build !race

package main

// rows is how many there are.
const rows = 100_000
