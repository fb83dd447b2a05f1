package cluster

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// routeFixture is a cluster of three nodes in racks 1, 2, 3, where partition 0 has A
// as its master and B and C as replicas. Nothing listens anywhere.
type routeFixture struct {
	c       *Cluster
	snap    *snapshot
	a, b, n *Node // n holds column 2
}

func newRouteFixture(regime uint32, racks ...int) *routeFixture {
	f := &routeFixture{c: &Cluster{cfg: Config{Racks: racks}}}
	var parts partitionMap
	f.snap = &snapshot{racks: racks, byName: map[string]*Node{}}
	for i, name := range []string{"A", "B", "C"} {
		n := &Node{name: name, breaker: newBreaker(BreakerConfig{MaxFailures: 1, CoolDown: time.Hour})}
		n.setRacks(map[string]int{"test": i + 1})
		f.snap.nodes = append(f.snap.nodes, n)
		ranges := [][2]int{{}, {}, {}}
		ranges[i] = [2]int{0, 1}
		parts, _, _ = apply(parts, n, claim("test", regime, ranges...))
	}
	f.a, f.b, f.n = f.snap.nodes[0], f.snap.nodes[1], f.snap.nodes[2]
	f.snap.parts = parts
	return f
}

func (n *Node) trip() {
	for range 2 {
		n.breaker.report(admitted, healthBad)
	}
}

// visits lists the nodes that attempts go to, each one failing.
func (f *routeFixture) visits(t *testing.T, cmd *Command, attempts int) (names string) {
	var r routing
	for range attempts {
		ch, err := f.snap.route(pick{c: f.c}, cmd, &r)
		if err != nil {
			require.ErrorIs(t, err, types.ErrCluster)
			names += "-"
		} else {
			names += ch.node.name
		}
		r.sequence++
	}
	return names
}

func TestRouteVisitsReplicasByPolicy(t *testing.T) {
	for _, test := range []struct {
		name   string
		cmd    Command
		regime uint32
		racks  []int
		open   string // nodes whose breaker is open
		want   string
	}{
		{name: "sequence", want: "ABCAB"},
		{name: "sequence, write", cmd: Command{Write: true}, want: "ABCAB"},
		{name: "sequence skips an open breaker", open: "B", want: "ACACA"},
		{name: "all breakers open", open: "ABC", want: "-----"},
		{name: "master", cmd: Command{Replica: ReplicaMaster}, want: "AAAAA"},
		{name: "master with an open breaker", cmd: Command{Replica: ReplicaMaster}, open: "A", want: "-----"},
		{name: "master-prole, write", cmd: Command{Replica: ReplicaMasterProle, Write: true}, want: "AAAAA"},
		{name: "random, write", cmd: Command{Replica: ReplicaRandom, Write: true}, want: "AAAAA"},
		{name: "rack, write", cmd: Command{Replica: ReplicaPreferRack, Write: true}, racks: []int{3}, want: "ABCAB"},
		{name: "rack", cmd: Command{Replica: ReplicaPreferRack}, racks: []int{3}, want: "CABCA"},
		{name: "racks in order", cmd: Command{Replica: ReplicaPreferRack}, racks: []int{2, 3}, want: "BCABC"},
		{name: "rack without replica", cmd: Command{Replica: ReplicaPreferRack}, racks: []int{9}, want: "ABCAB"},
		{name: "rack with an open breaker", cmd: Command{Replica: ReplicaPreferRack}, racks: []int{2}, open: "B", want: "ACACA"},
		{name: "strong, session", regime: 1, want: "AAAAA"},
		{name: "strong, session, write", regime: 1, cmd: Command{Write: true}, want: "ABCAB"},
		{name: "strong, linearize", regime: 1, cmd: Command{ReadMode: ReadLinearize}, want: "ABCAB"},
		{name: "strong, linearize, rack", regime: 1, racks: []int{3}, cmd: Command{ReadMode: ReadLinearize, Replica: ReplicaPreferRack}, want: "ABCAB"},
		{name: "strong, allow replica, rack", regime: 1, racks: []int{3}, cmd: Command{ReadMode: ReadAllowReplica, Replica: ReplicaPreferRack}, want: "CABCA"},
		{name: "read mode without strong consistency", cmd: Command{ReadMode: ReadSession, Replica: ReplicaPreferRack}, racks: []int{2}, want: "BACBA"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newRouteFixture(test.regime, test.racks...)
			for _, n := range f.snap.nodes {
				if slices.Contains([]byte(test.open), n.name[0]) {
					n.trip()
				}
			}
			test.cmd.Namespace = "test"
			require.Equal(t, test.want, f.visits(t, &test.cmd, 5))
		})
	}
}

