package aerospiketest_test

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// query is a message without a digest.
type query struct {
	wire.Header
	namespace string // "test" if empty, none if "-"
	set       string
	fields    []field
	ops       []op
}

// scanOf asks for all records of a set in some partitions.
func scanOf(set string, pids ...int) query {
	return query{
		Header: wire.Header{Info1: wire.Info1Read | wire.Info1GetAll, Info3: wire.Info3PartitionDone},
		set:    set,
		fields: []field{{wire.FieldPartitionIDs, pidArray(pids...)}},
	}
}

func (q query) with(t wire.FieldType, data []byte) query {
	q.fields = append(slices.Clip(q.fields), field{t, data})
	return q
}

func (q query) without(t wire.FieldType) query {
	q.fields = slices.DeleteFunc(slices.Clone(q.fields), func(f field) bool { return f.t == t })
	return q
}

func (q query) task(id uint64) query { return q.with(wire.FieldTaskID, uint64Value(id)) }

func (q query) max(n uint64) query { return q.with(wire.FieldMaxRecords, uint64Value(n)) }

func (q query) short() query {
	q.Info1 |= wire.Info1ShortQuery
	return q
}

// after resumes partitions behind digests.
func (q query) after(digests ...wire.Digest) query {
	var all []byte
	for _, d := range digests {
		all = append(all, d[:]...)
	}
	return q.with(wire.FieldDigests, all)
}

func (q query) frame(t testing.TB) []byte {
	t.Helper()
	var e wire.Encoder
	e.Begin(nil, &q.Header)
	switch q.namespace {
	case "":
		e.FieldString(wire.FieldNamespace, "test")
	case "-":
	default:
		e.FieldString(wire.FieldNamespace, q.namespace)
	}
	if q.set != "" {
		e.FieldString(wire.FieldSet, q.set)
	}
	for _, f := range q.fields {
		e.Field(f.t, f.data)
	}
	for _, o := range q.ops {
		e.Op(o.t, o.name, o.p, o.value)
	}
	frame, err := e.End()
	require.NoError(t, err)
	return frame
}

func uint64Value(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func uint32Value(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func pidArray(pids ...int) (b []byte) {
	for _, pid := range pids {
		b = binary.LittleEndian.AppendUint16(b, uint16(pid))
	}
	return b
}

// allPartitions are the numbers of all partitions.
func allPartitions() []int {
	pids := make([]int, wire.Partitions)
	for i := range pids {
		pids[i] = i
	}
	return pids
}

// row is a record that a query returned.
type row struct {
	result
	namespace, set string
	digest         wire.Digest
	key            []byte
	value          []byte   // in the index, as it came
	fields         []string // in their order
}

// rows is the reply to a query.
type rows struct {
	rows   []row
	failed []int // partitions that the node cannot serve
	frames int
	last   bool // there was an end mark
	apart  bool // the end mark had a frame of its own
	code   wire.ResultCode
}

// rows sends a query and reads the whole reply.
func (c *rawConn) rows(q query) rows {
	c.t.Helper()
	c.send(q.frame(c.t))
	reply, err := c.readRows()
	require.NoError(c.t, err)
	return reply
}

// readRows reads the reply to a query. On an error it returns what came before.
func (c *rawConn) readRows() (reply rows, err error) {
	c.t.Helper()
	for {
		frame, err := c.read()
		if err != nil {
			return reply, err
		}
		reply.frames++
		if reply.take(c.t, frame[wire.FrameHeaderSize:]) {
			return reply, nil
		}
	}
}

// take reads the messages of a frame. It reports whether the reply has ended.
func (reply *rows) take(t testing.TB, body []byte) (ended bool) {
	t.Helper()
	for first := true; len(body) > 0; first = false {
		require.False(t, ended, "a message follows the end mark")
		m, err := wire.ParseMessage(body)
		require.NoError(t, err)
		r := row{result: result{Header: m.Header}}
		for f, ok := m.NextField(); ok; f, ok = m.NextField() {
			r.adopt(f)
		}
		for o, ok := m.NextOp(); ok; o, ok = m.NextOp() {
			r.ops = append(r.ops, op{o.Type, string(o.Name), o.Particle, o.Value})
		}
		require.NoError(t, m.Err())
		body = m.Rest()
		switch {
		case m.Info3&wire.Info3Last != 0:
			reply.last, reply.code, reply.apart, ended = true, m.ResultCode, first && len(body) == 0, true
		case m.Info3&wire.Info3PartitionDone != 0:
			require.Equal(t, wire.ResultUnavailable, m.ResultCode)
			reply.failed = append(reply.failed, int(m.Generation))
		case m.ResultCode != wire.ResultOK:
			require.Zero(t, m.Info3)
			reply.code, ended = m.ResultCode, true
		default:
			reply.rows = append(reply.rows, r)
		}
	}
	return ended
}

func (r *row) adopt(f wire.Field) {
	switch f.Type {
	case wire.FieldNamespace:
		r.namespace = string(f.Data)
		r.fields = append(r.fields, "namespace")
	case wire.FieldDigest:
		r.digest = wire.Digest(f.Data)
		r.fields = append(r.fields, "digest")
	case wire.FieldSet:
		r.set = string(f.Data)
		r.fields = append(r.fields, "set")
	case wire.FieldKey:
		r.key = f.Data
		r.fields = append(r.fields, "key")
	case wire.FieldBinValues:
		r.value = f.Data
		r.fields = append(r.fields, "value")
	default:
		r.fields = append(r.fields, "?")
	}
}

// digests are those of the records returned, in order.
func (reply *rows) digests() []wire.Digest {
	list := make([]wire.Digest, len(reply.rows))
	for i := range list {
		list[i] = reply.rows[i].digest
	}
	return list
}

// loadRecords writes n records with the bin n, some with their key, and returns their
// digests.
func loadRecords(t testing.TB, c *rawConn, set string, n int) []wire.Digest {
	t.Helper()
	require.NoError(t, c.nc.SetDeadline(time.Now().Add(time.Minute)))
	digests := make([]wire.Digest, n)
	const batch = 256
	for at := 0; at < n; at += batch {
		var frames []byte
		end := min(at+batch, n)
		for i := at; i < end; i++ {
			key := intValue(int64(i))
			digests[i] = wire.NewDigest(set, wire.ParticleInt, key)
			cmd := put("", setInt("n", int64(i)), setString("s", "text")).on(digests[i])
			cmd.set = set
			if i%2 == 0 {
				cmd.fields = []field{{wire.FieldKey, append([]byte{byte(wire.ParticleInt)}, key...)}}
			}
			frames = append(frames, cmd.frame(t)...)
		}
		c.send(frames)
		for range end - at {
			require.Equal(t, wire.ResultOK, parse(t, c.reply()).ResultCode)
		}
	}
	require.NoError(t, c.nc.SetDeadline(time.Now().Add(patience)))
	return digests
}
