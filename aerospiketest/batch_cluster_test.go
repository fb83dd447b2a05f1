package aerospiketest_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// everywhere are keys of records, with at least one for each node of a server.
func everywhere(t *testing.T, srv *aerospiketest.Server) (keys []string, of map[*aerospiketest.Node][]string) {
	t.Helper()
	of = make(map[*aerospiketest.Node][]string)
	c := dial(t, srv.Addr())
	for i := range 40 {
		key := string(rune('A' + i))
		master := srv.Master("test", partitionOf(key))
		keys, of[master] = append(keys, key), append(of[master], key)
		require.Zero(t, c.code(put(key, setInt("n", 1)).frame(t)))
	}
	require.Len(t, of, len(srv.Nodes()))
	return keys, of
}

func partitionOf(key string) int {
	d := digestOf(key)
	return d.Partition()
}

func getAll(keys []string) batch {
	var commands []command
	for _, key := range keys {
		commands = append(commands, get(key))
	}
	return batchOf(commands...)
}

func TestANodePassesRowsOn(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3, aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 1}))
	keys, of := everywhere(t, srv)
	for _, n := range srv.Nodes() {
		reply := dial(t, n.Addr()).askBatch(getAll(keys).frame(t))
		require.Equal(t, make([]wire.ResultCode, len(keys)), reply.codes())
	}

	frozen := srv.Node(2)
	c := dial(t, srv.Addr())
	frozen.Freeze()
	b := getAll(keys)
	b.Timeout = 200
	for i := range b.rows {
		b.rows[i].repeat = i%5 > 0 // rows that wait are read again
	}
	reply := c.askBatch(b.frame(t))
	require.Zero(t, reply.code)
	require.Len(t, reply.rows, len(keys))
	late := 0
	for i, row := range reply.rows {
		waits := i >= len(keys)-len(of[frozen])
		require.Equal(t, waits, row.ResultCode == wire.ResultTimeout, "rows that do not wait come first")
		if waits {
			late++
			require.Contains(t, of[frozen], keys[row.Timeout])
		} else {
			require.Zero(t, row.ResultCode)
			require.NotContains(t, of[frozen], keys[row.Timeout])
		}
	}
	require.Equal(t, len(of[frozen]), late)

	b.Timeout = uint32(patience / time.Millisecond)
	c.send(b.frame(t))
	frozen.Thaw()
	require.Equal(t, make([]wire.ResultCode, len(keys)), c.batchReply().codes(), "they waited for the thaw")

	frozen.Freeze()
	c.send(b.frame(t))
	for _, key := range of[frozen] {
		require.NoError(t, srv.MovePartitionSilently("test", partitionOf(key), srv.Node(0)))
	}
	require.Equal(t, make([]wire.ResultCode, len(keys)), c.batchReply().codes(), "or for another master")
}

func TestANodeThatStopsEndsABatchThatWaits(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2, aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 1}))
	keys, of := everywhere(t, srv)
	require.NotEmpty(t, of[srv.Node(1)])
	srv.Node(1).Freeze()
	c := dial(t, srv.Addr())
	before := srv.Node(0).Requests()
	b := getAll(keys)
	b.Timeout = uint32(time.Hour / time.Millisecond)
	c.send(b.frame(t))
	require.Eventually(t, func() bool { return srv.Node(0).Requests() > before }, patience, time.Millisecond)
	require.NoError(t, srv.Node(0).Kill())
	c.closed()
}

func TestRowsAreLateWhenTheirTimeIsUp(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2, aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", ReplicationFactor: 1}))
	_, of := everywhere(t, srv)
	srv.Node(1).Freeze()
	keys := append(of[srv.Node(1)][:1:1], of[srv.Node(1)]...)
	b := getAll(keys)
	b.Timeout = 20
	begin := time.Now()
	reply := dial(t, srv.Addr()).askBatch(b.frame(t))
	require.GreaterOrEqual(t, time.Since(begin), 20*time.Millisecond)
	for _, code := range reply.codes() {
		require.Equal(t, wire.ResultTimeout, code)
	}
	b.flags &^= wire.BatchRespondAll
	require.Equal(t, batchReply{code: wire.ResultTimeout}, dial(t, srv.Addr()).askBatch(b.frame(t)))
}

