package index

import (
	"fmt"
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// BenchmarkChange has one record of many get another value, in one partition.
func BenchmarkChange(b *testing.B) {
	for _, entries := range []int{100, 100_000} {
		b.Run(fmt.Sprint(entries), func(b *testing.B) {
			var table Table
			x, _, _ := table.Create("x", Definition{Bin: "b", Type: wire.ParticleInt})
			numbers := [2]*document{}
			for i := range numbers {
				numbers[i] = &document{kind: wire.ParticleInt, scalar: scalar{num: int64(i)}}
			}
			digests := make([]wire.Digest, entries)
			for i := range digests {
				digests[i] = wire.Digest{2: byte(i), 3: byte(i >> 8), 4: byte(i >> 16)}
				x.Add(&digests[i], numbers[0])
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				at := i % entries
				from := i / entries % 2
				table.Changed(&digests[at], numbers[from], numbers[1-from])
				i++
			}
		})
	}
}

// BenchmarkRegions indexes a list of regions, which is the costliest that there is.
func BenchmarkRegions(b *testing.B) {
	var table Table
	x, _, _ := table.Create("x", Definition{Bin: "b", Type: wire.ParticleGeoJSON, Kind: List})
	d := &document{kind: wire.ParticleList}
	for i := range 100 {
		d.items = append(d.items, scalar{t: wire.ParticleGeoJSON, text: fmt.Sprintf(`{"type":"AeroCircle","coordinates":[[%d,1],5000]}`, i)})
	}
	b.ReportAllocs()
	for b.Loop() {
		x.values(new(wire.Digest), d)
	}
}
