package integration

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func TestPutCreatesAndUpdates(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1, "b": "x"})
		rec := e.get(key)
		require.EqualValues(e, 1, rec.Generation)
		require.Equal(e, key, rec.Key)
		require.Contains(e, e.client.NodeNames(), rec.Node)
		require.Equal(e, map[string]any{"a": int64(1), "b": "x"}, rec.Map())
		require.Empty(e, rec.Ops)

		e.put(key, aerospike.Bins{"b": "y", "c": true})
		rec = e.get(key)
		require.EqualValues(e, 2, rec.Generation)
		require.Equal(e, map[string]any{"a": int64(1), "b": "y", "c": true}, rec.Map())
	})
}

func TestPutBinsKeepsTheirOrder(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		var bins []aerospike.Bin
		names := []string{"z", "a", "m", "b", "y"}
		for i, name := range names {
			v, err := aerospike.ValueOf(i)
			require.NoError(e, err)
			bins = append(bins, aerospike.Bin{Name: name, Value: v})
		}
		require.NoError(e, e.client.PutBins(e.ctx, key, bins))
		var got []string
		for _, b := range e.get(key).Bins {
			got = append(got, b.Name)
		}
		require.Equal(e, names, got)
	})
}

func TestANilValueDeletesTheBinAndTheLastOneTheRecord(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1, "b": 2})
		e.put(key, aerospike.Bins{"a": nil})
		require.Equal(e, map[string]any{"b": int64(2)}, e.get(key).Map())
		e.put(key, aerospike.Bins{"b": nil})
		e.gone(key)
		require.ErrorIs(e, e.client.Put(e.ctx, key, aerospike.Bins{"b": nil}), aerospike.ErrRecordNotFound)
	})
}

func TestSelectReturnsTheBinsNamed(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1, "b": 2, "c": 3})
		require.Equal(e, map[string]any{"c": int64(3), "a": int64(1)}, e.get(key, aerospike.Select("c", "none", "a")).Map())
		rec := e.get(key, aerospike.Select("none"))
		require.Empty(e, rec.Bins)
		require.EqualValues(e, 1, rec.Generation)
		_, err := rec.Int("none")
		require.ErrorIs(e, err, aerospike.ErrBinNotFound)

		_, err = e.client.Get(e.ctx, e.key("missing"), aerospike.Select("a"))
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)
	})
}

func TestHeaderOnlyReturnsNoBins(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1}, aerospike.TTL(time.Hour))
		rec := e.get(key, aerospike.HeaderOnly())
		require.Empty(e, rec.Bins)
		require.EqualValues(e, 1, rec.Generation)
		require.NotZero(e, rec.VoidTime)
	})
}

func TestExistsTellsGenerationAndExpiry(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.gone(key)
		e.put(key, aerospike.Bins{"a": 1}, aerospike.TTLNever)
		e.put(key, aerospike.Bins{"a": 2}, aerospike.TTLNever)
		h, ok, err := e.client.Exists(e.ctx, key)
		require.NoError(e, err)
		require.True(e, ok)
		require.EqualValues(e, 2, h.Generation)
		_, expires := h.TTL(time.Now())
		require.False(e, expires)
	})
}

func TestGetOfAMissingRecord(t *testing.T) {
	onEach(t, func(e *env) {
		rec, err := e.client.Get(e.ctx, e.key())
		require.Nil(e, rec)
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)
		require.ErrorIs(e, err, aerospike.ErrRecord)
		require.False(e, aerospike.Retryable(err))
		code, ok := aerospike.CodeOf(err)
		require.True(e, ok)
		require.Equal(e, aerospike.ResultNotFound, code)
	})
}

func TestDeleteTellsWhetherTheRecordExisted(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		existed, err := e.client.Delete(e.ctx, key)
		require.NoError(e, err)
		require.False(e, existed)
		e.put(key, aerospike.Bins{"a": 1})
		existed, err = e.client.Delete(e.ctx, key)
		require.NoError(e, err)
		require.True(e, existed)
		e.gone(key)
		e.put(key, aerospike.Bins{"a": 1})
		require.EqualValues(e, 1, e.get(key).Generation, "a new record")
	})
}

