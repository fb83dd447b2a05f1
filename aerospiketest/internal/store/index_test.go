package store

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// TestRepliesHideTheIndexOfAMap reads a map with a persisted index in every way in
// which a bin can be read.
func TestRepliesHideTheIndexOfAMap(t *testing.T) {
	indexed, err := hex.DecodeString("82c70013c0a2036101")
	require.NoError(t, err)
	seen := "0000000e" + "01130001" + "6d" + "82c70003c0a2036101"
	number := "0000000d" + "01010001" + "6e" + "0000000000000007"
	ns := newTest()
	var w Workspace
	write := wire.Op{Type: wire.OpWrite, Particle: wire.ParticleMap, Name: []byte("m"), Value: indexed}
	other := wire.Op{Type: wire.OpWrite, Particle: wire.ParticleInt, Name: []byte("n"), Value: []byte{7}}
	require.Zero(t, ns.Execute(writeOf("k", write, other), &w).Code)

	check := func(about, want string, q *Request) {
		w = Workspace{}
		res := ns.Execute(q, &w)
		require.Zero(t, res.Code, about)
		require.Equal(t, want, hex.EncodeToString(res.Ops), about)
	}
	one := wire.Op{Type: wire.OpRead, Name: []byte("m")}
	both := []wire.Op{one, {Type: wire.OpRead, Name: []byte("n")}}
	check("all bins", seen+number, readOf("k"))
	check("named bins", seen+number, &Request{Header: wire.Header{Info1: wire.Info1Read}, Digest: digest("k"), Ops: both})
	operate := writeOf("k", append([]wire.Op{other}, both...)...)
	operate.Info1 = wire.Info1Read
	check("named bins beside a write", seen+number, operate)
	all := writeOf("k", other, wire.Op{Type: wire.OpRead})
	all.Info1 = wire.Info1Read | wire.Info1GetAll
	check("all bins beside a write", seen+number, all)

	w = Workspace{}
	x := Execution{Namespace: ns, Record: ns.get(new(digest("k")), 0), work: &w}
	w.bins = x.Record.appendBins(nil)
	require.Equal(t, indexed, x.Bins()[0].Value, "engines see it")
}
