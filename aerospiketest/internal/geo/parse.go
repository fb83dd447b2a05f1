package geo

import (
	"encoding/json"
	"math"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"
)

// earthRadius is the radius, in metres, by which the radius of an AeroCircle in a bin
// or an expression is turned into an angle, whatever the namespace is configured to.
const earthRadius = 6371000

// Bounds that the real server does not have. It would take hours over what no record
// has room for, and the time to find out which loop of a polygon lies in which grows
// with their square.
const (
	maxText     = 8 << 20 // bytes, the greatest that max-record-size can be
	maxLoops    = 1000    // of a polygon
	maxPolygons = 10000   // of a MultiPolygon
)

// Parse reads a geometry that the server takes: a Point, Polygon, MultiPolygon or
// AeroCircle, or a Feature that holds one (as/src/geospatial/geojson.cc). Loops of
// polygons may cross themselves or each other, as the server does not mind.
func Parse(text []byte) (Shape, bool) {
	if len(text) > maxText {
		return Shape{}, false
	}
	root, ok := decodeJSON(text)
	if !ok {
		return Shape{}, false
	}
	object, _ := root.(map[string]any)
	kind, _ := object["type"].(string)
	if kind == "Feature" {
		object, _ = object["geometry"].(map[string]any)
		kind, _ = object["type"].(string)
	}
	coordinates := object["coordinates"]
	var s Shape
	switch kind {
	case "Point":
		var p s2.Point
		p, ok = parsePoint(coordinates)
		s.point = leafAt(p)
	case "Polygon":
		s.region, ok = parsePolygon(coordinates)
	case "MultiPolygon":
		s.region, ok = parseMultiPolygon(coordinates)
	case "AeroCircle":
		s.region, ok = parseCircle(coordinates)
	default:
		ok = false
	}
	if !ok {
		return Shape{}, false
	}
	return s, true
}

// parsePoint reads a longitude and a latitude in degrees.
func parsePoint(v any) (s2.Point, bool) {
	pair, _ := v.([]any)
	if len(pair) != 2 {
		return s2.Point{}, false
	}
	var angles [2]float64
	for i := range pair {
		n, ok := pair[i].(json.Number)
		if !ok {
			return s2.Point{}, false
		}
		degrees, _ := n.Float64() // in range, see validNumbers
		angles[i] = degrees * (math.Pi / 180)
	}
	if math.Abs(angles[0]) > math.Pi || math.Abs(angles[1]) > math.Pi/2 {
		return s2.Point{}, false
	}
	return pointAt(angles[0], angles[1]), true
}

func parsePolygon(v any) (s2.Region, bool) {
	list, ok := v.([]any)
	if !ok || len(list) > maxLoops {
		return nil, false
	}
	var loops []*s2.Loop
	for _, e := range list {
		loop, ok := parseLoop(e)
		if !ok {
			return nil, false
		}
		loops = append(loops, loop)
	}
	return newPolygon(loops), true
}

// parseLoop reads a closed ring of four points or more, repeated ones not counted.
// Which way round it goes does not matter: its inside is the smaller side.
func parseLoop(v any) (*s2.Loop, bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	points := make([]s2.Point, 0, len(list))
	for _, e := range list {
		p, ok := parsePoint(e)
		if !ok {
			return nil, false
		}
		if n := len(points); n == 0 || points[n-1] != p {
			points = append(points, p)
		}
	}
	last := len(points) - 1
	if last < 3 || points[0] != points[last] {
		return nil, false
	}
	loop := s2.LoopFromPoints(points[:last])
	normalise(loop)
	return loop, true
}

func parseMultiPolygon(v any) (s2.Region, bool) {
	list, ok := v.([]any)
	if !ok || len(list) > maxPolygons {
		return nil, false
	}
	union := make(s2.RegionUnion, 0, len(list))
	for _, e := range list {
		p, ok := parsePolygon(e)
		if !ok {
			return nil, false
		}
		union = append(union, p)
	}
	return union, true
}

// parseCircle reads a centre and a radius in metres.
func parseCircle(v any) (s2.Region, bool) {
	parts, _ := v.([]any)
	if len(parts) != 2 {
		return nil, false
	}
	centre, ok := parsePoint(parts[0])
	if !ok {
		return nil, false
	}
	n, ok := parts[1].(json.Number)
	if !ok {
		return nil, false
	}
	radius, _ := n.Float64()
	return s2.CapFromCenterChordAngle(centre, chord(radius/earthRadius)), true
}

// chord returns the angle, of no more than pi, as the square of its chord's length. A
// negative angle is that of an empty circle.
func chord(angle float64) s1.ChordAngle {
	if angle < 0 {
		return s1.NegativeChordAngle
	}
	length := 2 * sinOnly(0.5*min(math.Pi, angle))
	return s1.ChordAngle(length * length)
}
