package aerospiketest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// FuzzRequest hands the server arbitrary bodies of every kind. It must answer each
// with one well-formed frame and keep its counts right.
func FuzzRequest(f *testing.F) {
	var e wire.Encoder
	digest := wire.NewDigest("", wire.ParticleString, []byte("k"))
	seed := func(h wire.Header, ops ...wire.Op) {
		e.Begin(nil, &h)
		e.FieldString(wire.FieldNamespace, "test")
		e.FieldString(wire.FieldSet, "s")
		e.Field(wire.FieldDigest, digest[:])
		for _, o := range ops {
			e.Op(o.Type, string(o.Name), o.Particle, o.Value)
		}
		frame, err := e.End()
		require.NoError(f, err)
		f.Add(byte(wire.FrameMessage), frame[wire.FrameHeaderSize:])
	}
	list := wire.Op{Type: wire.OpWrite, Particle: wire.ParticleList, Name: []byte("l"), Value: []byte{0x92, 0xc7, 0, 1, 5}}
	seed(wire.Header{Info2: wire.Info2Write}, list)
	seed(wire.Header{Info1: 3, Info2: 1}, list, wire.Op{Type: wire.OpRead})
	seed(wire.Header{Info1: 3})
	seed(wire.Header{Info1: 1, Info2: 0x81}, wire.Op{Type: wire.OpIncr, Particle: 1, Name: []byte("n"), Value: make([]byte, 8)})
	seed(wire.Header{Info2: 3})
	f.Add(byte(wire.FrameInfo), []byte("node\nreplicas:max=1\ntruncate:namespace=test;set=s\nsets/test/s\n"))
	f.Add(byte(wire.FrameAdmin), wire.AppendLogin(nil, "u", "c")[wire.FrameHeaderSize:])
	f.Add(byte(wire.FrameCompressed), []byte{0, 0, 0, 0, 0, 0, 0, 30, 0x78, 0x9c})

	var conns []*conn
	for _, opts := range [][]Option{nil, {WithUsers(User{Name: "u", Password: "p"})}, {WithEnterprise()}} {
		srv, err := New(opts...)
		require.NoError(f, err)
		f.Cleanup(func() { require.NoError(f, srv.Close()) })
		n := srv.Node(0)
		conns = append(conns, &conn{node: n, stop: n.stop})
	}
	f.Fuzz(func(t *testing.T, kind byte, body []byte) {
		for _, c := range conns {
			frame := wire.AppendFrameHeader(nil, wire.FrameType(kind), len(body))
			frame = append(frame, body...)
			ft, _, err := wire.ParseFrameHeader(frame)
			if err != nil || isBatch(body) { // see FuzzBatch
				return
			}
			if _, digest, ok := c.parse(body); ft == wire.FrameMessage && ok && digest == digestMissing { // see FuzzQuery
				return
			}
			c.out = c.out[:0]
			require.NoError(t, c.execute(frame, ft))
			_, size, err := wire.ParseFrameHeader(c.out)
			require.NoError(t, err)
			require.Len(t, c.out, wire.FrameHeaderSize+size)
			newRequest(c, frame, ft)
		}
	})
}
