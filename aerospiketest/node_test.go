package aerospiketest_test

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestStoppedNodeRefusesConnectionsUntilItIsStarted(t *testing.T) {
	srv := aerospiketest.Start(t)
	n := srv.Node(0)
	addr := n.Addr()
	c := dial(t, addr)
	require.Zero(t, c.code(put("k", setInt("a", 1)).frame(t)))

	require.NoError(t, n.Stop())
	require.False(t, n.Running())
	c.closed()
	_, err := net.DialTimeout("tcp", addr, patience)
	require.Error(t, err)
	require.NoError(t, n.Stop(), "twice is once")
	require.Zero(t, n.Connections())

	require.NoError(t, n.Start())
	require.ErrorContains(t, n.Start(), "it is running")
	require.Equal(t, addr, n.Addr())
	require.Zero(t, dial(t, addr).code(get("k").frame(t)), "data survives")

	require.NoError(t, n.Restart())
	require.Zero(t, dial(t, addr).code(get("k").frame(t)))
}

func TestFrozenNodeDoesNothingUntilItThaws(t *testing.T) {
	srv := aerospiketest.Start(t)
	n := srv.Node(0)
	idle := dial(t, n.Addr())
	require.Zero(t, idle.code(put("k", setInt("a", 1)).frame(t)))

	n.Freeze()
	requests, accepted := n.Requests(), n.Accepted()
	idle.send(get("k").frame(t))
	fresh := dial(t, n.Addr()) // the kernel takes it
	fresh.send(get("k").frame(t))
	idle.silent()
	fresh.silent()
	require.Equal(t, requests, n.Requests())
	require.Equal(t, accepted, n.Accepted())

	n.Thaw()
	require.Zero(t, parse(t, idle.reply()).ResultCode)
	require.Zero(t, parse(t, fresh.reply()).ResultCode)
	n.Freeze()
	n.Thaw()
	require.Zero(t, idle.code(get("k").frame(t)), "a short freeze leaves connections alone")
}

func TestFreezeHoldsBackTheReplyOfARequestUnderWay(t *testing.T) {
	srv := aerospiketest.Start(t)
	n := srv.Node(0)
	c := dial(t, n.Addr())
	executing := make(chan struct{})
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.IsWrite() {
			n.Freeze()
			close(executing)
		}
		return aerospiketest.Pass()
	})
	c.send(put("k", setInt("a", 1)).frame(t))
	<-executing
	c.silent()
	n.Thaw()
	require.Zero(t, parse(t, c.reply()).ResultCode)
}

func TestFrozenNodeCanBeStoppedAndTheServerClosed(t *testing.T) {
	srv, err := aerospiketest.New(aerospiketest.WithNodes(2))
	require.NoError(t, err)
	for _, n := range srv.Nodes() {
		c := dial(t, n.Addr())
		require.NotEmpty(t, c.info("node"))
		n.Freeze()
		c.send(get("k").frame(t))
	}
	require.NoError(t, srv.Node(0).Stop())
	require.NoError(t, srv.Close())
	require.NoError(t, srv.Close(), "twice is once")
	require.ErrorContains(t, srv.Node(0).Start(), "the server is closed")
}

func TestRefusedConnections(t *testing.T) {
	srv := aerospiketest.Start(t)
	n := srv.Node(0)
	c := dial(t, n.Addr())
	require.NotEmpty(t, c.info("node"))
	require.NoError(t, n.RefuseConnections(true))
	_, err := net.DialTimeout("tcp", n.Addr(), patience)
	require.Error(t, err)
	require.NotEmpty(t, c.info("node"), "open connections stay")
	require.NoError(t, n.RefuseConnections(false))
	require.NotEmpty(t, dial(t, n.Addr()).info("node"))
}

func TestRequestsForAFrozenMasterTimeOut(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	digest := digestOf("k")
	master := srv.Master("test", digest.Partition())
	var replica, stranger *aerospiketest.Node
	for n, cols := range columns(t, srv) {
		switch {
		case cols[1].Has(digest.Partition()):
			replica = n
		case n != master:
			stranger = n
		}
	}
	write := put("k", setInt("a", 1))
	write.Timeout = 20
	read := get("k")
	read.Timeout = 20
	require.Zero(t, dial(t, master.Addr()).code(write.frame(t)))

	master.Freeze()
	require.Equal(t, wire.ResultTimeout, dial(t, replica.Addr()).code(write.frame(t)))
	require.Zero(t, dial(t, replica.Addr()).code(read.frame(t)), "a replica reads itself")
	c := dial(t, stranger.Addr())
	require.Equal(t, wire.ResultTimeout, c.code(read.frame(t)))

	read.Timeout = uint32(patience / time.Millisecond)
	c.send(read.frame(t))
	master.Thaw()
	require.Zero(t, parse(t, c.reply()).ResultCode)
}

func TestKilledNodeIsMissedOnlyWhenTheClusterSettles(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2,
		aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 1}))
	digest := digestOf("k")
	master := srv.Master("test", digest.Partition())
	survivor := otherNode(srv, master)
	c := dial(t, survivor.Addr())
	before := c.info("replicas")
	require.NoError(t, master.Kill())
	require.Equal(t, before, c.info("replicas"))
	require.Contains(t, c.info("peers-clear-std"), master.Name())
	write := put("k", setInt("a", 1))
	write.Timeout = 20
	require.Equal(t, wire.ResultTimeout, c.code(write.frame(t)))

	write.Timeout = uint32(patience / time.Millisecond)
	c.send(write.frame(t)) // whether it waits when the cluster settles or comes later, it is served
	srv.Settle()
	require.Zero(t, parse(t, c.reply()).ResultCode)
	require.NotEqual(t, before, c.info("replicas"))
	require.NotContains(t, c.info("peers-clear-std"), master.Name())

	require.NoError(t, master.Start())
	requireComplete(t, columns(t, srv), 1)
}

func TestStartIsFast(t *testing.T) {
	best := time.Hour
	for range 5 {
		begin := time.Now()
		srv, err := aerospiketest.New()
		best = min(best, time.Since(begin))
		require.NoError(t, err)
		require.NoError(t, srv.Close())
	}
	require.Less(t, best, 50*time.Millisecond)
}
