package types

const (
	// maxWriteDepth is how deep lists and maps may nest in values to be written.
	maxWriteDepth = 64
	// maxReadDepth is the same for values that are read. The server sets no limit of
	// its own; without one a hostile reply could exhaust the stack.
	maxReadDepth = 128
	// maxHops is how many pointers may be followed on the way to a value.
	maxHops = 1000
)

// nesting is how deep a walk over a Go value is. The walk goes down first, and the
// first fault ends it, so the limits also end it soon in a slice, map or pointer that
// leads to itself.
type nesting struct{ levels, hops int16 }

// down enters a list, map or struct.
func (n nesting) down() (nesting, error) {
	if n.levels++; n.levels > maxWriteDepth {
		return n, refuse("nested deeper than %d lists or maps", maxWriteDepth)
	}
	return n, nil
}

// follow goes through a pointer.
func (n nesting) follow() (nesting, error) {
	if n.hops++; n.hops > maxHops {
		return n, refuse("more than %d pointers lead here", maxHops)
	}
	return n, nil
}