// TestABatchOfManyRowsIsAnsweredInFrames reads a gigabyte with one batch.
func TestABatchOfManyRowsIsAnsweredInFrames(t *testing.T) {
	const (
		rows = 100_000
		size = 10_000
	)
	_, c := withKeys(t)
	require.Zero(t, c.code(put("big", setString("s", string(bytes.Repeat([]byte("x"), size)))).frame(t)))
	b := batchOf(make([]command, rows)...)
	b.Timeout = uint32(time.Hour / time.Millisecond)
	for i := range b.rows {
		b.rows[i].command, b.rows[i].repeat = get("big"), i > 0
	}
	frame := b.frame(t)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	require.NoError(t, c.nc.SetDeadline(time.Now().Add(20*patience)))
	c.send(frame)
	got, frames, most := 0, 0, uint64(0)
	for buf := make([]byte, 0, 1<<18); ; frames++ {
		head, err := c.r.Peek(wire.FrameHeaderSize)
		require.NoError(t, err)
		_, length, err := wire.ParseFrameHeader(head)
		require.NoError(t, err)
		require.LessOrEqual(t, length, wire.BatchFrameBody)
		buf = buf[:wire.FrameHeaderSize+length]
		_, err = io.ReadFull(c.r, buf)
		require.NoError(t, err)
		if length == wire.HeaderSize {
			require.Equal(t, wire.Info3Last, wire.Info3(buf[wire.FrameHeaderSize+3]))
			break
		}
		got += length / (wire.HeaderSize + 9 + size)
		if frames%500 == 0 {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
		}
	}
	require.Equal(t, rows, got)
	require.Greater(t, frames, rows*size/wire.BatchFrameBody)
	require.Less(t, most, before.HeapInuse+64<<20, "of a gigabyte")
}

// TestAPeerThatDoesNotReadIsCutOff has a batch that names how long it may take.
func TestAPeerThatDoesNotReadIsCutOff(t *testing.T) {
	srv, c := withKeys(t)
	require.Zero(t, c.code(put("big", setString("s", string(make([]byte, 100_000)))).frame(t)))
	b := batchOf(make([]command, 2000)...)
	b.Timeout = 1000 // in which it is read, also by a loaded machine: else it is refused in few bytes
	for i := range b.rows {
		b.rows[i].command, b.rows[i].repeat = get("big"), i > 0
	}
	c.send(b.frame(t))
	require.Eventually(t, func() bool { return srv.Node(0).Connections() == 0 }, patience, time.Millisecond)
}

// TestBatchRepliesAreCompressed asks an Enterprise server.
func TestBatchRepliesAreCompressed(t *testing.T) {
	_, c := withKeys(t, aerospiketest.WithEnterprise())
	require.Zero(t, c.code(put("big", setString("s", string(make([]byte, 50<<10)))).frame(t)))
	b := batchOf(get("big"), get("k1"), get("big"), get("big"))
	b.Info1 |= wire.Info1CompressResponse
	plain := b.frame(t)
	packed, err := wire.AppendCompressed(nil, append(plain[:len(plain):len(plain)], nil...))
	require.NoError(t, err)
	for name, frame := range map[string][]byte{"request": plain, "compressed request": packed} {
		c.send(frame)
		for i := range 2 {
			first := c.reply()
			require.EqualValues(t, wire.FrameCompressed, first[1], name)
			frame, err := wire.AppendDecompressed(nil, first[wire.FrameHeaderSize:], 0)
			require.NoError(t, err)
			require.Len(t, parseAll(t, frame), []int{3, 1}[i])
		}
		require.Equal(t, wire.Info3Last, parse(t, c.reply()).Info3)
	}
	require.EqualValues(t, wire.FrameMessage, c.ask(get("big").frame(t))[1], "the next reply is not")
	community := aerospiketest.Start(t)
	require.Equal(t, wire.ResultEnterpriseOnly, dial(t, community.Addr()).code(packed))
	require.Equal(t, []wire.ResultCode{2, 2, 2, 2}, dial(t, community.Addr()).askBatch(plain).codes())
}
