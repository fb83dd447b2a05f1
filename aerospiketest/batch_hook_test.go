package aerospiketest_test

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestHooksSeeTheRowsOfABatch(t *testing.T) {
	srv, c := withKeys(t)
	set := get("k1")
	set.set = "s"
	reads, writes := batchOf(get("k1"), read("k2", readOp("n")), set), batchOf(get("k1"), put("k2", setInt("n", 2)))
	reads.rows[1].repeat = true
	var seen aerospiketest.Request
	hook := srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		seen = *r
		return aerospiketest.Pass()
	})
	c.askBatch(reads.frame(t))
	require.True(t, seen.IsBatch())
	require.Equal(t, uint32(10000), seen.Header.Timeout)
	require.Len(t, seen.Rows, 3)
	require.Equal(t, wire.Info1Read|wire.Info1GetAll, seen.Rows[1].Header.Info1, "it repeats the one before")
	require.Equal(t, digestOf("k2"), seen.Rows[1].Digest)
	require.Equal(t, uint32(2), seen.Rows[2].Index)
	require.Equal(t, "test", seen.Rows[2].Namespace)
	require.Equal(t, "s", seen.Rows[2].Set)
	hook.Remove()

	for _, tc := range []struct {
		name          string
		filter        aerospiketest.Filter
		reads, writes bool
	}{
		{"reads", aerospiketest.Reads(), true, false},
		{"writes", aerospiketest.Writes(), false, true},
		{"batches", aerospiketest.Batches(), true, true},
		{"messages", aerospiketest.Messages(), true, true},
		{"record of both", aerospiketest.OnDigest(digestOf("k1")), true, true},
		{"record of none", aerospiketest.OnDigest(digestOf("k3")), false, false},
		{"no record", aerospiketest.OnDigest(wire.Digest{}), false, false},
		{"operation", aerospiketest.WithOp(wire.OpWrite), false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for frame, want := range map[string]bool{string(reads.frame(t)): tc.reads, string(writes.frame(t)): tc.writes} {
				hook := srv.Inject(aerospiketest.Answer(wire.ResultDeviceOverload), 1, tc.filter)
				reply := (&rawConn{t: t, nc: c.nc, r: c.r}).askBatch([]byte(frame))
				require.Equal(t, want, hook.Taken() == 1)
				if want {
					require.Equal(t, batchReply{code: wire.ResultDeviceOverload}, reply, "the batch is refused with the end mark")
				}
				hook.Remove()
			}
		})
	}
}

func TestAHookAnswersRows(t *testing.T) {
	srv, c := withKeys(t)
	hook := srv.Inject(aerospiketest.AnswerRows(wire.ResultKeyBusy, func(r *aerospiketest.Row) bool {
		return r.Digest == digestOf("k2")
	}), 1, aerospiketest.Batches())
	require.Zero(t, c.code(get("k2").frame(t)), "no batch")
	frame := batchOf(put("k1", setInt("n", 10)), put("k2", setInt("n", 20)), get("k2")).frame(t)
	require.Equal(t, []wire.ResultCode{0, wire.ResultKeyBusy, wire.ResultKeyBusy}, c.askBatch(frame).codes())
	require.Equal(t, 1, hook.Taken())
	require.Equal(t, intValue(2), parse(t, c.ask(get("k2").frame(t))).bin("n").value, "the row was not executed")
	require.Equal(t, []wire.ResultCode{0, 0, 0}, c.askBatch(frame).codes(), "once means once")

	srv.Inject(aerospiketest.AnswerRows(wire.ResultKeyBusy, func(r *aerospiketest.Row) bool { return r.Writes() }), 1)
	require.Equal(t, batchReply{code: wire.ResultKeyBusy}, c.askBatch(batchOf(get("k1"), put("k1", setInt("n", 0))).respond(0).frame(t)))
}

// TestHooksTamperWithBatchReplies has replies of one frame and of many.
func TestHooksTamperWithBatchReplies(t *testing.T) {
	const rows = 200
	for _, size := range []int{10, 5000} {
		srv, c := withKeys(t)
		big := put("big", setString("s", string(make([]byte, size))), op{wire.OpIncr, "n", wire.ParticleInt, intValue(1)})
		var commands []command
		for range rows {
			commands = append(commands, big, get("big"))
		}
		frame := batchOf(commands...).frame(t)
		written := func() int64 {
			return int64(parse(t, dial(t, srv.Addr()).ask(exists("big").frame(t))).Generation)
		}
		whole := c.askBatch(frame)
		require.Len(t, whole.rows, 2*rows)
		require.EqualValues(t, rows, written())

		for i, keep := range []int{0, 13, 300_000} {
			srv.Inject(aerospiketest.CutReply(keep), 1, aerospiketest.Writes())
			cut := dial(t, srv.Addr())
			cut.send(frame)
			got, err := io.ReadAll(cut.r)
			require.NoError(t, err)
			if size > 10 {
				require.Len(t, got, keep)
			} else {
				require.LessOrEqual(t, len(got), keep)
			}
			require.EqualValues(t, (2+i)*rows, written(), "the batch was executed")
		}

		srv.Inject(aerospiketest.Garbage([]byte("garbage")), 1, aerospiketest.Writes())
		spoilt := dial(t, srv.Addr())
		spoilt.send(frame)
		got := make([]byte, 7)
		_, err := io.ReadFull(spoilt.r, got)
		require.NoError(t, err)
		require.Equal(t, "garbage", string(got))
		require.Zero(t, spoilt.code(get("big").frame(t)), "and nothing else")

		srv.Inject(aerospiketest.MuteReply(), 1, aerospiketest.Writes())
		mute := dial(t, srv.Addr())
		mute.send(frame)
		require.Eventually(t, func() bool { return written() == 6*rows }, patience, time.Millisecond)
		mute.silent()

		srv.Inject(aerospiketest.DelayReply(20*time.Millisecond), 1, aerospiketest.Writes())
		begin := time.Now()
		require.Len(t, c.askBatch(frame).rows, 2*rows)
		require.GreaterOrEqual(t, time.Since(begin), 20*time.Millisecond)
	}
}
