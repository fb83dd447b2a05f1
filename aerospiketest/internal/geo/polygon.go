package geo

import "github.com/golang/geo/s2"

// polygon is an [s2.Polygon] whose first approximation by cells is that of the C++
// library, which takes it from the index of the edges.
type polygon struct {
	*s2.Polygon
	index *s2.ShapeIndex
}

func newPolygon(loops []*s2.Loop) polygon {
	p := polygon{s2.PolygonFromLoops(loops), s2.NewShapeIndex()}
	p.index.Add(p.Polygon)
	return p
}

// CellUnionBound returns a few cells that together cover the polygon.
func (p polygon) CellUnionBound() []s2.CellID { return p.index.Region().CellUnionBound() }
