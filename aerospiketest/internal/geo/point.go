package geo

import (
	"math"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"
)

// pointAt returns the point on the unit sphere at a longitude and latitude in
// radians.
func pointAt(longitude, latitude float64) s2.Point {
	z, r := sincos(latitude)
	y, x := sincos(longitude)
	return s2.Point{Vector: r3.Vector{X: float64(x * r), Y: float64(y * r), Z: z}}
}

// leafAt returns the leaf cell that a point is in. Where a point is exactly between
// two cells the Go library takes the one with the greater coordinate, the C++ library
// the one with the even coordinate.
func leafAt(p s2.Point) s2.CellID {
	const down, left = 0, 3 // among the neighbours
	id := s2.CellFromPoint(p).ID()
	u, v := onFace(id.Face(), p)
	if oddEdge(v) {
		id = id.EdgeNeighbors()[down]
	}
	if oddEdge(u) {
		id = id.EdgeNeighbors()[left]
	}
	return id
}

// onFace projects a point onto a face of the cube around the sphere.
func onFace(face int, p s2.Point) (u, v float64) {
	switch face {
	case 0:
		return p.Y / p.X, p.Z / p.X
	case 1:
		return -p.X / p.Y, p.Z / p.Y
	case 2:
		return -p.X / p.Z, -p.Y / p.Z
	case 3:
		return p.Z / p.X, p.Y / p.X
	case 4:
		return p.Z / p.Y, -p.X / p.Y
	}
	return -p.Y / p.Z, -p.X / p.Z
}

// oddEdge reports whether u is exactly the lower edge of leaf cells whose coordinate
// is odd.
func oddEdge(u float64) bool {
	s := 0.5 * math.Sqrt(1+3*math.Abs(u))
	if u < 0 {
		s = 1 - s
	}
	edge := s * s2.MaxSize
	return edge == math.Floor(edge) && int(edge)&1 == 1
}
