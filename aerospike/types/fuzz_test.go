package types

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func FuzzDecodeRecord(f *testing.F) {
	digest := NewKey("test", "users", 1).Digest()
	f.Add(reply(f, wire.Header{Generation: 1}, nil, typicalBins()...))
	f.Add(reply(f, wire.Header{TTL: 5}, []wire.Field{{Type: wire.FieldDigest, Data: digest[:]}, {Type: wire.FieldKey, Data: []byte("\x03a")}},
		Bin{"l", List(Int(1), OrderedMap(KeyOrdered, MapEntry{String("k"), Bytes(nil)}))}))
	f.Fuzz(func(t *testing.T, body []byte) {
		msg, err := wire.ParseMessage(body)
		if err != nil {
			return
		}
		again, inBlock := msg, msg
		key := NewKey("test", "users", "alice")
		rec, err := DecodeRecord(&msg, key, nil)
		var block Block
		for range 2 { // the second time, it knows the names
			m := inBlock
			same, failed := block.Decode(&m, &key, nil)
			require.Equal(t, err == nil, failed == nil)
			if err == nil {
				require.Equal(t, rec.Key, same.Key)
				require.Len(t, same.Bins, len(rec.Bins))
				for i, bin := range rec.Bins {
					require.Equal(t, bin.Name, same.Bins[i].Name)
					if v := bin.Value; v.Equal(v) { // there is no NaN in it
						require.True(t, v.Equal(same.Bins[i].Value))
					}
				}
			}
		}
		if err != nil {
			require.Nil(t, rec)
			require.ErrorIs(t, err, ErrProtocol)
			return
		}
		i := 0
		for op, ok := again.NextOp(); ok; op, ok = again.NextOp() {
			require.Equal(t, string(op.Name), rec.Bins[i].Name)
			i++
		}
		require.Len(t, rec.Bins, i)
		_, _ = rec.Map(), rec.Key.String()
	})
}

func FuzzDecodeValue(f *testing.F) {
	for _, v := range oneOfEachKind()[:KindExt] {
		data, p, err := v.AppendTo(nil)
		require.NoError(f, err)
		f.Add(byte(p), data)
	}
	f.Add(byte(wire.ParticleMap), []byte{0x83, 0xc7, 0, 1, 0xc0, 0xa2, 3, 'a', 1, 0xa2, 3, 'b', 2})
	f.Add(byte(wire.ParticleList), []byte{0xdd, 0, 0xff, 0xff, 0xff, 0x91})
	f.Fuzz(func(t *testing.T, p byte, data []byte) {
		v, err := DecodeValue(wire.ParticleType(p), data)
		if err != nil {
			require.True(t, v.IsNil() || v.Kind() < KindList || v.Kind() == KindGeoJSON, "no half-made container")
			return
		}
		_, _ = v.Any(), v.String()
		require.True(t, v.Equal(v))
		require.Zero(t, v.Compare(v))
		out, again, err := v.AppendTo(nil)
		if err != nil { // wildcards, odd keys and deep nesting can be read but not stored
			require.ErrorIs(t, err, ErrInvalidArg)
			return
		}
		require.Equal(t, wire.ParticleType(p), again)
		back, err := DecodeValue(again, out)
		require.NoError(t, err)
		if !v.Ordered() { // an ordered list may have been out of order
			require.True(t, v.Equal(back), "%v became %v", v, back)
		}
	})
}
