package cluster

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestNewDiscoversTheClusterFromOneSeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		var log eventLog
		cfg := fc.config()
		cfg.Pool.Hook = onEvent{f: log.add}
		start := time.Now()
		c := fc.connect(cfg)
		defer c.Close()
		require.Zero(t, time.Since(start), "nothing is waited for but answers")
		require.Equal(t, "ABC", names(c))
		require.True(t, c.IsConnected())
		require.NoError(t, c.Ping(t.Context()))
		require.True(t, c.current.Load().parts.complete())
		for pid := range 6 {
			n, err := c.Locate(get(pid), 0)
			require.NoError(t, err)
			require.Equal(t, string(rune('A'+pid%3)), n.Name())
		}
		require.Equal(t, 3, log.count(hook.NodeAdded, ""))
		require.Equal(t, "B", c.Node("B").Name())
		require.Nil(t, c.Node("X"))
	})
}

func TestNewNamesEverySeedThatFailed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		fc.nodes[0].mapGen = -1
		fc.name("db", "10.0.0.9")
		cfg := fc.config("10.0.0.1:3000", "10.0.0.7:3000", "db:4000", "nowhere", "10.0.0.2")
		cfg.ClusterName = "other"
		fc.nodes[0].clusterName = "other"
		start := time.Now()
		_, err := New(t.Context(), cfg)
		require.Zero(t, time.Since(start))
		require.ErrorContains(t, err, "10.0.0.1:3000: the node has not joined its cluster yet")
		require.ErrorContains(t, err, "10.0.0.7:3000: dial tcp: connection refused")
		require.ErrorContains(t, err, "db:4000: dial tcp: connection refused")
		require.ErrorContains(t, err, "nowhere:3000: lookup nowhere: no such host")
		require.ErrorContains(t, err, `10.0.0.2:3000: cluster name differs: it is "fake", want "other"`)
		require.ErrorIs(t, err, types.ErrClusterName)
		require.ErrorIs(t, err, types.ErrCluster)
	})
}

func TestTheNameOfTheClusterIsLearned(t *testing.T) {
	for told, want := range map[string]string{"fake": "fake", "null": "", "ERROR:4:unknown command": ""} {
		bubble(t, func(t *testing.T) {
			fc := newFakeCluster(t, 2)
			for _, n := range fc.nodes {
				n.clusterName = told
			}
			c := fc.connect(fc.config("10.0.0.1:3000"))
			defer c.Close()
			require.Len(t, c.Nodes(), 2, told)
			require.Equal(t, want, c.Name())
		})
	}
}

func TestNewRefusesAFaultyConfig(t *testing.T) {
	_, err := New(t.Context(), Config{})
	require.ErrorIs(t, err, types.ErrInvalidArg)
	_, err = New(t.Context(), Config{Seeds: []string{"a"}, AddressMap: map[string]string{"a:1": "b"}})
	require.ErrorIs(t, err, types.ErrInvalidArg)
}

func TestNewEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		fc.silence("10.0.0.1:3000", true)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := New(ctx, fc.config("10.0.0.1:3000", "10.0.0.2:3000"))
		require.Equal(t, 50*time.Millisecond, time.Since(start))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, types.ErrTimeout)
		require.ErrorContains(t, err, "10.0.0.1:3000: no answer yet")
		require.ErrorContains(t, err, "10.0.0.2:3000: dial tcp: connection refused")
	})
}

func TestContextOfNewBoundsNothingLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		ctx, cancel := context.WithCancel(t.Context())
		c, err := New(ctx, fc.config())
		require.NoError(t, err)
		defer c.Close()
		cancel()
		asked := fc.nodes[0].asked("node")
		time.Sleep(3 * time.Second)
		require.Greater(t, fc.nodes[0].asked("node"), asked)
		reply, err := c.Do(t.Context(), get(0))
		require.NoError(t, err)
		reply.Release()
	})
}

func TestNewDoesNotWaitForANodeThatHangs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		fc.silence(fc.nodes[2].addr, true)
		start := time.Now()
		c := fc.connect(fc.config())
		defer c.Close()
		require.LessOrEqual(t, time.Since(start), time.Second)
		require.Equal(t, "AB", names(c))
		fc.silence(fc.nodes[2].addr, false)
		time.Sleep(8 * time.Second) // the dial under way must end first
		require.Equal(t, "ABC", names(c))
	})
}

func TestStartDisconnectedConnectsLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		for _, n := range fc.nodes {
			n.down = true
		}
		cfg := fc.config()
		cfg.StartDisconnected = true
		c := fc.connect(cfg)
		defer c.Close()
		require.False(t, c.IsConnected())
		require.ErrorIs(t, c.Ping(t.Context()), types.ErrNoNode)
		_, err := c.RandomNode()
		require.ErrorIs(t, err, types.ErrNoNode)
		go func() {
			time.Sleep(500 * time.Millisecond)
			for _, n := range fc.nodes {
				n.revive()
			}
		}()
		reply, err := c.Do(t.Context(), get(0)) // waits for the cluster
		require.NoError(t, err)
		reply.Release()
		synctest.Wait()
		require.Equal(t, "AB", names(c))
	})
}

func TestEveryAddressChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		fc.name("db", "10.0.0.1", "10.0.0.2", "10.0.0.3")
		c := fc.connect(fc.config("db:3000"))
		defer c.Close()
		for i, n := range fc.nodes {
			fc.silence(n.addr, true) // the old addresses do not even refuse
			fc.move(n, []string{"10.1.0.1:3000", "10.1.0.2:3000", "10.1.0.3:3000"}[i])
		}
		fc.settle()
		fc.name("db", "10.1.0.1", "10.1.0.2", "10.1.0.3")
		time.Sleep(3 * time.Second)
		require.Equal(t, "ABC", names(c))
		for _, n := range c.Nodes() {
			require.Contains(t, n.Addr(), "10.1.")
			require.True(t, n.Available())
		}
		for pid := range 3 {
			reply, err := c.Do(t.Context(), get(pid))
			require.NoError(t, err)
			reply.Release()
		}
	})
}

func TestOneAddressChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.move(fc.nodes[1], "10.1.0.2:3000")
		fc.settle()
		time.Sleep(2*time.Second + time.Millisecond)
		require.Equal(t, "ABC", names(c))
		require.Equal(t, "10.1.0.2:3000", c.Node("B").Addr())
	})
}

func TestAnotherNodeAtTheSameAddress(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		b := fc.nodes[1]
		b.kill()
		b.change(func() {
			b.name, b.down = "D", false
		})
		fc.settle()
		time.Sleep(2*time.Second + time.Millisecond)
		require.Equal(t, "ACD", names(c))
		require.True(t, c.current.Load().parts.complete())
	})
}

func TestLoneNodeDoesNotTakeOverTheMap(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		lone := fc.add("X", "10.0.0.9:3000")
		lone.change(func() {
			lone.mapGen = 50
			r := wire.NamespaceReplicas{Namespace: "test", Columns: make([]wire.Bitmap, 1)}
			for pid := range wire.Partitions {
				r.Columns[0].Set(pid)
			}
			lone.replicas = []wire.NamespaceReplicas{r}
		})
		for _, seeds := range [][]string{{"10.0.0.1", "10.0.0.9"}, {"10.0.0.9", "10.0.0.1"}} {
			c := fc.connect(fc.config(seeds...))
			time.Sleep(5 * time.Second)
			require.Equal(t, "ABC", names(c))
			require.True(t, c.current.Load().parts.complete())
			for pid := range 3 {
				n, err := c.Locate(get(pid), 0)
				require.NoError(t, err)
				require.Equal(t, string(rune('A'+pid)), n.Name())
			}
			c.Close()
		}
	})
}

func TestSeedOnlyKeepsToTheSeeds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		cfg := fc.config("10.0.0.1", "10.0.0.2")
		cfg.SeedOnly = true
		c := fc.connect(cfg)
		defer c.Close()
		time.Sleep(5 * time.Second)
		require.Equal(t, "AB", names(c))
		require.Zero(t, fc.nodes[0].asked("peers-clear"))
		reply, err := c.Do(t.Context(), get(2)) // C's, so A or B passes it on
		require.NoError(t, err)
		reply.Release()
		fc.nodes[1].kill()
		time.Sleep(10 * time.Second)
		require.Equal(t, "A", names(c))
		fc.nodes[1].revive()
		time.Sleep(2 * time.Second)
		require.Equal(t, "AB", names(c))
	})
}

func TestAddressMapTranslatesWhatNodesSay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		fc.move(fc.nodes[1], "192.0.2.1:13000") // where it can be reached
		fc.nodes[0].change(func() {
			fc.nodes[0].peers[0].Endpoints = []wire.Endpoint{{Host: "10.0.0.2", Port: 3000}} // what it believes
		})
		cfg := fc.config()
		cfg.AddressMap = map[string]string{"10.0.0.2:3000": "192.0.2.1:13000"}
		c := fc.connect(cfg)
		defer c.Close()
		require.Equal(t, "AB", names(c))
		require.Equal(t, "192.0.2.1:13000", c.Node("B").Addr())
	})
}

func TestBalancerIsBypassed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		for _, n := range fc.nodes {
			n.service = []wire.Endpoint{{Host: "10.9.9.9", Port: 1}, endpoint(n.addr)} // the first is out of reach
		}
		fc.listen("192.0.2.100:3000", fc.nodes[0]) // the balancer
		c := fc.connect(fc.config("192.0.2.100"))
		defer c.Close()
		require.Equal(t, "AB", names(c))
		require.Equal(t, "10.0.0.1:3000", c.Node("A").Addr())
	})
}

func TestBalancerIsUsedIfNothingElseCanBeReached(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		fc.nodes[0].service = []wire.Endpoint{{Host: "10.9.9.9", Port: 1}}
		fc.listen("192.0.2.100:3000", fc.nodes[0])
		c := fc.connect(fc.config("192.0.2.100"))
		defer c.Close()
		require.Equal(t, "192.0.2.100:3000", c.Node("A").Addr())
	})
}

func TestOldServersAreRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		fc.nodes[0].build = "4.8.0.1"
		_, err := New(t.Context(), fc.config())
		require.ErrorContains(t, err, "4.8.0.1 is too old")
	})
}

func TestTheOnlyNodeIsReplacedByAnother(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		c := fc.connect(fc.config())
		defer c.Close()
		a := fc.nodes[0]
		a.kill()
		a.change(func() { a.name, a.down = "Z", false })
		time.Sleep(2*time.Second + time.Millisecond)
		require.Equal(t, "Z", names(c))
		reply, err := c.Do(t.Context(), get(0))
		require.NoError(t, err)
		reply.Release()
	})
}
