package command

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The bits are those of protocol tables (server: proto.h), as numbers on purpose.
func TestWriteOptionsSetTheirBits(t *testing.T) {
	for _, test := range []struct {
		name   string
		option policy.WriteOption
		want   wire.Header
	}{
		{"none", policy.Write{}, wire.Header{Info2: 0x01}},
		{"create only", policy.CreateOnly, wire.Header{Info2: 0x21}},
		{"update only", policy.UpdateOnly, wire.Header{Info2: 0x01, Info3: 0x08}},
		{"replace", policy.CreateOrReplace, wire.Header{Info2: 0x01, Info3: 0x10}},
		{"replace only", policy.ReplaceOnly, wire.Header{Info2: 0x01, Info3: 0x20}},
		{"generation", policy.IfGeneration(7), wire.Header{Info2: 0x05, Generation: 7}},
		{"generation greater", policy.IfGenerationGreater(7), wire.Header{Info2: 0x09, Generation: 7}},
		{"a generation that is not compared", policy.Write{Generation: 7}, wire.Header{Info2: 0x01}},
		{"durable delete", policy.DurableDelete(true), wire.Header{Info2: 0x11}},
		{"commit", policy.CommitMaster, wire.Header{Info2: 0x01, Info3: 0x02}},
		{"ttl", policy.TTL(time.Minute), wire.Header{Info2: 0x01, TTL: 60}},
		{"ttl never", policy.TTLNever, wire.Header{Info2: 0x01, TTL: 0xffffffff}},
		{"ttl keep", policy.TTLKeep, wire.Header{Info2: 0x01, TTL: 0xfffffffe}},
		{"ttl default", policy.TTLDefault, wire.Header{Info2: 0x01}},
		{"compress", policy.Compress(true), wire.Header{Info2: 0x01}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := policy.WriteDefaults()
			s.ApplyWrite([]policy.WriteOption{test.option})
			require.NoError(t, s.Err)
			require.Equal(t, test.want, WriteHeader(&s))
		})
	}
}

func TestReadOptionsSetTheirBits(t *testing.T) {
	for _, test := range []struct {
		name   string
		option policy.ReadOption
		want   wire.Header
	}{
		{"none", policy.Read{}, wire.Header{Info1: 0x01}},
		{"read mode AP all", policy.ReadAPAll, wire.Header{Info1: 0x41}},
		{"compress", policy.Compress(true), wire.Header{Info1: 0x81}},
		{"session", policy.ReadSCSession, wire.Header{Info1: 0x01}},
		{"linearize", policy.ReadSCLinearize, wire.Header{Info1: 0x01, Info3: 0x40}},
		{"allow replica", policy.ReadSCAllowReplica, wire.Header{Info1: 0x01, Info3: 0x80}},
		{"allow unavailable", policy.ReadSCAllowUnavailable, wire.Header{Info1: 0x01, Info3: 0xc0}},
		{"touch", policy.ReadTouchTTL(80), wire.Header{Info1: 0x01, TTL: 80}},
		{"touch never", policy.ReadTouchNever, wire.Header{Info1: 0x01, TTL: 0xffffffff}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := policy.ReadDefaults()
			s.ApplyRead([]policy.ReadOption{test.option})
			require.NoError(t, s.Err)
			require.Equal(t, test.want, ReadHeader(&s))
		})
	}
}

// The read options of an Operate that writes must hold for what it reads.
func TestMixedOperationsHaveBothKindsOfBits(t *testing.T) {
	p, err := NewPlan([]types.Op{add("a"), read("a")})
	require.NoError(t, err)
	s := policy.WriteDefaults()
	s.ApplyOperate([]policy.OperateOption{policy.ReadSCLinearize, policy.ReadAPAll, policy.TTL(time.Second), policy.ReadTouchTTL(3), policy.CommitMaster})
	h, err := p.Header(&s)
	require.NoError(t, err)
	require.Equal(t, wire.Header{Info1: 0x41, Info2: 0x81, Info3: 0x42, TTL: 1}, h)
}

func TestFieldsNameTheRecord(t *testing.T) {
	fields := func(key types.Key, opts ...policy.ReadOption) map[wire.FieldType][]byte {
		s := policy.ReadDefaults()
		s.ApplyRead(opts)
		var e wire.Encoder
		e.Begin(nil, &wire.Header{})
		AppendFields(&e, &key, &s, nil)
		frame, err := e.End()
		require.NoError(t, err)
		m, err := wire.ParseMessage(frame[wire.FrameHeaderSize:])
		require.NoError(t, err)
		got := map[wire.FieldType][]byte{}
		for f, ok := m.NextField(); ok; f, ok = m.NextField() {
			got[f.Type] = f.Data
		}
		return got
	}
	key := types.NewKey("ns", "set", "k")
	digest := key.Digest()
	want := map[wire.FieldType][]byte{
		wire.FieldNamespace: []byte("ns"), wire.FieldSet: []byte("set"), wire.FieldDigest: digest[:],
	}
	require.Equal(t, want, fields(key))

	want[wire.FieldKey] = []byte{3, 'k'}
	want[wire.FieldFilter] = []byte{0x90}
	require.Equal(t, want, fields(key, policy.SendKey(true), policy.FilterOption{Packed: []byte{0x90}}))

	bare := types.NewKeyFromDigest("ns", "", digest)
	require.Equal(t, map[wire.FieldType][]byte{wire.FieldNamespace: []byte("ns"), wire.FieldDigest: digest[:]},
		fields(bare, policy.SendKey(true)), "no set and no user key to send")

	number := types.NewKey("ns", "", 258)
	require.Equal(t, []byte{1, 0, 0, 0, 0, 0, 0, 1, 2}, fields(number, policy.SendKey(true))[wire.FieldKey])
}
