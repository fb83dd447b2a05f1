package cluster

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// eventLog collects events.
type eventLog struct {
	mu     sync.Mutex
	events []Event
}

func (l *eventLog) add(e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

func (l *eventLog) count(kind EventKind, node string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if e.Kind == kind && (node == "" || e.Node == node) {
			n++
		}
	}
	return n
}

func TestNewDiscoversTheClusterFromOneSeed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		var log eventLog
		cfg := fc.config()
		cfg.OnEvent = log.add
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
		require.Equal(t, 3, log.count(NodeAdded, ""))
		require.Equal(t, "B", c.Node("B").Name())
		require.Nil(t, c.Node("X"))
	})
}

func TestTendAsksForListsOnlyWhenTheyChange(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		time.Sleep(10*time.Second + time.Millisecond)
		a := fc.nodes[0]
		require.Equal(t, 1, a.asked("replicas"))
		require.Equal(t, 1, a.asked("peers-clear-std"))
		require.InDelta(t, 12, a.asked("peers-generation"), 2)
		published := c.current.Load()
		fc.settle()
		time.Sleep(time.Second + time.Millisecond)
		require.Equal(t, 2, a.asked("replicas"))
		require.Equal(t, 2, a.asked("peers-clear-std"))
		require.Same(t, published, c.current.Load(), "the same answers again change nothing")
		require.Equal(t, 1, fc.dialled(a.addr), "all on one connection")
	})
}

func TestNewNamesEverySeedThatFailed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		fc.nodes[0].mapGen = -1
		fc.names["db"] = []string{"10.0.0.9"}
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

func TestNewRefusesAFaultyConfig(t *testing.T) {
	_, err := New(t.Context(), Config{})
	require.ErrorIs(t, err, types.ErrInvalidArg)
	_, err = New(t.Context(), Config{Seeds: []string{"a"}, AddressMap: map[string]string{"a:1": "b"}})
	require.ErrorIs(t, err, types.ErrInvalidArg)
}

func TestNewEndsWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 1)
		fc.silent["10.0.0.1:3000"] = true
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
		fc.silent[fc.nodes[2].addr] = true
		start := time.Now()
		c := fc.connect(fc.config())
		defer c.Close()
		require.LessOrEqual(t, time.Since(start), time.Second)
		require.Equal(t, "AB", names(c))
		fc.mu.Lock()
		delete(fc.silent, fc.nodes[2].addr)
		fc.mu.Unlock()
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
				n.mu.Lock()
				n.down = false
				n.mu.Unlock()
			}
		}()
		reply, err := c.Do(t.Context(), get(0)) // waits for the cluster
		require.NoError(t, err)
		reply.Release()
		synctest.Wait()
		require.Equal(t, "AB", names(c))
	})
}

func TestNodeThatJoinsIsFound(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		cfg := fc.config()
		cfg.Pool.MinConns = 3
		c := fc.connect(cfg)
		defer c.Close()
		fc.add("C", "10.0.0.3:3000")
		fc.settle()
		time.Sleep(time.Second + time.Millisecond)
		require.Equal(t, "ABC", names(c))
		require.True(t, c.current.Load().parts.complete())
		require.Equal(t, 3, c.Node("C").Stats().Conns, "connections are open before the first command")
		require.True(t, c.current.Load().parts.holds(c.Node("C")))
	})
}

func TestNodeThatLeavesIsRemoved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		var log eventLog
		cfg := fc.config()
		cfg.OnEvent = log.add
		c := fc.connect(cfg)
		defer c.Close()
		gone := c.Node("C")
		fc.nodes[2].kill()
		fc.settle()
		time.Sleep(2*time.Second + time.Millisecond)
		require.Equal(t, "AB", names(c))
		require.Equal(t, 1, log.count(NodeRemoved, "C"))
		snap := c.current.Load()
		require.True(t, snap.parts.complete())
		require.False(t, snap.parts.holds(gone))
		_, err := c.Do(t.Context(), &Command{Op: "get", Namespace: "test", Node: gone, Timeout: time.Second, Request: ping{}})
		require.ErrorIs(t, err, types.ErrNodeDown)
	})
}

