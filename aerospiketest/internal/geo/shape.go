package geo

import (
	"encoding/binary"

	"github.com/golang/geo/s2"
)

// Shape is a point or a region.
type Shape struct {
	point  s2.CellID // 0 if it is a region
	region s2.Region
}

// IsRegion reports whether the shape is an area, not a point.
func (s Shape) IsRegion() bool { return s.region != nil }

// Matches reports whether one of the shapes is a point within the other, a region.
// A point has the extent of its leaf cell, about a centimetre; what counts is the
// cell's centre.
func (s Shape) Matches(other Shape) bool {
	switch {
	case s.IsRegion() && !other.IsRegion():
		return s.region.ContainsPoint(other.point.Point())
	case !s.IsRegion() && other.IsRegion():
		return other.region.ContainsPoint(s.point.Point())
	}
	return false
}

// Cells returns the cells that the server stores with the shape: the leaf cell of a
// point, or some that cover a region. More than twelve it refuses to store: a region of
// almost a whole face of the cube that the cells divide takes four for the face.
func (s Shape) Cells() []s2.CellID {
	if s.IsRegion() {
		return cover(s.region)
	}
	return []s2.CellID{s.point}
}

// What a stored GeoJSON value begins with: a byte of flags and the number of cells.
const (
	headSize = 3
	cellSize = 8

	flagRegion = 1
)

// Text returns the GeoJSON text in a bin's value, whatever cells come with it, or
// false if the value is too short for what it says.
func Text(value []byte) ([]byte, bool) {
	if len(value) < headSize {
		return nil, false
	}
	skip := headSize + cellSize*int(binary.BigEndian.Uint16(value[1:]))
	if len(value) < skip {
		return nil, false
	}
	return value[skip:], true
}

// AppendValue appends what a bin with that text holds: the flags, the cells and the
// text. False means that the server refuses it, because it is not a geometry or
// because it is so large that it takes too many cells; dst is then returned as it was.
func AppendValue(dst, text []byte) ([]byte, bool) {
	s, ok := Parse(text)
	if !ok {
		return dst, false
	}
	cells := s.Cells()
	if len(cells) > maxCells {
		return dst, false
	}
	flags := byte(0)
	if s.IsRegion() {
		flags = flagRegion
	}
	dst = append(dst, flags)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(cells)))
	for _, c := range cells {
		dst = binary.BigEndian.AppendUint64(dst, uint64(c))
	}
	return append(dst, text...), true
}

// Contains reports whether one of two bins' values is a point within the other, a
// region. It is false if either is no geometry, as values in lists and maps may be.
func Contains(a, b []byte) bool {
	s, ok := parseValue(a)
	if !ok {
		return false
	}
	t, ok := parseValue(b)
	return ok && s.Matches(t)
}

func parseValue(value []byte) (Shape, bool) {
	text, ok := Text(value)
	if !ok {
		return Shape{}, false
	}
	return Parse(text)
}
