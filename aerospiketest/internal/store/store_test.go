package store

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func newTest() *Namespace {
	return NewNamespace(Config{Name: "test", MaxRecordSize: 1 << 20, ReapAfter: 120})
}

func digest(key string) wire.Digest { return wire.NewDigest("", wire.ParticleString, []byte(key)) }

func writeOf(key string, ops ...wire.Op) *Request {
	return &Request{Header: wire.Header{Info2: wire.Info2Write}, Digest: digest(key), Ops: ops}
}

func readOf(key string) *Request {
	return &Request{Header: wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}, Digest: digest(key)}
}

func increment(bin string) wire.Op {
	return wire.Op{Type: wire.OpIncr, Particle: wire.ParticleInt, Name: []byte(bin), Value: []byte{1}}
}

func TestGeoJSONParticle(t *testing.T) {
	var w Workspace
	point := `{"type":"Point","coordinates":[0,0]}`
	value, code := w.admitGeoJSON([]byte("\x01\x00\x01cellcell" + point))
	require.Zero(t, code)
	require.Equal(t, "\x00\x00\x01\x10\x00\x00\x00\x00\x00\x00\x01"+point, string(value), "cells that a client sends are dropped")
	for _, short := range []string{"", "\x00", "\x00\x00", "\x00\x00\x05{}"} {
		_, code = w.admitGeoJSON([]byte(short))
		require.Equal(t, wire.ResultInvalidGeoJSON, code, "%q", short)
	}
}

// countingEngine answers a read with its bin's size, and appends a byte to it.
type countingEngine struct{}

func (countingEngine) Read(x *Execution, bin *Bin, _ *wire.Op) (Value, wire.ResultCode) {
	return Value{Type: wire.ParticleInt, Data: x.Keep([]byte{0, 0, 0, 0, 0, 0, 0, byte(len(bin.Value))})}, wire.ResultOK
}

func (countingEngine) Modify(x *Execution, bin *Bin, op *wire.Op) (Value, wire.ResultCode) {
	switch string(op.Value) {
	case "fail":
		return Value{}, wire.ResultOpNotApplicable
	case "empty":
		bin.Type = wire.ParticleNull
		return Value{}, wire.ResultOK
	}
	bin.Type, bin.Value = wire.ParticleBlob, append(x.Keep(bin.Value), '.')
	return Value{}, wire.ResultOK
}

func TestEngines(t *testing.T) {
	ns := newTest()
	modify := wire.Op{Type: wire.OpBitModify, Name: []byte("b")}
	read := wire.Op{Type: wire.OpBitRead, Name: []byte("b")}
	var w Workspace
	require.Equal(t, wire.ResultParameter, ns.Execute(writeOf("k", modify), &w).Code, "without an engine")

	ns.SetEngine(countingEngine{}, wire.OpBitRead, wire.OpBitModify)
	both := writeOf("k", modify, modify, read)
	both.Info1 = wire.Info1Read
	res := ns.Execute(both, &w)
	require.Zero(t, res.Code)
	require.Equal(t, 1, res.OpCount)
	require.Equal(t, "\x00\x00\x00\x0d\x0c\x01\x00\x01b\x00\x00\x00\x00\x00\x00\x00\x02", string(res.Ops))

	missing := &Request{Header: wire.Header{Info1: wire.Info1Read}, Digest: digest("k"),
		Ops: []wire.Op{{Type: wire.OpBitRead, Name: []byte("x")}, read}}
	res = ns.Execute(missing, &w)
	require.Equal(t, 1, res.OpCount, "a bin that is not there has no result")

	failing := modify
	failing.Value = []byte("fail")
	res = ns.Execute(writeOf("k", modify, failing), &w)
	require.Equal(t, wire.ResultOpNotApplicable, res.Code)
	require.EqualValues(t, 1, res.Generation)
	require.Equal(t, 1, ns.Execute(readOf("k"), &w).OpCount)

	emptying := modify
	emptying.Value = []byte("empty")
	res = ns.Execute(writeOf("k", emptying), &w)
	require.Zero(t, res.Code)
	require.Zero(t, res.Generation)
	require.Zero(t, ns.Objects())
}

// firstBinIs accepts records by the name of their first bin, and none by metadata.
type firstBinIs string

func (firstBinIs) Metadata(x *Execution) (accepted, known bool) { return false, len(x.Bins()) > 0 }

func (name firstBinIs) Bins(x *Execution) bool { return string(name) == string(x.Bins()[0].Name) }

