package collection

import "github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"

// compareFunc compares the elements with two indexes.
type compareFunc func(a, b uint32) int

// compareAt compares elements of data by their offsets.
func compareAt(data []byte, offsets []uint32) compareFunc {
	return func(a, b uint32) int {
		return packed.Compare(data[offsets[a]:offsets[a+1]], data[offsets[b]:offsets[b+1]])
	}
}

// upTo returns the indexes 0 to n-1.
func upTo(n int) []uint32 {
	index := make([]uint32, n)
	for i := range index {
		index[i] = uint32(i)
	}
	return index
}

// sorted returns the indexes 0 to n-1 in ascending order of their elements. It
// splits and merges as the C library's qsort does, so that values without a total
// order (NaN equals every number) end up where the server puts them.
func sorted(n int, compare compareFunc) []uint32 {
	index := upTo(n)
	mergeSort(index, make([]uint32, n), compare)
	return index
}

func mergeSort(index, scratch []uint32, compare compareFunc) {
	if len(index) <= 1 {
		return
	}
	half := len(index) / 2
	mergeSort(index[:half], scratch, compare)
	mergeSort(index[half:], scratch, compare)
	left, right, out := 0, half, 0
	for left < half && right < len(index) {
		if compare(index[left], index[right]) <= 0 {
			scratch[out] = index[left]
			left++
		} else {
			scratch[out] = index[right]
			right++
		}
		out++
	}
	out += copy(scratch[out:], index[left:half])
	copy(index, scratch[:out])
}

// pickRanks returns the indexes of the elements with ranks start to start+count-1
// among n. Which of several equal elements has which rank, and whether the ranks
// come up or down, follow from the heap with which the server finds them.
func pickRanks(start, count, n int, compare compareFunc) []uint32 {
	h := rankHeap{index: upTo(n), filled: n, compare: compare, sign: -1}
	discard := start
	if tail := n - start - count; start > tail {
		h.sign, discard = 1, tail
	}
	for i := n/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
	for i := n - 1; i >= n-count-discard; i-- {
		top := h.index[0]
		h.filled--
		h.index[0] = h.index[h.filled]
		h.sink(0)
		h.index[i] = top
	}
	return h.index[h.filled : h.filled+count]
}

// quickSelect returns the index of the element with a rank among n, as a path finds
// it: of equal elements another one than pickRanks does.
func quickSelect(rank, n int, compare compareFunc) int {
	index := upTo(n)
	low, high := 0, n-1
	for low < high {
		middle := low + (high-low)/2
		pivot := index[middle]
		index[low], index[middle] = index[middle], index[low]
		up, down := low+1, high
		for {
			for up < down && compare(index[up], pivot) < 0 {
				up++
			}
			for up <= down && down != low && compare(pivot, index[down]) < 0 {
				down--
			}
			if up >= down {
				break
			}
			index[up], index[down] = index[down], index[up]
			up++
			down--
		}
		index[low], index[down] = index[down], index[low]
		switch {
		case down == rank:
			return int(pivot)
		case down < rank:
			low = down + 1
		default:
			high = down - 1
		}
	}
	return int(index[low])
}

// rankHeap has the least element at the top, or with sign 1 the greatest.
type rankHeap struct {
	index   []uint32
	filled  int
	compare compareFunc
	sign    int
}

func (h *rankHeap) sink(i int) {
	for {
		child := 2*i + 1
		if child >= h.filled {
			return
		}
		if child+1 < h.filled && h.sign*h.compare(h.index[child], h.index[child+1]) < 0 {
			child++
		}
		if h.sign*h.compare(h.index[child], h.index[i]) <= 0 {
			return
		}
		h.index[i], h.index[child] = h.index[child], h.index[i]
		i = child
	}
}

// search looks for a value in ascending elements.
type search struct {
	n int // elements
	// at returns the element with a rank and its index, the same if there is no
	// separate order.
	at func(rank int) ([]byte, int)
	// start and count bound where to look.
	start, count int
	// target is the index wanted among equal elements: 0 for the first, n for behind
	// the last, and more than n for whichever is met.
	target int
}

// find returns the rank at which the value is, or would be inserted. The steps are
// those of the server, since with a wildcard or NaN they decide what is found.
func (s search) find(value []byte) (rank int, found bool) {
	if s.n == 0 || s.count == 0 {
		return s.n, false
	}
	lower, upper := s.start, s.start+s.count
	rank = s.start + s.count/2
	for {
		element, index := s.at(rank)
		order := packed.Compare(value, element)
		if order == 0 {
			found = true
			switch {
			case s.target > s.n || s.target == index:
				return rank, true
			case s.target < index:
				order = -1
			case rank == upper-1:
				return rank + 1, true
			default:
				order = 1
			}
		}
		if order > 0 {
			if rank >= upper-1 {
				return rank + 1, found
			}
			lower = rank
			if !found {
				lower++
			}
			rank = (rank + upper) / 2
			continue
		}
		if rank == lower {
			return rank, found
		}
		upper = rank
		rank = (rank + lower) / 2
	}
}
