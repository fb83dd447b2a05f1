package geo

import (
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
