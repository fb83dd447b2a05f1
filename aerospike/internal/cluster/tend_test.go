package cluster

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// eventLog collects events.
type eventLog struct {
	mu     sync.Mutex
	events []hook.Event
}

func (l *eventLog) add(e hook.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

// onEvent is a hook for events alone.
type onEvent struct {
	hook.None
	f func(hook.Event)
}

func (h onEvent) Event(e hook.Event) { h.f(e) }

func (l *eventLog) count(kind hook.EventKind, node string) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if e.Kind == kind && (node == "" || e.Node == node) {
			n++
		}
	}
	return n
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
		cfg.Pool.Hook = onEvent{f: log.add}
		c := fc.connect(cfg)
		defer c.Close()
		gone := c.Node("C")
		fc.nodes[2].kill()
		fc.settle()
		time.Sleep(2*time.Second + time.Millisecond)
		require.Equal(t, "AB", names(c))
		require.Equal(t, 1, log.count(hook.NodeRemoved, "C"))
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
		cfg.Pool.Hook = onEvent{f: log.add}
		c := fc.connect(cfg)
		defer c.Close()
		fc.nodes[2].kill() // and the others have not noticed
		time.Sleep(20 * time.Second)
		require.Equal(t, "ABC", names(c))
		require.Equal(t, 1, log.count(hook.NodeFailing, "C"), "said once")
		require.False(t, c.Node("C").Available())
		fc.nodes[2].revive()
		time.Sleep(time.Second + time.Millisecond)
		require.Equal(t, 1, log.count(hook.NodeRecovered, "C"))
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
		leaving.answers(func(int, wire.Header) fakeAnswer {
			return fakeAnswer{execute: true, delay: 200 * time.Millisecond}
		})
		leaving.change(func() { leaving.down = true })
		fc.settle()
		time.Sleep(900 * time.Millisecond)
		result := make(chan error, 1)
		go func() {
			reply, err := c.Do(t.Context(), put(2))
			if err == nil {
				reply.Release()
			}
			result <- err
		}()
		time.Sleep(150 * time.Millisecond)
		require.Equal(t, "AB", names(c))
		require.NoError(t, <-result, "the command that C had was finished")
		require.Equal(t, 1, leaving.ran())
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
		cfg.Pool.Hook = onEvent{f: log.add}
		c := fc.connect(cfg)
		defer c.Close()
		time.Sleep(time.Second)
		b := fc.nodes[1]
		b.kill()
		b.change(func() {
			b.down, b.peersGen, b.mapGen = false, 1, 6 // the partition generation comes to the same value
			b.info = nil
		})
		time.Sleep(2 * time.Second)
		require.Equal(t, 1, log.count(hook.NodeRestarted, "B"))
		require.Zero(t, log.count(hook.NodeFailing, "B"))
		require.NotZero(t, b.asked("replicas"), "all of it is asked again")
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
		fc.nodes[1].change(func() {
			fc.nodes[1].racks = "ERROR:25:enterprise only"
		})
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

func TestTroubleIsToldOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		fc.nodes[2].kill() // but still listed
		var log eventLog
		cfg := fc.config("10.0.0.1", "10.0.0.8")
		cfg.Pool.Hook = onEvent{f: log.add}
		c := fc.connect(cfg)
		defer c.Close()
		time.Sleep(time.Minute)
		require.Equal(t, 1, log.count(hook.PeerFailed, "C"))
		require.Equal(t, 1, log.count(hook.SeedFailed, ""))
		require.Greater(t, fc.dialled("10.0.0.3:3000"), 50, "it is tried all the time")
		fc.nodes[2].revive()
		time.Sleep(2 * time.Second)
		require.Equal(t, "ABC", names(c))
	})
}

func TestHookThatPanicsDoesNotStopTheTender(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		var log eventLog
		cfg := fc.config()
		cfg.Pool.Hook = onEvent{f: func(e hook.Event) {
			log.add(e)
			if e.Kind == hook.NodeAdded && e.Node != "A" {
				panic("no " + e.Node)
			}
		}}
		c := fc.connect(cfg)
		defer c.Close()
		time.Sleep(5 * time.Second)
		require.Equal(t, "ABC", names(c))
		require.Equal(t, 2, log.count(hook.InternalError, ""))
		fc.nodes[2].kill()
		fc.settle()
		time.Sleep(3 * time.Second)
		require.Equal(t, "AB", names(c))
	})
}

