package aerospiketest_test

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// columns asks every running node for its partition map of "test".
func columns(t testing.TB, srv *aerospiketest.Server) map[*aerospiketest.Node][]wire.Bitmap {
	t.Helper()
	all := make(map[*aerospiketest.Node][]wire.Bitmap)
	for _, n := range srv.Nodes() {
		if !n.Running() {
			continue
		}
		list, err := wire.ParseReplicas(dial(t, n.Addr()).info("replicas"))
		require.NoError(t, err)
		require.Equal(t, "test", list[0].Namespace)
		require.Zero(t, list[0].Regime)
		all[n] = list[0].Columns
	}
	return all
}

// requireComplete asserts that in each column every partition has one node, and
// that no node has a partition twice.
func requireComplete(t testing.TB, all map[*aerospiketest.Node][]wire.Bitmap, factor int) {
	t.Helper()
	for pid := range wire.Partitions {
		for col := range factor {
			owners := 0
			for _, cols := range all {
				require.Len(t, cols, factor)
				if cols[col].Has(pid) {
					owners++
				}
			}
			require.Equal(t, 1, owners, "partition %d, column %d", pid, col)
		}
		for n, cols := range all {
			held := 0
			for col := range cols {
				if cols[col].Has(pid) {
					held++
				}
			}
			require.LessOrEqual(t, held, 1, "partition %d on node %s", pid, n.Name())
		}
	}
}

func TestEveryPartitionIsOwnedOnce(t *testing.T) {
	for _, tc := range []struct{ nodes, factor, want int }{{1, 2, 1}, {2, 1, 1}, {2, 2, 2}, {3, 2, 2}, {5, 3, 3}} {
		t.Run(fmt.Sprintf("%d nodes, factor %d", tc.nodes, tc.factor), func(t *testing.T) {
			srv := aerospiketest.StartCluster(t, tc.nodes,
				aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: tc.factor}))
			all := columns(t, srv)
			requireComplete(t, all, tc.want)
			for n, cols := range all {
				share := wire.Partitions / tc.nodes
				require.InDelta(t, share, cols[0].Count(), float64(share)/5, "node %s", n.Name())
			}
			require.True(t, columnsHave(all, srv.Master("test", 7), 7))
		})
	}
}

func columnsHave(all map[*aerospiketest.Node][]wire.Bitmap, n *aerospiketest.Node, pid int) bool {
	cols := all[n]
	return len(cols) > 0 && cols[0].Has(pid)
}

func TestOthersTakeOverWhenANodeStops(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	before := columns(t, srv)
	a := dial(t, srv.Node(0).Addr())
	generation, peers := a.info("partition-generation"), a.info("peers-generation")
	for i := range 100 {
		require.Zero(t, a.code(put(strconv.Itoa(i), setInt("a", int64(i))).frame(t)))
	}

	require.NoError(t, srv.Node(2).Stop())
	after := columns(t, srv)
	require.Len(t, after, 2)
	requireComplete(t, after, 2)
	require.NotEqual(t, generation, a.info("partition-generation"))
	require.NotEqual(t, peers, a.info("peers-generation"))
	require.NotContains(t, a.info("peers-clear-std"), srv.Node(2).Name())
	for i := range 100 {
		require.Zero(t, a.code(get(strconv.Itoa(i)).frame(t)), "data stays")
	}
	for pid := range wire.Partitions {
		if owner := srv.Master("test", pid); columnsHave(before, owner, pid) {
			require.True(t, columnsHave(after, owner, pid), "partitions of the others stay where they are")
		}
	}

	require.NoError(t, srv.Node(2).Start())
	require.Equal(t, before, columns(t, srv), "all is as it was")
	c := dial(t, srv.Node(2).Addr())
	require.Equal(t, "2", c.info("peers-generation"), "the restarted node counts anew")
	require.Zero(t, c.code(get("5").frame(t)))
}

func TestPeersLists(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	a := dial(t, srv.Node(0).Addr())
	host, port1, err := net.SplitHostPort(srv.Node(1).Addr())
	require.NoError(t, err)
	_, port2, err := net.SplitHostPort(srv.Node(2).Addr())
	require.NoError(t, err)
	b, c := fmt.Sprintf("[BB9A2,,[%s:%s]]", host, port1), fmt.Sprintf("[BB9A3,,[%s:%s]]", host, port2)

	require.Equal(t, "2,3000,["+b+","+c+"]", a.info("peers-clear-std"))
	require.Equal(t, "2,3000,[]", a.info("peers-clear-alt"))
	require.Equal(t, "2,3000,["+c+"]", a.info("peers-clear-std:generation=1"))
	require.Equal(t, "2,3000,[]", a.info("peers-clear-std:generation=2"))
	require.Equal(t, host+":"+port1+";"+host+":"+port2, a.info("services"))
	require.Equal(t, srv.Node(0).Addr(), a.info("service-clear-std"))

	require.NoError(t, srv.Node(1).Stop())
	require.Equal(t, "3,3000,["+c+"]", a.info("peers-clear-std"))
	require.Equal(t, "3,3000,[[BB9A2,,]]", a.info("peers-clear-std:generation=2"))
	require.Equal(t, "3,3000,["+b+","+c+"]", a.info("alumni-clear-std"))

	single := aerospiketest.Start(t)
	require.Equal(t, "0,3000,[]", dial(t, single.Addr()).info("peers-clear-std"))
}

