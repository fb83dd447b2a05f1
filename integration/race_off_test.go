//go:build !race

package integration

// raced says that the race detector makes everything several times slower.
const raced = false
