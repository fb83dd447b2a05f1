package batch

import (
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// reply returns the body of a frame with rows of some codes.
func reply(f testing.TB, last bool, codes ...types.ResultCode) []byte {
	var e wire.Encoder
	for i, code := range codes {
		h := wire.Header{ResultCode: code, Generation: 1, Timeout: uint32(i)}
		if last && i == len(codes)-1 {
			h.Info3 |= wire.Info3Last
		}
		if i == 0 {
			e.Begin(nil, &h)
		} else {
			e.Next(&h)
		}
		if code == types.ResultOK {
			e.Op(wire.OpRead, "a", wire.ParticleInt, make([]byte, 8))
			e.Op(wire.OpRead, "b", wire.ParticleString, []byte("text"))
			e.Op(wire.OpRead, "c", wire.ParticleList, []byte{0x91, 1})
		}
	}
	frame, err := e.End()
	if err != nil {
		f.Fatal(err)
	}
	return frame[wire.FrameHeaderSize:]
}

// Whatever a server sends, each row is settled at most once, and nothing panics.
func FuzzReply(f *testing.F) {
	f.Add(reply(f, false, types.ResultOK, types.ResultOK))
	f.Add(reply(f, true, types.ResultOK, types.ResultNotFound, types.ResultUDF, types.ResultRecordTooBig, types.ResultOK))
	f.Add(reply(f, true, types.ResultOK))
	// A cluster that nobody reaches: some failures make it look for its nodes.
	nowhere, err := cluster.New(f.Context(), cluster.Config{Seeds: []string{"127.0.0.1:1"}, StartDisconnected: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(nowhere.Close)
	rules := policy.BatchDefaults(policy.ReadDefaults(), policy.WriteDefaults())
	rules.Retries = 0
	key := types.NewKey("ns", "set", 1)
	ops := []types.Op{{Type: wire.OpRead, Bin: "a"}, {Type: wire.OpRead, Bin: "b"}, {Type: wire.OpRead, Bin: "c"}}
	kinds := []Op{Get(key), Exists(key), GetOps(key, ops...), Operate(key, ops...), Apply(key, "m", "f"), Delete(key), Header(key)}
	f.Fuzz(func(t *testing.T, body []byte) {
		results := make(table, len(kinds))
		w := &worker{run: &run{cluster: nowhere, rules: &rules, sink: results, ctx: t.Context()}}
		tk := &task{answered: make([]bool, len(kinds)), left: len(kinds)}
		for i := range kinds {
			tk.rows = append(tk.rows, row{index: i, key: &key, spec: newSpec(&kinds[i], &rules)})
		}
		_, _, err := w.frame(tk, body)
		settled := 0
		for i, done := range tk.answered {
			if done {
				settled++
			} else if results[i].Err != nil {
				t.Errorf("row %d failed and counts as not answered", i)
			}
		}
		again := 0
		for _, c := range w.classes {
			again += len(c.rows)
		}
		if settled+tk.left != len(kinds) || w.done+again != settled {
			t.Errorf("%d settled, %d left, %d counted: %v", settled, tk.left, w.done, err)
		}
	})
}