func TestAnyNodeServesAnyRecord(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	for i, n := range srv.Nodes() {
		c := dial(t, n.Addr())
		require.EqualValues(t, i+1, parse(t, c.ask(put("k", setInt("a", int64(i))).frame(t))).Generation)
	}
}

func TestMovedPartition(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	digest := digestOf("k")
	pid := digest.Partition()
	from := srv.Master("test", pid)
	to := otherNode(srv, from)
	a := dial(t, from.Addr())
	generation := a.info("partition-generation")

	require.NoError(t, srv.MovePartition("test", pid, to))
	require.Same(t, to, srv.Master("test", pid))
	all := columns(t, srv)
	requireComplete(t, all, 2)
	require.True(t, columnsHave(all, to, pid))
	require.NotEqual(t, generation, a.info("partition-generation"))
	require.Zero(t, a.code(put("k", setInt("a", 1)).frame(t)))

	require.NoError(t, to.Stop())
	require.NotSame(t, to, srv.Master("test", pid))
	require.NoError(t, to.Start())
	require.Same(t, to, srv.Master("test", pid), "it gets the partition back")
}

func otherNode(srv *aerospiketest.Server, not *aerospiketest.Node) *aerospiketest.Node {
	for _, n := range srv.Nodes() {
		if n != not {
			return n
		}
	}
	return nil
}

func TestSilentlyMovedPartitionIsToldWhenSettled(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	digest := digestOf("k")
	pid := digest.Partition()
	from := srv.Master("test", pid)
	to := otherNode(srv, from)
	before := columns(t, srv)
	a := dial(t, from.Addr())
	generation := a.info("partition-generation")

	require.NoError(t, srv.MovePartitionSilently("test", pid, to))
	require.Same(t, to, srv.Master("test", pid))
	require.Equal(t, before, columns(t, srv))
	require.Equal(t, generation, a.info("partition-generation"))
	require.Zero(t, a.code(put("k", setInt("a", 1)).frame(t)), "the old master passes it on")

	srv.Settle()
	require.NotEqual(t, generation, a.info("partition-generation"))
	require.True(t, columnsHave(columns(t, srv), to, pid))
}

func TestMovePartitionRefusesNonsense(t *testing.T) {
	srv, other := aerospiketest.StartCluster(t, 2), aerospiketest.Start(t)
	require.ErrorContains(t, srv.MovePartition("nope", 0, srv.Node(0)), `no namespace "nope"`)
	require.ErrorContains(t, srv.MovePartition("test", wire.Partitions, srv.Node(0)), "want 0 to 4095")
	require.ErrorContains(t, srv.MovePartition("test", 0, other.Node(0)), "another server")
	require.NoError(t, srv.Node(1).Stop())
	require.ErrorContains(t, srv.MovePartition("test", 0, srv.Node(1)), "not in the cluster")
}

func TestRacksKeepCopiesApart(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 4, aerospiketest.WithRacks(1, 1, 2, 2))
	all := columns(t, srv)
	requireComplete(t, all, 2)
	rack := map[*aerospiketest.Node]int{srv.Node(0): 1, srv.Node(1): 1, srv.Node(2): 2, srv.Node(3): 2}
	for pid := range wire.Partitions {
		sum := 0
		for n, cols := range all {
			if cols[0].Has(pid) || cols[1].Has(pid) {
				sum += rack[n]
			}
		}
		require.Equal(t, 1+2, sum, "partition %d", pid)
	}
	c := dial(t, srv.Node(2).Addr())
	require.Equal(t, "test:2", c.info("rack-ids"))
	require.Equal(t, "ns=test:rack_1=BB9A2,BB9A1:rack_2=BB9A4,BB9A3", c.info("racks"))
	require.Equal(t, "rack_1=BB9A2,BB9A1:rack_2=BB9A4,BB9A3", c.info("racks:namespace=test"))
}

func TestObjectsAreCountedPerNode(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := dial(t, srv.Addr())
	const n = 300
	for i := range n {
		require.Zero(t, c.code(put(strconv.Itoa(i), setInt("a", 1)).inSet("s").frame(t)))
	}
	require.EqualValues(t, n, srv.Objects("test"))
	master, copies, inSet := 0, 0, 0
	for _, node := range srv.Nodes() {
		c := dial(t, node.Addr())
		master += stat(t, c.info("namespace/test"), ";", "master_objects")
		copies += stat(t, c.info("namespace/test"), ";", "objects")
		inSet += stat(t, c.info("sets/test/s"), ":", "objects")
	}
	require.Equal(t, n, master)
	require.Equal(t, 2*n, copies)
	require.Equal(t, 2*n, inSet)
}

// stat picks a number out of a list of name=value.
func stat(t testing.TB, list, separator, name string) int {
	t.Helper()
	for part := range strings.SplitSeq(list, separator) {
		if value, ok := strings.CutPrefix(part, name+"="); ok {
			n, err := strconv.Atoi(value)
			require.NoError(t, err)
			return n
		}
	}
	require.Fail(t, "no statistic "+name)
	return 0
}
