package metrics

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestStagesAreTimedWhileSwitchedOn(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{}, func(cfg *aerospike.Config) { cfg.Limits.MaxCalls = 10 })
	key := aerospike.NewKey("test", "users", "alice")
	get := func() {
		_, err := c.Get(t.Context(), key)
		require.NoError(t, err)
	}
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"n": 1}))
	get()
	require.Empty(t, values(t, m, stageName))
	m.SetStages(true)
	get()
	want := map[string]float64{}
	for stage := range hook.StageCount {
		want["get/"+stage.String()] = 1
	}
	require.Equal(t, want, values(t, m, stageName))
	var bounds []float64
	for _, b := range families(t, m)[stageName].GetMetric()[0].GetHistogram().GetBucket() {
		bounds = append(bounds, b.GetUpperBound())
	}
	require.Len(t, bounds[:len(bounds)-1], 15)
	require.Equal(t, stageBuckets, bounds[:15])
	m.SetStages(false)
	get()
	require.Equal(t, want, values(t, m, stageName))
	_, err := c.BatchGet(t.Context(), []aerospike.Key{key, aerospike.NewKey("test", "users", 2), aerospike.NewKey("test", "users", 3)}).Collect()
	require.NoError(t, err)
	require.Equal(t, want, values(t, m, stageName))
}

// Batches and queries have the same stages, each exchange with a node its own.
func TestStagesOfManyRecords(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{Stages: true}, func(cfg *aerospike.Config) { cfg.Limits.MaxCalls = 10 })
	keys, bins := make([]aerospike.Key, 1000), make([]aerospike.Bins, 1000)
	for i := range keys {
		keys[i], bins[i] = aerospike.NewKey("test", "users", i), aerospike.Bins{"n": i}
	}
	rows, err := c.BatchPut(t.Context(), keys, bins).Collect()
	require.NoError(t, err)
	require.NoError(t, batch.Failed(rows))
	for _, err := range c.BatchGet(t.Context(), keys).All() {
		require.NoError(t, err)
	}
	_, err = c.BatchDelete(t.Context(), keys[:1]).Collect() // which goes alone
	require.NoError(t, err)
	records, err := c.Scan(t.Context(), "test", "users").Results()
	require.NoError(t, err)
	require.Len(t, records, len(keys)-1)
	counted := values(t, m, stageName)
	for _, op := range []hook.Operation{hook.BatchWrite, hook.BatchRead, hook.BatchRemove, hook.Scan} {
		for stage := range hook.StageCount {
			if stage == hook.Deliver && op == hook.BatchWrite {
				continue // there is none if the goroutine that collects has done the last of it
			}
			require.GreaterOrEqual(t, counted[string(op)+"/"+stage.String()], 1.0, "%s of %s", stage, op)
		}
	}
	require.Equal(t, counted["batch_write/route"], counted["batch_write/decode"], "by exchange")
	require.Equal(t, counted["scan/encode"], counted["scan/decode"])
}

// What a slow consumer takes is not held against the node, or the decoder.
func TestASlowConsumerIsSeenInDelivery(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{})
	keys, bins := make([]aerospike.Key, 1000), make([]aerospike.Bins, 1000)
	for i := range keys {
		keys[i], bins[i] = aerospike.NewKey("test", "users", i), aerospike.Bins{"n": i}
	}
	_, err := c.BatchPut(t.Context(), keys, bins).Collect()
	require.NoError(t, err)
	m.SetStages(true)
	const pause = time.Second
	n := 0
	for _, err := range c.Scan(t.Context(), "test", "users", aerospike.QueueSize(32)).All() {
		require.NoError(t, err)
		if n++; n == 1 {
			<-time.After(pause) // the consumer's own work
		}
	}
	require.Equal(t, len(keys), n)
	took := map[string]float64{}
	for _, s := range families(t, m)[stageName].GetMetric() {
		took[s.GetLabel()[1].GetValue()] = s.GetHistogram().GetSampleSum()
	}
	require.Greater(t, took["deliver"], pause.Seconds()/4)
	require.Less(t, took["decode"], took["deliver"])
	require.Less(t, took["first_byte"]+took["read"], took["deliver"])
}

func TestScopesOfProfilingRestoreWhatWas(t *testing.T) {
	m := New(Options{})
	first := m.ProfileStages()
	require.True(t, m.Stages())
	second := m.ProfileStages()
	first()
	first()
	require.True(t, m.Stages(), "the other scope is open")
	second()
	require.False(t, m.Stages())

	m.SetStages(true)
	m.ProfileStages()()
	require.True(t, m.Stages())
	third := m.ProfileStages()
	m.SetStages(false)
	require.True(t, m.Stages())
	third()
	require.False(t, m.Stages())
}

func TestTheEnvironmentSwitchesStagesOn(t *testing.T) {
	require.Equal(t, "AEROSPIKE_GO_INTERNAL_METRICS", StagesVariable)
	for text, on := range map[string]bool{"1": true, "true": true, "Yes": true, "ON": true, "": false, "0": false, "off": false, "2": false} {
		t.Setenv(StagesVariable, text)
		require.Equal(t, on, New(Options{}).Stages(), text)
		require.True(t, New(Options{Stages: true}).Stages())
	}
}