func TestSenselessAnswersChangeNothing(t *testing.T) {
	for command, values := range map[string][]string{
		"node":                 {"", "X", "ERROR::no"},
		"peers-generation":     {"", "many", "-"},
		"partition-generation": {"", "1.5", "ERROR:9:timeout"},
		"peers-clear-std":      {"", "1,3000,[[", "ERROR:80:not authenticated", "99,,[[C,,[host]]]"},
		"replicas":             {"test", "test:0,1,AAAA", "test:0,99999999,", "FAIL"},
	} {
		for _, value := range values {
			t.Run(command+" "+value, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					fc := newFakeCluster(t, 3)
					c := fc.connect(fc.config())
					defer c.Close()
					fc.nodes[1].change(func() { fc.nodes[1].garbage = map[string]string{command: value} })
					fc.settle() // so that everything is asked again
					time.Sleep(5 * time.Second)
					require.True(t, c.Node("A").Available())
					require.True(t, c.Node("C").Available())
					if b := c.Node("B"); b != nil {
						require.False(t, b.Available())
						require.True(t, c.current.Load().parts.complete(), "the map stays")
					} else {
						require.Equal(t, "node", command, "only another name lets it go")
					}
					fc.nodes[1].change(func() { fc.nodes[1].garbage = nil })
					time.Sleep(2 * time.Second)
					require.Equal(t, "ABC", names(c))
					require.True(t, c.Node("B").Available())
				})
			})
		}
	}
}

func TestNodeWithoutPeersIsNotBelieved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 3)
		c := fc.connect(fc.config())
		defer c.Close()
		lone := fc.add("D", "10.0.0.4:3000")
		whole := *claim("test", 0, [2]int{0, wire.Partitions})
		lone.change(func() { lone.mapGen, lone.replicas = 1, []wire.NamespaceReplicas{whole} })
		a := fc.nodes[0]
		a.change(func() {
			a.peersGen++
			a.peers = append(a.peers, wire.Peer{ID: "D", Endpoints: []wire.Endpoint{endpoint(lone.addr)}})
		})
		time.Sleep(time.Second + time.Millisecond)
		require.Equal(t, "ABCD", names(c))
		for range 5 {
			for pid := range 3 {
				n, err := c.Locate(get(pid), 0)
				require.NoError(t, err)
				require.Equal(t, string(rune('A'+pid)), n.Name())
			}
			time.Sleep(500 * time.Millisecond)
		}
		fc.settle() // it meets the others
		time.Sleep(2 * time.Second)
		require.True(t, c.current.Load().parts.holds(c.Node("D")))
	})
}

func TestDisplacedNodeIsAskedAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		c := fc.connect(fc.config())
		defer c.Close()
		a, b := fc.nodes[0], fc.nodes[1]
		b.change(func() {
			b.mapGen++
			b.replicas[0].Columns[0].Set(0) // A's, and A's generation says nothing of it
		})
		asked := a.asked("replicas")
		time.Sleep(2*time.Second + time.Millisecond)
		require.Greater(t, a.asked("replicas"), asked)
	})
}

func TestColumnsOfLostReplicasAreDropped(t *testing.T) {
	bubble(t, func(t *testing.T) {
		fc := newFakeCluster(t, 2)
		c := fc.connect(fc.config())
		defer c.Close()
		require.Equal(t, 2, len(c.current.Load().parts["test"].columns))
		fc.nodes[1].kill()
		fc.settle()
		time.Sleep(3 * time.Second)
		require.Equal(t, 1, len(c.current.Load().parts["test"].columns))
		fc.nodes[1].revive()
		fc.settle()
		time.Sleep(3 * time.Second)
		require.Equal(t, 2, len(c.current.Load().parts["test"].columns))
	})
}
