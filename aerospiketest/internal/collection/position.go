package collection

// resolve makes an index, negative from the end, absolute. One outside is refused.
func resolve(index int64, n int) (int, bool) {
	if index >= int64(n) {
		return 0, false
	}
	if index < 0 {
		index += int64(n)
	}
	return int(index), index >= 0
}

// resolveRange clips a range of indexes or ranks to what exists. One that begins
// before the first loses what lies there.
func resolveRange(index int64, count uint64, n int) (start, length int) {
	if index >= int64(n) {
		return n, 0
	}
	if index < 0 {
		index += int64(n)
	}
	if index < 0 {
		before := uint64(-index)
		if before >= count {
			return 0, 0
		}
		return 0, int(min(count-before, uint64(n)))
	}
	return int(index), int(min(count, uint64(n)-uint64(index)))
}

// relative turns a range that is relative to position base into an absolute one.
// Numbers wrap as in the server.
func relative(index int64, count uint64, base int) (int64, uint64) {
	index += int64(base)
	if index >= 0 {
		return index, count
	}
	before := uint64(-index)
	if count <= before {
		return 0, 0
	}
	return 0, count - before
}
