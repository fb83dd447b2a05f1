package collection

// itemSearch tells which elements of a container equal one of the items of a list
// that came as an argument.
type itemSearch struct {
	found mask // by element
	// runs has for each item how many elements are less and how many equal it. Of equal
	// items, the last has the elements.
	runs  []span
	order []uint32 // the items in ascending order
}

// findItems looks for each of n elements among the items of a list, which begin at
// the offsets at.
func findItems(n int, element func(uint32) []byte, list []byte, at []uint32) itemSearch {
	count := len(at) - 1
	s := itemSearch{found: make(mask, n), runs: make([]span, count), order: sorted(count, compareAt(list, at))}
	among := search{n: count, count: count, target: count}
	among.at = func(rank int) ([]byte, int) {
		i := s.order[rank]
		return list[at[i]:at[i+1]], int(i)
	}
	for i := range uint32(n) {
		rank, found := among.find(element(i))
		if found {
			s.found[i] = true
			s.runs[s.order[rank-1]].count++
		}
		if rank < count {
			s.runs[s.order[rank]].start++ // of this item and all that are greater
		}
	}
	for i := 1; i < count; i++ {
		s.runs[s.order[i]].start += s.runs[s.order[i-1]].start
	}
	return s
}
