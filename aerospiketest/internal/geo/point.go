package geo

import (
	"math"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"
)

// pointAt returns the point on the unit sphere at a longitude and latitude in
// radians.
func pointAt(longitude, latitude float64) s2.Point {
	c := math.Cos(latitude)
	return s2.Point{Vector: r3.Vector{X: math.Cos(longitude) * c, Y: math.Sin(longitude) * c, Z: math.Sin(latitude)}}
}
