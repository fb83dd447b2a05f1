package metrics

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
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