func TestRemoveBins(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		require.ErrorIs(e, e.client.RemoveBins(e.ctx, key, []string{"a"}), aerospike.ErrRecordNotFound)
		e.put(key, aerospike.Bins{"a": 1, "b": 2, "c": 3})
		require.NoError(e, e.client.RemoveBins(e.ctx, key, []string{"a", "none", "c"}))
		require.Equal(e, map[string]any{"b": int64(2)}, e.get(key).Map())
		require.NoError(e, e.client.RemoveBins(e.ctx, key, []string{"b"}))
		e.gone(key)
	})
}

func TestTouchRaisesTheGeneration(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		require.ErrorIs(e, e.client.Touch(e.ctx, key), aerospike.ErrRecordNotFound)
		e.put(key, aerospike.Bins{"a": 1})
		require.NoError(e, e.client.Touch(e.ctx, key))
		rec := e.get(key)
		require.EqualValues(e, 2, rec.Generation)
		require.Equal(e, map[string]any{"a": int64(1)}, rec.Map())
	})
}

func TestKeysOfEveryKind(t *testing.T) {
	onEach(t, func(e *env) {
		type id int32
		keys := []aerospike.Key{
			aerospike.NewKey(namespace, set, "text"),
			aerospike.NewKey(namespace, set, ""),
			aerospike.NewKey(namespace, set, "ünïcode ✓ 日本"),
			aerospike.NewKey(namespace, set, strings.Repeat("long", 2000)),
			aerospike.NewKey(namespace, set, 0),
			aerospike.NewKey(namespace, set, -1),
			aerospike.NewKey(namespace, set, id(7)),
			aerospike.NewKey(namespace, set, uint64(1)<<63-1),
			aerospike.NewKey(namespace, set, []byte{0, 1, 255}),
			aerospike.NewKey(namespace, set, []byte("text")),
			aerospike.NewKeyBytesAsString(namespace, set, []byte{0, 1, 255}),
			aerospike.NewKey(namespace, "", "no set "+set),
			aerospike.NewKey(namespace, strings.Repeat("s", 63), "longest set"),
		}
		for i, key := range keys {
			e.forget(key)
			// An empty user key cannot be stored (the server answers code 16).
			stored := aerospike.SendKey(i != 1)
			e.put(key, aerospike.Bins{"i": i}, stored)
		}
		for i, key := range keys {
			n, err := e.get(key).Int("i")
			require.NoError(e, err)
			require.EqualValues(e, i, n, "key %d", i)
			bare := aerospike.NewKeyFromDigest(key.Namespace(), key.Set(), key.Digest())
			n, err = e.get(bare).Int("i")
			require.NoError(e, err)
			require.EqualValues(e, i, n, "digest of key %d", i)
		}
	})
}

func TestSendKeyFitsTheStoredOne(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1}, aerospike.SendKey(true))
		e.put(key, aerospike.Bins{"a": 2}, aerospike.SendKey(true))
		require.EqualValues(e, 2, e.get(key, aerospike.SendKey(true)).Generation)

		// Of a digest no user key is known, so none is sent.
		bare := aerospike.NewKeyFromDigest(namespace, set, key.Digest())
		e.put(bare, aerospike.Bins{"a": 3}, aerospike.SendKey(true))
		require.EqualValues(e, 3, e.get(key, aerospike.SendKey(true)).Generation)
	})
}

func TestBinsOfALongName(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		name := strings.Repeat("n", 15)
		e.put(key, aerospike.Bins{name: 1, "ü✓日本": 2, " ": 3})
		rec := e.get(key)
		require.Equal(e, map[string]any{name: int64(1), "ü✓日本": int64(2), " ": int64(3)}, rec.Map())
	})
}

func TestManyBins(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		bins := aerospike.Bins{}
		var names []string
		for i := range 1000 {
			name := "bin" + strings.Repeat("x", i%5) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
			bins[name] = i
			names = append(names, name)
		}
		require.Len(e, bins, 1000)
		e.put(key, bins)
		rec := e.get(key)
		require.Len(e, rec.Bins, 1000)
		for name, want := range bins {
			n, err := rec.Int(name)
			require.NoError(e, err)
			require.EqualValues(e, want, n)
		}
		rec = e.get(key, aerospike.Select(names[:500]...))
		require.Len(e, rec.Bins, 500)
		got := make([]string, 0, 500)
		for _, b := range rec.Bins {
			got = append(got, b.Name)
		}
		require.True(e, slices.Equal(names[:500], got), "in the order asked for")
	})
}
