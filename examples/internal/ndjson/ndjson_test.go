package ndjson

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	values := []aerospike.Value{
		types.Bool(true), types.Int(math.MinInt64), types.Int(2), types.Float(2), types.Float(1e300),
		types.Float(math.Inf(-1)), types.String("äöü \"\n"), types.String("\xff\xfe"), types.Bytes([]byte{0, 1, 2}),
		types.HLLValue([]byte{1}), types.GeoJSONValue(`{"type":"Point","coordinates":[1,2]}`),
		types.List(types.Nil(), types.Int(1), types.List()), types.OrderedList(types.Int(1), types.Int(2)),
		types.Map(types.MapEntry{Key: types.String("a"), Value: types.Int(1)}),
		types.Map(types.MapEntry{Key: types.String("@bytes"), Value: types.Int(1)}),
		types.Map(types.MapEntry{Key: types.Int(1), Value: types.List(types.Float(0.5))}),
		types.OrderedMap(types.KeyOrdered, types.MapEntry{Key: types.Bytes([]byte{9}), Value: types.Nil()}),
	}
	rec := &aerospike.Record{Key: aerospike.NewKey("test", "s", "k"), Generation: 3}
	for i, v := range values {
		rec.Bins = append(rec.Bins, aerospike.Bin{Name: string(rune('a' + i)), Value: v})
	}
	for _, key := range []aerospike.Key{
		aerospike.NewKey("test", "s", "k"), aerospike.NewKey("test", "s", -5), aerospike.NewKey("test", "s", []byte{1, 2}),
		aerospike.NewKeyFromDigest("test", "s", aerospike.NewKey("test", "s", 7).Digest()),
	} {
		rec.Key = key
		line, err := AppendRecord(nil, rec, time.Now())
		require.NoError(t, err)
		require.Equal(t, byte('\n'), line[len(line)-1])
		row, err := ParseRow(line, "test", "s")
		require.NoError(t, err, "%s", line)
		require.Equal(t, key.Digest(), row.Key.Digest())
		require.Zero(t, row.TTL)
		require.Len(t, row.Bins, len(values))
		for i, v := range values {
			got := row.Bins[string(rune('a'+i))].(aerospike.Value)
			require.True(t, v.Equal(got), "%v, have %v", v, got)
			require.Equal(t, v.Kind(), got.Kind())
		}
	}
	row, err := ParseRow([]byte(`{"key":"k","ttl":60,"bins":{"n":{"@float":"NaN"}}}`), "test", "s")
	require.NoError(t, err)
	require.Equal(t, time.Minute, row.TTL)
	f, err := row.Bins["n"].(aerospike.Value).AsFloat()
	require.NoError(t, err)
	require.True(t, math.IsNaN(f))
}

func TestLinesThatAreNoRecords(t *testing.T) {
	for _, line := range []string{
		``, `{}`, `nonsense`, `[]`, `{"key":"k"}`, `{"key":"k","bins":{}}`, `{"bins":{"a":1}}`, `{"key":1.5,"bins":{"a":1}}`,
		`{"key":[1],"bins":{"a":1}}`, `{"key":"k","bins":{"a":1}} {}`, `{"key":"k","other":1,"bins":{"a":1}}`,
		`{"key":"k","bins":{"a":99999999999999999999}}`, `{"key":"k","bins":{"a":{"@bytes":"!"}}}`,
		`{"key":"k","bins":{"a":{"@nope":"x"}}}`, `{"key":"k","bins":{"a":{"@bytes":"","b":1}}}`, `{"key":"k","bins":{"a":{"@bytes":5}}}`,
		`{"key":"k","bins":{"a":{"@map":[[1]],"@order":0}}}`, `{"key":"k","bins":{"a":{"@map":[],"@order":9}}}`,
		`{"key":"k","ttl":-1,"bins":{"a":1}}`, `{"key":"k","ttl":99999999999,"bins":{"a":1}}`,
		`{"digest":"abcd","bins":{"a":1}}`, `{"digest":"zz","bins":{"a":1}}`,
	} {
		_, err := ParseRow([]byte(line), "test", "s")
		require.Error(t, err, line)
	}
}

func FuzzParseRow(f *testing.F) {
	f.Add([]byte(`{"key":"k","generation":1,"ttl":5,"bins":{"a":{"@map":[[1,2]],"@order":1},"b":[1.0,null,{"@geo":"x"}]}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := ParseRow(line, "test", "s")
		if err == nil {
			require.NoError(t, row.Key.Validate())
		}
	})
}
