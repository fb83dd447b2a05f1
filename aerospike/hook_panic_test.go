package aerospike

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// panicker is a hook of which one method panics.
type panicker struct {
	in   atomic.Value    // its name
	told chan hook.Event // of its panics
}

func (p *panicker) at(method string) {
	if method == p.in.Load() {
		panic("in " + method)
	}
}

func (p *panicker) CallStart(ctx context.Context, _ *hook.Call) context.Context {
	p.at("CallStart")
	return ctx
}
func (p *panicker) AttemptEnd(context.Context, *hook.Call, *hook.Attempt) { p.at("AttemptEnd") }
func (p *panicker) Progress(context.Context, *hook.Call, []hook.Rows)     { p.at("Progress") }
func (p *panicker) CallEnd(context.Context, *hook.Call)                   { p.at("CallEnd") }
func (p *panicker) Stages() bool                                          { p.at("Stages"); return true }
func (p *panicker) Stage(*hook.Call, hook.Stage, time.Duration)           { p.at("Stage") }
func (p *panicker) Conn(*hook.Conn)                                       { p.at("Conn") }
func (p *panicker) Event(e hook.Event) {
	if e.Kind != hook.InternalError {
		p.at("Event")
		return
	}
	select {
	case p.told <- e:
	default: // one is enough
	}
}

func TestAHookThatPanicsHarmsNoCall(t *testing.T) {
	for _, method := range []string{"CallStart", "AttemptEnd", "Progress", "CallEnd", "Stages", "Stage", "Conn", "Event"} {
		t.Run(method, func(t *testing.T) {
			h := &panicker{told: make(chan hook.Event, 1)}
			h.in.Store(method)
			c := connect(t, aerospiketest.StartCluster(t, 2), func(c *Config) {
				c.Hook, c.ClusterName, c.Limits = h, "", Limits{MaxCalls: 1, FailFast: true}
			})
			keys, bins := make([]Key, 40), make([]Bins, 40)
			for i := range keys {
				keys[i], bins[i] = NewKey("test", "users", i), Bins{"n": i}
				require.NoError(t, c.Put(t.Context(), keys[i], bins[i]))
			}
			results, err := c.BatchPut(t.Context(), keys, bins).Collect()
			require.NoError(t, err)
			for _, r := range results {
				require.NoError(t, r.Err)
			}
			records, err := c.Scan(t.Context(), "test", "users").Results()
			require.NoError(t, err)
			require.Len(t, records, len(keys))
			require.Zero(t, c.Stats().Limits.Calls)
			e := <-h.told
			require.ErrorIs(t, e.Err, ErrClient)
			require.ErrorContains(t, e.Err, "in "+method)
		})
	}
}

// A call about one record that needs no place within a limit lets its caller have the panic, and
// leaves nothing behind.
func TestAPanicOnTheCallersGoroutineIsTheCallers(t *testing.T) {
	for _, method := range []string{"CallStart", "AttemptEnd", "CallEnd", "Stages", "Stage"} {
		h := &panicker{told: make(chan hook.Event, 1)}
		c := connect(t, aerospiketest.Start(t), func(c *Config) { c.Hook, c.ClusterName = h, "" })
		key := NewKey("test", "users", 1)
		require.NoError(t, c.Put(t.Context(), key, Bins{"n": 1}))
		h.in.Store(method)
		require.PanicsWithValue(t, "in "+method, func() { _, _ = c.Get(t.Context(), key) })
		h.in.Store("")
		rec, err := c.Get(t.Context(), key)
		require.NoError(t, err)
		require.True(t, rec.Has("n"))
		require.Zero(t, c.Stats().Nodes[0].Pool.InFlight)
	}
}

// A program that makes its hook only if it is told to has a nil pointer otherwise.
func TestANilPointerIsNoHook(t *testing.T) {
	var none *panicker
	c := connect(t, aerospiketest.Start(t), func(cfg *Config) { cfg.Hook = none })
	require.NoError(t, c.Put(t.Context(), NewKey("test", "users", 1), Bins{"n": 1}))
	require.True(t, c.gate.Open())
}