func TestNodeThatIsStillListedStays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		var log eventLog
		cfg := fc.config()
		cfg.OnEvent = log.add
		c := fc.connect(cfg)
		defer c.Close()
		fc.nodes[2].kill() // and the others have not noticed
		time.Sleep(20 * time.Second)
		require.Equal(t, "ABC", names(c))
		require.Equal(t, 1, log.count(NodeFailing, "C"), "said once")
		require.False(t, c.Node("C").Available())
		fc.nodes[2].mu.Lock()
		fc.nodes[2].down = false
		fc.nodes[2].mu.Unlock()
		time.Sleep(time.Second + time.Millisecond)
		require.Equal(t, 1, log.count(NodeRecovered, "C"))
		require.True(t, c.Node("C").Available())
	})
}

func TestHealthyNodeThatNobodyNeedsIsDrained(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		cfg := fc.config()
		cfg.Pool.MinConns = 1
		c := fc.connect(cfg)
		defer c.Close()
		// C leaves in good order: it answers, but the others do not list it any more.
		leaving := fc.nodes[2]
		leaving.mu.Lock()
		leaving.down = true
		leaving.onMessage = func(int, wire.Header) fakeAnswer {
			return fakeAnswer{execute: true, delay: 300 * time.Millisecond}
		}
		leaving.mu.Unlock()
		fc.settle()
		time.Sleep(900 * time.Millisecond)
		result := make(chan error, 1)
		go func() {
			reply, err := c.Do(t.Context(), get(2))
			if err == nil {
				reply.Release()
			}
			result <- err
		}()
		time.Sleep(250 * time.Millisecond)
		require.Equal(t, "AB", names(c))
		require.NoError(t, <-result, "the command that C had was finished")
		require.Equal(t, 1, leaving.ran())
	})
}

func TestEveryAddressChanges(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		fc.names["db"] = []string{"10.0.0.1", "10.0.0.2", "10.0.0.3"}
		c := fc.connect(fc.config("db:3000"))
		defer c.Close()
		for i, n := range fc.nodes {
			fc.silent[n.addr] = true // the old addresses do not even refuse
			fc.move(n, []string{"10.1.0.1:3000", "10.1.0.2:3000", "10.1.0.3:3000"}[i])
		}
		fc.settle()
		fc.mu.Lock()
		fc.names["db"] = []string{"10.1.0.1", "10.1.0.2", "10.1.0.3"}
		fc.mu.Unlock()
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
		b.mu.Lock()
		b.name, b.down = "D", false
		b.mu.Unlock()
		fc.settle()
		time.Sleep(2*time.Second + time.Millisecond)
		require.Equal(t, "ACD", names(c))
		require.True(t, c.current.Load().parts.complete())
	})
}

func TestFrozenNodeDoesNotHoldUpTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		fc.nodes[1].freeze()
		asked := fc.nodes[0].asked("node")
		time.Sleep(10 * time.Second)
		require.InDelta(t, 10, fc.nodes[0].asked("node")-asked, 1, "A is looked at each second")
		fc.add("D", "10.0.0.4:3000")
		fc.settle()
		time.Sleep(time.Second + time.Millisecond)
		require.Equal(t, "ABCD", names(c), "new nodes are found meanwhile")
		require.False(t, c.Node("B").Available())
		fc.nodes[1].thaw()
		time.Sleep(2 * time.Second)
		require.True(t, c.Node("B").Available())
	})
}

func TestQuickRestartIsNoticed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		for range 5 {
			fc.settle()
		}
		var log eventLog
		cfg := fc.config()
		cfg.OnEvent = log.add
		c := fc.connect(cfg)
		defer c.Close()
		time.Sleep(time.Second)
		b := fc.nodes[1]
		b.kill()
		b.mu.Lock()
		b.down, b.peersGen, b.mapGen = false, 1, 6 // the partition generation comes to the same value
		b.info = nil
		b.mu.Unlock()
		time.Sleep(2 * time.Second)
		require.Equal(t, 1, log.count(NodeRestarted, "B"))
		require.Zero(t, log.count(NodeFailing, "B"))
		require.NotZero(t, b.asked("replicas"), "all of it is asked again")
	})
}

