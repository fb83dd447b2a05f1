package geo

import (
	"math"

	"github.com/golang/geo/s2"
)

// normalise turns a loop round if what it encloses is more than half of the sphere.
// Other than the Go library and like the C++ library it leaves edges out of account
// that only go to a point and back again.
func normalise(l *s2.Loop) {
	if l.RectBound().Lng.Length() < math.Pi {
		return
	}
	kept := withoutSpikes(l.Vertices())
	if len(kept) == 0 {
		return
	}
	const errorPerVertex = 11.25 * 0x1p-52
	if s2.LoopFromPoints(kept).TurningAngle() < -errorPerVertex*float64(l.NumVertices()) {
		l.Invert()
	}
}

// withoutSpikes returns the loop without edges that go to a point and back again. A
// loop of nothing else becomes empty.
func withoutSpikes(loop []s2.Point) []s2.Point {
	kept := make([]s2.Point, 0, len(loop))
	for _, p := range loop {
		n := len(kept)
		switch {
		case n > 0 && kept[n-1] == p:
		case n > 1 && kept[n-2] == p:
			kept = kept[:n-1]
		default:
			kept = append(kept, p)
		}
	}
	if len(kept) < 3 {
		return nil
	}
	if last := len(kept) - 1; kept[0] == kept[last] {
		kept = kept[:last]
	}
	for len(kept) >= 3 && kept[1] == kept[len(kept)-1] { // a spike at the seam
		kept = kept[1 : len(kept)-1]
	}
	if len(kept) < 3 {
		return nil
	}
	return kept
}
