package geo

import "github.com/golang/geo/s2"

// Parameters of the coverings that the server stores in bins.
const (
	minLevel = 1
	maxLevel = s2.MaxLevel
	maxCells = 12
	// startCells is how many cells the search begins with.
	startCells = 4
)

// cover returns cells that together cover a region. It is the algorithm of the S2
// library, in which the order among candidates of the same priority matters: the Go
// library's heap does not keep that of the C++ library.
func cover(region s2.Region) s2.CellUnion {
	c := covering{region: region}
	start := s2.RegionCoverer{MaxLevel: maxLevel, LevelMod: 1, MaxCells: startCells}
	for _, id := range start.FastCovering(region) {
		c.add(c.candidate(s2.CellFromCellID(id)))
	}
	for len(c.queue) > 0 {
		next := c.queue.pop()
		if next.cell.Level() < minLevel || len(next.children) == 1 ||
			len(c.result)+len(c.queue)+len(next.children) <= maxCells {
			for _, child := range next.children {
				c.add(child)
			}
		} else {
			c.result = append(c.result, next.cell.ID())
		}
	}
	c.result.Normalize()
	c.result.Denormalize(minLevel, 1)
	return c.result
}

// covering is a search under way.
type covering struct {
	region s2.Region
	queue  candidates
	result s2.CellUnion
}

// candidate is a cell that intersects the region.
type candidate struct {
	cell     s2.Cell
	terminal bool // not to be divided
	children []*candidate
	priority int
}

// candidate returns nil for a cell outside of the region.
func (c *covering) candidate(cell s2.Cell) *candidate {
	if !c.region.IntersectsCell(cell) {
		return nil
	}
	terminal := cell.Level() >= minLevel && (cell.Level() == maxLevel || c.region.ContainsCell(cell))
	return &candidate{cell: cell, terminal: terminal}
}

// add puts a candidate into the result, or into the queue with its children.
func (c *covering) add(next *candidate) {
	if next == nil {
		return
	}
	if next.terminal {
		c.result = append(c.result, next.cell.ID())
		return
	}
	terminals := 0
	for _, id := range next.cell.ID().Children() {
		child := c.candidate(s2.CellFromCellID(id))
		if child == nil {
			continue
		}
		next.children = append(next.children, child)
		if child.terminal {
			terminals++
		}
	}
	switch {
	case len(next.children) == 0:
	case terminals == 4 && next.cell.Level() >= minLevel:
		c.result = append(c.result, next.cell.ID())
	default: // great cells first, among them those with few children
		next.priority = -((next.cell.Level()<<2+len(next.children))<<2 + terminals)
		c.queue.push(next)
	}
}

// candidates is a heap, the greatest priority first. Which of several with the same
// priority comes next is as in the C++ standard library: there the hole that the
// first one leaves sinks to the bottom before the last one fills it and rises.
type candidates []*candidate

func (h *candidates) push(c *candidate) {
	*h = append(*h, c)
	h.rise(len(*h)-1, c)
}

// rise puts c where the hole is or at a place above.
func (h candidates) rise(hole int, c *candidate) {
	for hole > 0 {
		parent := (hole - 1) / 2
		if h[parent].priority >= c.priority {
			break
		}
		h[hole] = h[parent]
		hole = parent
	}
	h[hole] = c
}

func (h *candidates) pop() *candidate {
	first, last := (*h)[0], len(*h)-1
	c := (*h)[last]
	*h = (*h)[:last]
	if last == 0 {
		return first
	}
	hole := 0
	for {
		child := 2*hole + 2 // the right one, unless the left one is greater
		if child > last {
			break
		}
		if child == last || (*h)[child].priority < (*h)[child-1].priority {
			child--
		}
		(*h)[hole] = (*h)[child]
		hole = child
	}
	h.rise(hole, c)
	return first
}
