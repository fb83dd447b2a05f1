package aerospike

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// allocs returns how many allocations one run of f takes, in all goroutines.
func allocs(f func()) float64 {
	for range 200 { // pools and names fill up
		f()
	}
	return testing.AllocsPerRun(2000, f)
}

func TestAllocationBudgetOfReads(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := cannedClient(t, fiveBins(t))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	key := NewKey("test", "users", "alice")
	var rec *Record
	var err error
	for _, test := range []struct {
		name string
		max  float64
		f    func()
	}{
		{"get", 3, func() { rec, err = c.Get(ctx, key) }},
		{"get without deadline", 3, func() { rec, err = c.Get(context.Background(), key) }},
		{"get with a key made for it", 3, func() { rec, err = c.Get(ctx, NewKey("test", "users", "alice")) }},
		{"get with options, of which Select takes a slice", 4, func() {
			rec, err = c.Get(ctx, key, Timeout(time.Second), ReplicaMaster, Select("name", "age", "city"), SendKey(true), ReadTouchTTL(50))
		}},
		{"get with a policy", 3, func() { rec, err = c.Get(ctx, key, ReadPolicy{Timeout: time.Second, Retries: 1}) }},
		{"exists", 0, func() { _, _, err = c.Exists(ctx, key) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := allocs(test.f)
			require.NoError(t, err)
			t.Logf("%.0f allocations", n)
			require.LessOrEqual(t, n, test.max)
		})
	}
	age, err := rec.Int("age")
	require.NoError(t, err)
	require.EqualValues(t, 42, age)
}

func TestAllocationBudgetOfWrites(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := cannedClient(t, noBins(t))
	ctx := context.Background()
	key := NewKey("test", "users", "alice")
	bins := Bins{"name": "Alice", "city": "somewhere", "age": 1000, "visits": 2000, "score": 1.5}
	list := []Bin{{Name: "name", Value: mustValue(t, "Alice")}, {Name: "age", Value: mustValue(t, 42)}}
	var err error
	for _, test := range []struct {
		name string
		max  float64
		f    func()
	}{
		{"put", 0, func() { err = c.Put(ctx, key, bins) }},
		{"put with options", 0, func() { err = c.Put(ctx, key, bins, TTL(time.Hour), CreateOnly, Timeout(time.Second), IfGeneration(3)) }},
		{"put with a policy", 0, func() { err = c.Put(ctx, key, bins, WritePolicy{TTL: TTL(time.Hour), SendKey: On}) }},
		{"put bins", 0, func() { err = c.PutBins(ctx, key, list) }},
		{"touch", 0, func() { err = c.Touch(ctx, key) }},
		{"delete", 0, func() { _, err = c.Delete(ctx, key) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := allocs(test.f)
			require.NoError(t, err)
			t.Logf("%.0f allocations", n)
			require.LessOrEqual(t, n, test.max)
		})
	}
}

func mustValue(t testing.TB, v any) Value {
	val, err := ValueOf(v)
	require.NoError(t, err)
	return val
}

func BenchmarkGet(b *testing.B) {
	c := cannedClient(b, fiveBins(b))
	key := NewKey("test", "users", "alice")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Get(context.Background(), key); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	c := cannedClient(b, noBins(b))
	key := NewKey("test", "users", "alice")
	bins := Bins{"name": "Alice", "city": "somewhere", "age": 1000, "visits": 2000, "score": 1.5}
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Put(context.Background(), key, bins); err != nil {
			b.Fatal(err)
		}
	}
}
