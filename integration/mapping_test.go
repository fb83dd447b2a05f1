package integration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

type address struct {
	Street string `as:"street"`
	Zip    int32  `as:"zip"`
}

type user struct {
	Name    string            `as:"name"`
	Age     uint8             `as:"age"`
	Score   float64           `as:"score,omitempty"`
	Active  bool              `as:"active"`
	Tags    []string          `as:"tags"`
	Prefs   map[string]string `as:"prefs"`
	Home    *address          `as:"home"`
	Since   time.Time         `as:"since"`
	Picture []byte            `as:"picture"`
	Secret  string            `as:"-"`

	Generation uint32        `as:",generation"`
	TTL        time.Duration `as:",ttl"`
}

func TestStructsAreWrittenAndReadBack(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		want := user{
			Name: "Alice", Age: 30, Active: true, Tags: []string{"a", "b"}, Prefs: map[string]string{"ui": "dark"},
			Home: &address{"Main St", 8000}, Since: time.Unix(1700000000, 5).UTC(), Picture: []byte{1, 2}, Secret: "not stored",
			Generation: 77, TTL: time.Hour,
		}
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, want))
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, &want), "a pointer as well")
		got, err := aerospike.GetAs[user](e.ctx, e.client, key)
		require.NoError(e, err)
		require.EqualValues(e, 2, got.Generation)
		_, expires := e.ttl(key)
		if !expires {
			require.Equal(e, aerospike.NeverExpires, got.TTL)
		}
		require.True(e, want.Since.Equal(got.Since))
		want.Secret, want.Generation, want.TTL, want.Since = "", got.Generation, got.TTL, got.Since
		require.Equal(e, want, got)

		rec := e.get(key)
		require.False(e, rec.Has("score"), "omitempty")
		require.False(e, rec.Has("Secret"))
	})
}

func TestAStructCanBeWrittenBackOnlyIfUnchanged(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		fresh := user{Name: "Alice"}
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, fresh, aerospike.IfUnchanged), "generation 0: must be new")
		require.ErrorIs(e, aerospike.PutFrom(e.ctx, e.client, key, fresh, aerospike.IfUnchanged), aerospike.ErrGeneration)

		first, err := aerospike.GetAs[user](e.ctx, e.client, key)
		require.NoError(e, err)
		second := first
		first.Age, second.Age = 1, 2
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, first, aerospike.IfUnchanged))
		require.ErrorIs(e, aerospike.PutFrom(e.ctx, e.client, key, second, aerospike.IfUnchanged), aerospike.ErrGeneration)
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, second), "without the option nothing is compared")
	})
}

func TestAStructCanSayItsTTL(t *testing.T) {
	onEach(t, func(e *env) {
		e.needExpiry()
		key := e.key()
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, user{TTL: time.Hour}, aerospike.FieldTTL))
		got, err := aerospike.GetAs[user](e.ctx, e.client, key)
		require.NoError(e, err)
		require.InDelta(e, time.Hour, got.TTL, float64(3*time.Second))
		got.TTL = aerospike.NeverExpires
		require.NoError(e, aerospike.PutFrom(e.ctx, e.client, key, got, aerospike.FieldTTL))
		_, expires := e.ttl(key)
		require.False(e, expires)
		got.TTL = time.Millisecond
		require.ErrorIs(e, aerospike.PutFrom(e.ctx, e.client, key, got, aerospike.FieldTTL), aerospike.ErrInvalidArg)
	})
}

func TestMappingErrorsNameFieldAndBin(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"name": 5})
		_, err := aerospike.GetAs[user](e.ctx, e.client, key)
		require.ErrorIs(e, err, aerospike.ErrBinType)
		require.ErrorContains(e, err, `field Name, bin "name"`)
		require.ErrorContains(e, err, "aerospike: get "+namespace)

		e.put(key, aerospike.Bins{"name": "x", "age": 300})
		_, err = aerospike.GetAs[user](e.ctx, e.client, key)
		require.ErrorContains(e, err, `field Age, bin "age"`)

		type tooLong struct{ ABinNameOfSixteen int }
		err = aerospike.PutFrom(e.ctx, e.client, key, tooLong{})
		require.ErrorIs(e, err, aerospike.ErrInvalidArg)
		require.ErrorContains(e, err, "ABinNameOfSixteen")
		require.ErrorIs(e, aerospike.PutFrom(e.ctx, e.client, key, 5), aerospike.ErrInvalidArg)
		_, err = aerospike.GetAs[user](e.ctx, e.client, e.key("missing"))
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)
	})
}
