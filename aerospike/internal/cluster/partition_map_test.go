package cluster

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// claim builds what a node reports: by column, the partitions from the first number
// up to and without the second.
func claim(ns string, regime uint32, ranges ...[2]int) *wire.NamespaceReplicas {
	c := &wire.NamespaceReplicas{Namespace: ns, Regime: regime, Columns: make([]wire.Bitmap, len(ranges))}
	for i, r := range ranges {
		for pid := r[0]; pid < r[1]; pid++ {
			c.Columns[i].Set(pid)
		}
	}
	return c
}

// apply returns the map after claims, and the nodes displaced by the last one.
func apply(base partitionMap, node *Node, claims ...*wire.NamespaceReplicas) (m partitionMap, changed bool, displaced []*Node) {
	edit := newMapEdit(base)
	for _, c := range claims {
		displaced = edit.apply(node, c)
	}
	m, changed = edit.result()
	return m, changed, displaced
}

// complete reports whether every partition of every namespace has a master.
func (m partitionMap) complete() bool {
	for _, p := range m {
		if len(p.columns) == 0 || slices.Contains(p.columns[0], nil) {
			return false
		}
	}
	return len(m) > 0
}

func TestMapTakesOverClaims(t *testing.T) {
	a, b := &Node{name: "A"}, &Node{name: "B"}
	m, changed, displaced := apply(nil, a, claim("test", 0, [2]int{0, 2048}, [2]int{2048, 4096}))
	require.True(t, changed)
	require.Empty(t, displaced)
	require.False(t, m.complete())
	m, _, displaced = apply(m, b, claim("test", 0, [2]int{2048, 4096}, [2]int{0, 2048}))
	require.Empty(t, displaced)
	require.True(t, m.complete())
	require.True(t, m.holds(a))

	p := m["test"]
	require.False(t, p.strong)
	for pid, want := range map[int][2]*Node{0: {a, b}, 2047: {a, b}, 2048: {b, a}, 4095: {b, a}} {
		require.Equal(t, want, [2]*Node{p.holder(0, pid), p.holder(1, pid)}, pid)
	}
	require.Nil(t, p.holder(2, 0))
	require.Nil(t, m["other"].holder(0, 0))
}

func TestMapDisplacesTheFormerHolder(t *testing.T) {
	a, b := &Node{name: "A"}, &Node{name: "B"}
	base, _, _ := apply(nil, a, claim("test", 0, [2]int{0, 4096}))
	m, changed, displaced := apply(base, b, claim("test", 0, [2]int{7, 8}))
	require.True(t, changed)
	require.Equal(t, []*Node{a}, displaced)
	require.Equal(t, b, m["test"].holder(0, 7))
	require.Equal(t, a, m["test"].holder(0, 8))
	require.Equal(t, a, base["test"].holder(0, 7), "a published map does not change")

	m, changed, _ = apply(m, b, claim("test", 0, [2]int{0, 0}))
	require.False(t, changed, "what a node stops claiming stays until another one claims it")
	require.Equal(t, b, m["test"].holder(0, 7))
}

func TestMapIsNotCopiedWithoutChange(t *testing.T) {
	a := &Node{name: "A"}
	c := claim("test", 3, [2]int{0, 4096}, [2]int{0, 0})
	base, _, _ := apply(nil, a, c, claim("other", 0, [2]int{0, 4096}))
	m, changed, displaced := apply(base, a, c)
	require.False(t, changed)
	require.Empty(t, displaced)
	require.Same(t, base["test"], m["test"])
	allocs := testing.AllocsPerRun(10, func() { apply(base, a, c) })
	require.LessOrEqual(t, allocs, 1.0)

	b := &Node{name: "B"}
	m, _, _ = apply(base, b, claim("test", 3, [2]int{0, 0}, [2]int{1, 2}))
	require.Same(t, base["other"], m["other"], "other namespaces are shared")
	require.Same(t, &base["test"].columns[0][0], &m["test"].columns[0][0], "so are other columns")
	require.Same(t, &base["test"].regimes[0], &m["test"].regimes[0])
}

func TestMapHeedsRegimes(t *testing.T) {
	a, b := &Node{name: "A"}, &Node{name: "B"}
	for _, test := range []struct {
		name   string
		regime uint32
		want   *Node
	}{
		{"older is ignored", 4, a},
		{"equal wins", 5, b},
		{"newer wins", 6, b},
		{"none wins", 0, b},
	} {
		t.Run(test.name, func(t *testing.T) {
			base, _, _ := apply(nil, a, claim("test", 5, [2]int{0, 4096}))
			require.True(t, base["test"].strong)
			m, _, _ := apply(base, b, claim("test", test.regime, [2]int{3, 4}))
			require.Equal(t, test.want, m["test"].holder(0, 3))
			require.Equal(t, a, m["test"].holder(0, 4))
			require.Equal(t, uint32(5), m["test"].regime(4))
			if test.want == b {
				require.Equal(t, test.regime, m["test"].regime(3))
			}
		})
	}
}

func TestMapForgetsARemovedNode(t *testing.T) {
	a, b := &Node{name: "A"}, &Node{name: "B"}
	m, _, _ := apply(nil, a, claim("test", 0, [2]int{0, 10}, [2]int{10, 20}), claim("bar", 0, [2]int{0, 1}))
	m, _, _ = apply(m, b, claim("test", 0, [2]int{10, 20}, [2]int{0, 10}))
	edit := newMapEdit(m)
	edit.remove(a)
	after, changed := edit.result()
	require.True(t, changed)
	require.False(t, after.holds(a))
	require.True(t, m.holds(a))
	require.Equal(t, b, after["test"].holder(1, 0))

	edit = newMapEdit(after)
	edit.remove(a)
	_, changed = edit.result()
	require.False(t, changed)
}

func TestMapTrimsColumns(t *testing.T) {
	a := &Node{name: "A"}
	base, _, _ := apply(nil, a, claim("test", 0, [2]int{0, 4096}, [2]int{0, 10}, [2]int{0, 10}))
	for width, want := range map[int]int{4: 3, 3: 3, 2: 2, 0: 1} {
		edit := newMapEdit(base)
		edit.trim("test", width)
		m, changed := edit.result()
		require.Len(t, m["test"].columns, want)
		require.Equal(t, want < 3, changed)
		require.Len(t, base["test"].columns, 3)
		require.Equal(t, a, base["test"].holder(2, 3))
	}
	edit := newMapEdit(base)
	edit.trim("unknown", 1)
	_, changed := edit.result()
	require.False(t, changed)
}

func BenchmarkMapApplyUnchanged(b *testing.B) {
	a := &Node{name: "A"}
	c := claim("test", 0, [2]int{0, 2048}, [2]int{2048, 4096})
	base, _, _ := apply(nil, a, c)
	b.ReportAllocs()
	for b.Loop() {
		apply(base, a, c)
	}
}