func TestFilterAndApplyHooks(t *testing.T) {
	ns := newTest()
	var w Workspace
	require.Zero(t, ns.Execute(writeOf("k", increment("n")), &w).Code)
	ns.SetFilter(func(packed []byte) (Predicate, wire.ResultCode) { return firstBinIs(packed), wire.ResultOK })
	q := readOf("k")
	q.Filter = []byte("n")
	require.Zero(t, ns.Execute(q, &w).Code)
	q.Filter = []byte("m")
	require.Equal(t, wire.ResultFilteredOut, ns.Execute(q, &w).Code)

	ns.SetApply(func(x *Execution) Applied {
		bins := append(x.Record.AllBins(), Bin{Name: []byte("m"), Type: wire.ParticleString, Value: []byte("v")})
		return Applied{Changed: true, Bins: bins}
	})
	call := writeOf("k")
	call.UDFPackage, call.UDFFunction, call.UDFArgs = []byte("m"), []byte("f"), []byte{}
	require.EqualValues(t, 2, ns.Execute(call, &w).Generation, "written")
	read := ns.Execute(readOf("k"), &w)
	require.EqualValues(t, 2, read.Generation)
	require.Equal(t, 2, read.OpCount, "the bin is there")
}

// TestConcurrentIncrements has many goroutines on few records.
func TestConcurrentIncrements(t *testing.T) {
	ns := newTest()
	const goroutines, each = 8, 500
	keys := []string{"a", "b", "c"}
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			var w Workspace
			for i := range each {
				key := keys[i%len(keys)]
				if code := ns.Execute(writeOf(key, increment("n")), &w).Code; code != wire.ResultOK {
					panic(code)
				}
				if res := ns.Execute(readOf(key), &w); res.OpCount != 1 {
					panic("a record was read without its bin")
				}
			}
		})
	}
	wg.Wait()
	var w Workspace
	total := uint64(0)
	for _, key := range keys {
		res := ns.Execute(readOf(key), &w)
		bin, _, _ := nextBin(res.Ops)
		n, code := parseInt(bin.Value)
		require.Zero(t, code)
		total += n
	}
	require.EqualValues(t, goroutines*each, total)
	require.EqualValues(t, len(keys), ns.Objects())
}

// TestWorkspaceOwnsNothingStored overwrites a request after its execution: the
// record must not change.
func TestWorkspaceOwnsNothingStored(t *testing.T) {
	ns := newTest()
	var w Workspace
	name, value, key := []byte("b"), []byte("value"), []byte("\x03k")
	q := writeOf("k", wire.Op{Type: wire.OpWrite, Particle: wire.ParticleString, Name: name, Value: value})
	q.Key, q.HasKey = key, true
	require.Zero(t, ns.Execute(q, &w).Code)
	copy(name, "x")
	copy(value, "xxxxx")
	copy(key, "xx")
	res := ns.Execute(readOf("k"), &w)
	bin, _, _ := nextBin(res.Ops)
	require.Equal(t, "b", string(bin.Name))
	require.Equal(t, "value", string(bin.Value))
	check := readOf("k")
	check.Key, check.HasKey = []byte("\x03k"), true
	require.Zero(t, ns.Execute(check, &w).Code)
}

func TestReadAllocatesNothing(t *testing.T) {
	ns := newTest()
	var w Workspace
	require.Zero(t, ns.Execute(writeOf("k", increment("n")), &w).Code)
	q := readOf("k")
	require.Zero(t, testing.AllocsPerRun(100, func() { ns.Execute(q, &w) }))
	overwrite := writeOf("k", wire.Op{Type: wire.OpWrite, Particle: 1, Name: []byte("n"), Value: make([]byte, 8)})
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { ns.Execute(overwrite, &w) }), 2.0)
}

func TestSetsAreLimited(t *testing.T) {
	ns := newTest()
	var w Workspace
	write := func(set string) wire.ResultCode {
		q := writeOf(set, increment("n"))
		q.Set = []byte(set)
		return ns.Execute(q, &w).Code
	}
	for i := range maxSets {
		require.Zero(t, write(string(rune('A'+i%26))+string(rune(0x100+i))))
	}
	require.Equal(t, wire.ResultParameter, write("one too many"))
	require.Len(t, ns.CountSets(func(int) bool { return false }), maxSets)
	require.Equal(t, wire.ResultParameter, write("nul\x00"))
}

func TestResultsOfOneCommandAreBounded(t *testing.T) {
	ns := newTest()
	var w Workspace
	const size = 1 << 19
	blob := wire.Op{Type: wire.OpWrite, Particle: wire.ParticleBlob, Name: []byte("b"), Value: make([]byte, size)}
	require.Zero(t, ns.Execute(writeOf("k", blob), &w).Code)
	q := readOf("k")
	q.Info1 = wire.Info1Read
	for range maxWork/size + 2 {
		q.Ops = append(q.Ops, wire.Op{Type: wire.OpRead, Name: []byte("b")})
	}
	require.Equal(t, wire.ResultServerError, ns.Execute(q, &w).Code)
	require.Zero(t, ns.Execute(readOf("k"), &w).Code)
	require.Less(t, cap(w.ops), maxKept+1, "and given back")
}
