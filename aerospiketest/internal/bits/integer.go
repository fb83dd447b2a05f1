package bits

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// load returns the range, of 64 bits at most, as an unsigned integer.
func (w *window) load() uint64 {
	var n uint64
	for _, b := range w.get() {
		n = n<<8 | uint64(b)
	}
	return n >> ((8 - w.size%8) % 8)
}

// store sets the range, of 64 bits at most, to the low bits of n.
func (w *window) store(n uint64) {
	n <<= maxInt - w.size
	var data [maxInt / 8]byte
	for i := range data {
		data[i] = byte(n >> (maxInt - 8 - 8*i))
	}
	w.combine(data[:], replace)
}

// extend makes a signed integer of the low bits of n.
func extend(n uint64, size int) int64 {
	unused := maxInt - size
	return int64(n<<unused) >> unused
}

// add adds to the range's integer or subtracts from it. It returns false if the
// result does not fit and the operation does not say what to do then.
func (o *operation) add(w window) bool {
	mask := ^uint64(0) >> (maxInt - o.size)
	old := w.load()
	by := o.value & mask
	minus := o.id == wire.BitSubtract
	if minus {
		by = -by & mask
	}
	sum := (old + by) & mask
	if o.subflags&wire.BitIntWrap == 0 {
		limit, over := uint64(0), false
		switch {
		case o.subflags&wire.BitIntSigned != 0:
			limit, over = signedLimit(old, by, sum, o.size)
		case minus:
			over = sum > old
		default:
			limit, over = mask, sum < old
		}
		if over {
			if o.subflags&wire.BitIntSaturate == 0 {
				return false
			}
			sum = limit
		}
	}
	w.store(sum)
	return true
}

// signedLimit reports whether old+by left the range of signed integers, and which
// end of it is nearest. As in the server a sum of exactly zero never has, so that
// the least integer plus itself is 0.
func signedLimit(old, by, sum uint64, size int) (limit uint64, over bool) {
	a, b, s := extend(old, size), extend(by, size), extend(sum, size)
	least := uint64(1) << (size - 1)
	switch {
	case a < 0 && b < 0 && s > 0:
		return least, true
	case a > 0 && b > 0 && s < 0:
		return least - 1, true
	}
	return 0, false
}
