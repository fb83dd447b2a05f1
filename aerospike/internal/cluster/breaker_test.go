package cluster

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// breakerStory drives a breaker by hand.
type breakerStory struct {
	*testing.T
	b   *breaker
	now time.Time
}

func newBreakerStory(t *testing.T, cfg BreakerConfig) *breakerStory {
	s := &breakerStory{T: t, b: newBreaker(cfg), now: time.Now()}
	s.b.now = func() time.Time { return s.now }
	return s
}

func (s *breakerStory) fail(n int) (changes []hook.EventKind) {
	for range n {
		if change := s.b.report(admitted, healthBad); change != 0 {
			changes = append(changes, change)
		}
	}
	return changes
}

func (s *breakerStory) admits(want admission, change hook.EventKind) {
	s.Helper()
	a, got := s.b.admit()
	require.Equal(s, want, a)
	require.Equal(s, change, got)
}

func TestBreakerOpensWithOneFailureTooMany(t *testing.T) {
	s := newBreakerStory(t, BreakerConfig{MaxFailures: 3, Window: time.Second, CoolDown: time.Second})
	require.Empty(t, s.fail(3))
	s.admits(admitted, 0)
	require.Equal(t, []hook.EventKind{hook.BreakerOpened}, s.fail(1))
	s.admits(refused, 0)
	require.Empty(t, s.fail(10), "what was under way changes nothing")
}

func TestBreakerForgetsFailuresAfterTheWindow(t *testing.T) {
	s := newBreakerStory(t, BreakerConfig{MaxFailures: 3, Window: time.Second, CoolDown: time.Second})
	for range 10 {
		require.Empty(t, s.fail(3))
		s.now = s.now.Add(time.Second + 1)
	}
	s.admits(admitted, 0)
}

func TestBreakerLetsOneProbeThrough(t *testing.T) {
	for _, test := range []struct {
		name   string
		health health
		change hook.EventKind
		then   admission
	}{
		{"good closes", healthGood, hook.BreakerClosed, admitted},
		{"bad opens again", healthBad, hook.BreakerOpened, refused},
		{"given up leaves it to the next", healthUnknown, 0, probe},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newBreakerStory(t, BreakerConfig{MaxFailures: 1, Window: time.Second, CoolDown: time.Second})
			s.fail(2)
			s.now = s.now.Add(time.Second - 1)
			s.admits(refused, 0)
			s.now = s.now.Add(1)
			s.admits(probe, hook.BreakerHalfOpen)
			s.admits(refused, 0)
			require.Zero(t, s.b.report(admitted, healthGood), "only the probe closes it")
			s.admits(refused, 0)
			require.Equal(t, test.change, s.b.report(probe, test.health))
			s.admits(test.then, 0)
		})
	}
}

func TestBreakerCountsEachLostConnectionOnce(t *testing.T) {
	s := newBreakerStory(t, BreakerConfig{MaxFailures: 3, Window: time.Second, CoolDown: time.Second})
	for range 100 { // commands that were all on the same two connections
		require.Zero(t, s.b.connectionsLost(2))
	}
	require.Zero(t, s.b.connectionsLost(3))
	require.Equal(t, hook.BreakerOpened, s.b.connectionsLost(4))
	require.Zero(t, s.b.connectionsLost(5))
}

func TestBreakerCanBeSwitchedOff(t *testing.T) {
	s := newBreakerStory(t, BreakerConfig{MaxFailures: -1})
	require.Empty(t, s.fail(10000))
	require.Zero(t, s.b.connectionsLost(10000))
	s.admits(admitted, 0)
}

func BenchmarkBreakerClosed(b *testing.B) {
	br := newBreaker(BreakerConfig{})
	b.ReportAllocs()
	for b.Loop() {
		if a, _ := br.admit(); a != admitted {
			b.Fatal("refused")
		}
	}
}
