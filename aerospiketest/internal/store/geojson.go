package store

import (
	"encoding/json"
	"math"
)

// geoRegion is the flag of a GeoJSON particle that is an area, not a point.
const geoRegion = 1

// geometry is the part of a GeoJSON object that the server looks at.
type geometry struct {
	Type        *string         `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometry    json.RawMessage `json:"geometry"`
}

// parseGeoJSON checks that text is a geometry that the server takes: a Point,
// Polygon, MultiPolygon or AeroCircle, or a Feature holding one
// (as/src/geospatial/geojson.cc).
func parseGeoJSON(text []byte) (region, ok bool) {
	var g geometry
	if json.Unmarshal(text, &g) != nil || g.Type == nil {
		return false, false
	}
	if *g.Type == "Feature" {
		inner := g.Geometry
		g = geometry{}
		if len(inner) == 0 || json.Unmarshal(inner, &g) != nil || g.Type == nil {
			return false, false
		}
	}
	switch *g.Type {
	case "Point":
		var p []float64
		return false, json.Unmarshal(g.Coordinates, &p) == nil && validPoint(p)
	case "Polygon":
		var p [][][]float64
		return true, isArray(g.Coordinates) && json.Unmarshal(g.Coordinates, &p) == nil && validPolygon(p)
	case "MultiPolygon":
		var polygons [][][][]float64
		if !isArray(g.Coordinates) || json.Unmarshal(g.Coordinates, &polygons) != nil {
			return false, false
		}
		for _, p := range polygons {
			if p == nil || !validPolygon(p) {
				return false, false
			}
		}
		return true, true
	case "AeroCircle":
		return true, validCircle(g.Coordinates)
	}
	return false, false
}

func isArray(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '[' }

// validPoint checks longitude and latitude, in this order.
func validPoint(p []float64) bool {
	return len(p) == 2 && math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90
}

func validPolygon(loops [][][]float64) bool {
	for _, loop := range loops {
		if !validLoop(loop) {
			return false
		}
	}
	return true
}

// validLoop wants a closed ring of four points or more, repeated ones not counted.
func validLoop(loop [][]float64) bool {
	distinct := 0
	for i, p := range loop {
		if !validPoint(p) {
			return false
		}
		if i == 0 || !samePoint(p, loop[i-1]) {
			distinct++
		}
	}
	return distinct >= 4 && samePoint(loop[0], loop[len(loop)-1])
}

func samePoint(a, b []float64) bool { return a[0] == b[0] && a[1] == b[1] }

// validCircle wants a centre and a radius in metres.
func validCircle(raw json.RawMessage) bool {
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil || len(parts) != 2 {
		return false
	}
	var centre []float64
	var radius *float64
	return json.Unmarshal(parts[0], &centre) == nil && validPoint(centre) &&
		json.Unmarshal(parts[1], &radius) == nil && radius != nil
}