func TestRouteSpreadsReadsOverReplicas(t *testing.T) {
	for _, policy := range []Replica{ReplicaMasterProle, ReplicaRandom} {
		f := newRouteFixture(0)
		counts := map[byte]int{}
		for range 3000 {
			visits := f.visits(t, &Command{Namespace: "test", Replica: policy}, 3)
			counts[visits[0]]++
			require.ElementsMatch(t, []byte("ABC"), []byte(visits), "a retry goes to another node")
		}
		for _, n := range counts {
			require.InDelta(t, 1000, n, 200)
		}
	}
}

func TestRouteAsksAnyNodeAboutAnUnknownNamespace(t *testing.T) {
	f := newRouteFixture(0)
	ch, err := f.snap.route(pick{c: f.c}, &Command{Namespace: "unknown", Write: true}, &routing{})
	require.NoError(t, err)
	require.NotNil(t, ch.node)
	require.False(t, ch.holder)
}

func TestRouteWithoutNodes(t *testing.T) {
	f := newRouteFixture(0)
	_, err := (&snapshot{}).route(pick{c: f.c}, &Command{Namespace: "test"}, &routing{})
	require.ErrorIs(t, err, types.ErrNoNode)
	_, err = f.snap.route(pick{c: f.c}, &Command{Namespace: "test", Partition: 1}, &routing{})
	require.ErrorIs(t, err, types.ErrNoNode, "nobody holds the partition")
	_, err = f.snap.route(pick{c: f.c}, &Command{Namespace: "test", Partition: 1, Replica: ReplicaMaster}, &routing{})
	require.ErrorIs(t, err, types.ErrNoNode)
	f.a.trip()
	_, err = f.snap.route(pick{c: f.c}, &Command{Namespace: "test", Replica: ReplicaMaster}, &routing{})
	require.ErrorIs(t, err, types.ErrCircuitOpen)
	_, err = (&snapshot{closed: true}).route(pick{c: f.c}, &Command{Namespace: "test"}, &routing{})
	require.ErrorIs(t, err, types.ErrClosed)
}

func TestRouteToAGivenNode(t *testing.T) {
	f := newRouteFixture(0)
	require.Equal(t, "CCC", f.visits(t, &Command{Namespace: "test", Node: f.n}, 3))
	f.n.trip()
	require.Equal(t, "---", f.visits(t, &Command{Namespace: "test", Node: f.n}, 3))
}

func TestRouteTellsWhoHoldsThePartition(t *testing.T) {
	f := newRouteFixture(0)
	for write, want := range map[bool][]bool{false: {true, true}, true: {true, false}} {
		var r routing
		for _, holder := range want {
			ch, err := f.snap.route(pick{c: f.c}, &Command{Namespace: "test", Write: write}, &r)
			require.NoError(t, err)
			require.Equal(t, holder, ch.holder)
			r.sequence++
		}
	}
}

func TestLocateTakesNoProbe(t *testing.T) {
	f := newRouteFixture(0)
	f.c.current.Store(f.snap)
	f.a.trip()
	n, err := f.c.Locate(&Command{Namespace: "test"}, 0)
	require.NoError(t, err)
	require.Equal(t, f.b, n)
	f.a.breaker.now = func() time.Time { return time.Now().Add(2 * time.Hour) } // the cool-down is over
	n, err = f.c.Locate(&Command{Namespace: "test"}, 0)
	require.NoError(t, err)
	require.Equal(t, f.a, n, "who sends something there is the probe")
	a, change := f.a.breaker.admit()
	require.Equal(t, probe, a)
	require.Equal(t, hook.BreakerHalfOpen, change)
	n, err = f.c.Locate(&Command{Namespace: "test"}, 0)
	require.NoError(t, err)
	require.Equal(t, f.b, n, "the probe is under way")
	n, err = f.c.Locate(&Command{Namespace: "test"}, 2)
	require.NoError(t, err)
	require.Equal(t, f.n, n)
}

func BenchmarkRoute(b *testing.B) {
	f := newRouteFixture(0, 2)
	for _, test := range []struct {
		name   string
		policy Replica
	}{{"sequence", ReplicaSequence}, {"rack", ReplicaPreferRack}, {"random", ReplicaRandom}} {
		b.Run(test.name, func(b *testing.B) {
			cmd := &Command{Namespace: "test", Replica: test.policy}
			b.ReportAllocs()
			for b.Loop() {
				var r routing
				if _, err := f.snap.route(pick{c: f.c}, cmd, &r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