func TestLoneNodeDoesNotTakeOverTheMap(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		lone := fc.add("X", "10.0.0.9:3000")
		lone.mu.Lock()
		lone.mapGen = 50
		r := wire.NamespaceReplicas{Namespace: "test", Columns: make([]wire.Bitmap, 1)}
		for pid := range wire.Partitions {
			r.Columns[0].Set(pid)
		}
		lone.replicas = []wire.NamespaceReplicas{r}
		lone.mu.Unlock()
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

func TestRoutingFailureWakesTheTender(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		c := fc.connect(fc.config())
		defer c.Close()
		time.Sleep(1500 * time.Millisecond)
		asked := fc.nodes[0].asked("node")
		for range 1000 {
			c.Refresh()
		}
		time.Sleep(time.Millisecond)
		require.Equal(t, asked+1, fc.nodes[0].asked("node"), "at once, and only once")
		for range 1000 {
			c.Refresh()
			time.Sleep(time.Millisecond)
		}
		require.InDelta(t, asked+11, fc.nodes[0].asked("node"), 2, "at most ten times in an interval")
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
		fc.nodes[1].mu.Lock()
		fc.nodes[1].down = false
		fc.nodes[1].mu.Unlock()
		time.Sleep(2 * time.Second)
		require.Equal(t, "AB", names(c))
	})
}

func TestAddressMapTranslatesWhatNodesSay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		fc.move(fc.nodes[1], "192.0.2.1:13000") // where it can be reached
		fc.nodes[0].mu.Lock()
		fc.nodes[0].peers[0].Endpoints = []wire.Endpoint{{Host: "10.0.0.2", Port: 3000}} // what it believes
		fc.nodes[0].mu.Unlock()
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
		fc.hosts["192.0.2.100:3000"] = fc.nodes[0] // the balancer
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
		fc.hosts["192.0.2.100:3000"] = fc.nodes[0]
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

func TestUserAgentIsSentOncePerConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		fc.nodes[1].build = "8.0.0.0"
		cfg := fc.config()
		cfg.UserAgent = "go-client-1.0,app"
		c := fc.connect(cfg)
		defer c.Close()
		time.Sleep(5 * time.Second)
		require.Equal(t, 1, fc.nodes[0].asked("user-agent-set:value=MSxnby1jbGllbnQtMS4wLGFwcA=="))
		require.Zero(t, fc.nodes[1].asked("user-agent-set"), "it does not know the command")
	})
}

func TestRacksAreLearned(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		for i, n := range fc.nodes {
			n.racks = "test:" + string(rune('1'+i)) + ";bar:9;broken"
		}
		cfg := fc.config()
		cfg.Racks = []int{2, 2}
		c := fc.connect(cfg)
		defer c.Close()
		rack, ok := c.Node("C").Rack("test")
		require.True(t, ok)
		require.Equal(t, 3, rack)
		_, ok = c.Node("C").Rack("unknown")
		require.False(t, ok)
		cmd := get(0) // A's and B's
		cmd.Replica = ReplicaPreferRack
		reply, err := c.Do(t.Context(), cmd)
		require.NoError(t, err)
		require.Equal(t, "B", reply.Node.Name())
		reply.Release()
		fc.nodes[1].mu.Lock()
		fc.nodes[1].racks = "ERROR:25:enterprise only"
		fc.nodes[1].mu.Unlock()
		time.Sleep(2 * time.Second)
		require.True(t, c.Node("B").Available())
	})
}

func TestCloseEndsEverything(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		fc.nodes[0].freeze()
		fc.nodes[1].freeze()
		result := make(chan error)
		go func() { // no time limit at all
			_, err := c.Do(context.Background(), &Command{Op: "put", Namespace: "test", Write: true, Request: ping{write: true}})
			result <- err
		}()
		time.Sleep(1500 * time.Millisecond) // looks at A and B are under way
		start := time.Now()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(c.Close)
		}
		err := <-result
		wg.Wait()
		c.Close()
		require.Zero(t, time.Since(start))
		require.ErrorIs(t, err, types.ErrClosed)
		require.True(t, types.InDoubt(err), "A may still execute it")
		_, err = c.Do(t.Context(), put(0))
		require.ErrorIs(t, err, types.ErrClosed)
		require.False(t, types.InDoubt(err))
		require.ErrorIs(t, c.Ping(t.Context()), types.ErrClosed)
		_, err = c.RandomNode()
		require.ErrorIs(t, err, types.ErrClosed)
		require.False(t, c.IsConnected())
		require.Empty(t, c.Nodes())
	})
}
