package index

import (
	"encoding/binary"
	"slices"

	"github.com/golang/geo/s2"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/geo"
)

// maxCells bounds the cells of a region, whether indexed or asked for.
const maxCells = 12

// parseGeometry makes the spans of a geometry: the cells of a region with all that is
// in them, for points; of a point its leaf cell and all that it is in but the whole
// face of the cube, for the regions that have one of them.
func (q *Query) parseGeometry(text []byte) bool {
	shape, ok := geo.Parse(text)
	if !ok {
		return false
	}
	cells := shape.Cells()
	if len(cells) > maxCells {
		return false
	}
	q.shape, q.ranged = shape, true
	if shape.IsRegion() {
		for _, c := range cells {
			q.spans = append(q.spans, span{int64(c.RangeMin()), int64(c.RangeMax())})
		}
	} else {
		for c := cells[0]; c.Level() > 0; c = c.Parent(c.Level() - 1) {
			q.spans = append(q.spans, span{int64(c), int64(c)})
		}
	}
	slices.SortStableFunc(q.spans, func(a, b span) int { return compareValues(a.begin, b.begin, true) })
	return true
}

func (q *Query) matchesGeometry(i item) bool {
	text := i.text
	if i.stored != nil {
		var ok bool
		if text, ok = geo.Text(i.stored); !ok {
			return false
		}
	}
	shape, ok := geo.Parse(text)
	return ok && q.shape.Matches(shape)
}

// appendCells appends the cells of a geometry; one that is none has no cells.
func appendCells(dst []int64, i item) []int64 {
	if i.stored != nil {
		const head, size = 3, 8 // flags and count come first
		text, ok := geo.Text(i.stored)
		if !ok {
			return dst
		}
		for cells := i.stored[head : len(i.stored)-len(text)]; len(cells) >= size; cells = cells[size:] {
			dst = append(dst, int64(binary.BigEndian.Uint64(cells)))
		}
		return dst
	}
	shape, ok := geo.Parse(i.text)
	if !ok {
		return dst
	}
	var cells []s2.CellID
	if cells = shape.Cells(); len(cells) > maxCells {
		return dst
	}
	for _, c := range cells {
		dst = append(dst, int64(c))
	}
	return dst
}
