package cluster

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// counter is a record with a number in bin n, on a real or embedded server.
type counter struct {
	digest wire.Digest
	read   bool
	pad    int // bytes of a second bin that an increment writes
}

func newCounter(key string) counter {
	return counter{digest: wire.NewDigest("demo", wire.ParticleString, []byte(key))}
}

func (r counter) AppendRequest(dst []byte, timeout uint32) ([]byte, error) {
	h := wire.Header{Info2: wire.Info2Write, Timeout: timeout}
	if r.read {
		h.Info1, h.Info2 = wire.Info1Read|wire.Info1GetAll, 0
	}
	var e wire.Encoder
	e.Begin(dst, &h)
	e.FieldString(wire.FieldNamespace, "test")
	e.FieldString(wire.FieldSet, "demo")
	e.Field(wire.FieldDigest, r.digest[:])
	if !r.read {
		e.Op(wire.OpIncr, "n", wire.ParticleInt, binary.BigEndian.AppendUint64(nil, 1))
	}
	if r.pad > 0 {
		e.Op(wire.OpWrite, "pad", wire.ParticleString, make([]byte, r.pad))
	}
	return e.End()
}

func (r counter) increment() *Command {
	cmd := put(r.digest.Partition())
	cmd.Request = r
	return cmd
}

func (r counter) fetch() *Command {
	r.read = true
	cmd := get(r.digest.Partition())
	cmd.Request = r
	return cmd
}

// value reads the counter, 0 if there is none.
func (r counter) value(t *testing.T, c *Cluster) int {
	t.Helper()
	reply, err := c.Do(t.Context(), r.fetch())
	if errors.Is(err, types.ErrRecordNotFound) {
		return 0
	}
	require.NoError(t, err)
	defer reply.Release()
	for op, ok := reply.Message.NextOp(); ok; op, ok = reply.Message.NextOp() {
		if string(op.Name) == "n" {
			return int(binary.BigEndian.Uint64(op.Value))
		}
	}
	t.Fatal("the record has no bin n")
	return 0
}

// add increments in spite of nodes that stop: a request on a connection that is just
// being closed is in doubt for the client, though such a node executes nothing more.
func (r counter) add(ctx context.Context, c *Cluster) error {
	cmd := r.increment()
	cmd.Idempotent = true
	reply, err := c.Do(ctx, cmd)
	if err == nil {
		reply.Release()
	}
	return err
}

// dialServer connects to an embedded server with a short interval.
func dialServer(t *testing.T, srv *aerospiketest.Server, change ...func(*Config)) *Cluster {
	t.Helper()
	cfg := Config{Seeds: []string{srv.Addr()}, TendInterval: 50 * time.Millisecond}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 10*time.Second, 5*time.Millisecond, what)
}

func TestServerNodesComeAndGo(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := dialServer(t, srv)
	require.Len(t, c.Nodes(), 3)
	require.True(t, c.current.Load().parts.complete())

	keys := make([]counter, 64)
	for i := range keys {
		keys[i] = newCounter(string(rune('0' + i)))
		require.NoError(t, keys[i].add(t.Context(), c))
	}
	third := srv.Node(2)
	require.NoError(t, third.Stop())
	for _, k := range keys {
		require.NoError(t, k.add(t.Context(), c))
	}
	eventually(t, "the stopped node is removed", func() bool { return len(c.Nodes()) == 2 })
	require.Nil(t, c.Node(third.Name()))

	require.NoError(t, third.Start())
	eventually(t, "it is found again", func() bool { return c.Node(third.Name()) != nil })
	require.NoError(t, third.Kill())
	eventually(t, "a killed node fails", func() bool { return !c.Node(third.Name()).Available() })
	srv.Settle()
	eventually(t, "it is removed once the others have noticed", func() bool { return c.Node(third.Name()) == nil })
	for _, k := range keys {
		require.NoError(t, k.add(t.Context(), c))
		require.Equal(t, 3, k.value(t, c))
	}
}

func TestServerPartitionsMove(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := dialServer(t, srv)
	k := newCounter("moving")
	pid := k.digest.Partition()
	for i := range 6 {
		to := srv.Node(i % 3)
		if i < 3 {
			require.NoError(t, srv.MovePartition("test", pid, to))
		} else {
			require.NoError(t, srv.MovePartitionSilently("test", pid, to))
		}
		require.NoError(t, k.add(t.Context(), c))
		if i >= 3 {
			srv.Settle()
		}
		eventually(t, "the map follows", func() bool {
			n, err := c.Locate(k.fetch(), 0)
			return err == nil && n.Name() == to.Name()
		})
	}
	require.Equal(t, 6, k.value(t, c))
}

// A restart of one node after another costs no errors: reads, writes that were not
// sent, and idempotent writes are all brought to an end within their second.
func TestServerRollingRestartShowsNoErrors(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := dialServer(t, srv)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var calls atomic.Int64
	for w := range 16 {
		k := newCounter(string(rune('a' + w)))
		require.NoError(t, k.add(t.Context(), c))
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				cmd := k.fetch()
				if i%2 == 0 {
					cmd = k.increment()
					cmd.Idempotent = true
				}
				reply, err := c.Do(t.Context(), cmd)
				if err != nil {
					t.Errorf("call failed: %v: %+v", err, asError(t, err).Attempts)
					return
				}
				reply.Release()
				calls.Add(1)
			}
		})
	}
	for range 2 {
		for _, n := range srv.Nodes() {
			require.NoError(t, n.Stop())
			eventually(t, "removed", func() bool { return c.Node(n.Name()) == nil })
			require.NoError(t, n.Start())
			eventually(t, "found again", func() bool { return c.Node(n.Name()) != nil })
		}
	}
	cancel()
	wg.Wait()
	require.Greater(t, calls.Load(), int64(100))
}

func TestServerFrozenNodeIsLeftBehindAndFoundAgain(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := dialServer(t, srv, func(cfg *Config) { cfg.InfoTimeout = 100 * time.Millisecond })
	frozen := srv.Node(1)
	frozen.Freeze()
	eventually(t, "its looks fail", func() bool { return !c.Node(frozen.Name()).Available() })
	before := srv.Node(0).Requests()
	eventually(t, "the others are looked at", func() bool { return srv.Node(0).Requests() > before+5 })
	frozen.Thaw()
	eventually(t, "it recovers", func() bool { return c.Node(frozen.Name()).Available() })
}

// halfWriter lets only so many bytes out after it has been armed, then breaks.
type halfWriter struct {
	net.Conn
	allow *atomic.Int64 // negative: no limit
}

func (w halfWriter) Write(p []byte) (int, error) {
	allow := w.allow.Load()
	if allow < 0 || len(p) < 100 { // info requests are shorter
		return w.Conn.Write(p)
	}
	n, _ := w.Conn.Write(p[:min(int64(len(p)), allow)])
	w.Conn.Close()
	return n, errors.New("broken pipe")
}

// A write is cut off at each point of its way, and what the caller is told is
// compared with what the server has done.
func TestServerInDoubtIsTheTruth(t *testing.T) {
	for _, test := range []struct {
		name     string
		inject   *aerospiketest.Action
		half     int64 // bytes that leave; negative for all
		executed int
		err      error
		inDoubt  bool
	}{
		{"half written", nil, 40, 1, nil, false}, // certainly not executed, so it was sent again
		{"not a byte written", nil, 0, 1, nil, false},
		{"closed before it was executed", new(aerospiketest.Close()), -1, 0, types.ErrConnection, true},
		{"executed, no reply, closed", new(aerospiketest.CutReply(0)), -1, 1, types.ErrConnection, true},
		{"executed, half a reply, closed", new(aerospiketest.CutReply(12)), -1, 1, types.ErrConnection, true},
		{"executed, no reply", new(aerospiketest.MuteReply()), -1, 1, types.ErrTimeout, true},
		{"not executed, no reply", new(aerospiketest.Mute()), -1, 0, types.ErrTimeout, true},
		{"executed, garbage", new(aerospiketest.Garbage([]byte("\x09garbage"))), -1, 1, types.ErrProtocol, true},
		{"executed late", new(aerospiketest.DelayReply(250 * time.Millisecond)), -1, 1, types.ErrTimeout, true},
		{"refused", new(aerospiketest.Answer(wire.ResultOutOfSpace)), -1, 0, types.ErrOutOfSpace, false},
		{"busy, then executed", new(aerospiketest.Answer(wire.ResultKeyBusy)), -1, 1, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := aerospiketest.Start(t)
			var allow atomic.Int64
			allow.Store(-1)
			c := dialServer(t, srv, func(cfg *Config) {
				cfg.Pool.MaxConns = 1
				cfg.Pool.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
					var d net.Dialer
					nc, err := d.DialContext(ctx, network, addr)
					return halfWriter{nc, &allow}, err
				}
			})
			observer := dialServer(t, srv)
			k := newCounter("key")
			k.pad = 200
			if test.inject != nil {
				srv.Inject(*test.inject, 1, aerospiketest.Writes())
			}
			if test.half >= 0 {
				allow.Store(test.half)
				timer := time.AfterFunc(50*time.Millisecond, func() { allow.Store(-1) })
				defer timer.Stop()
			}
			cmd := k.increment()
			cmd.AttemptTimeout = 200 * time.Millisecond
			reply, err := c.Do(t.Context(), cmd)
			if test.err == nil {
				require.NoError(t, err)
				reply.Release()
			} else {
				require.ErrorIs(t, err, test.err)
			}
			require.Equal(t, test.inDoubt, types.InDoubt(err))
			require.Equal(t, test.executed, k.value(t, observer))
			if test.half >= 0 {
				require.Negative(t, allow.Load(), "the first attempts were cut off")
			}
		})
	}
}

// With faults of every kind and retries on, the counter never exceeds the calls, and
// lies between those that succeeded and those that may have.
func TestServerNeverExecutesAWriteTwice(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	var n atomic.Int64
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if !r.IsWrite() {
			return aerospiketest.Pass()
		}
		switch n.Add(1) % 11 {
		case 1:
			return aerospiketest.CutReply(0)
		case 3:
			return aerospiketest.Close()
		case 5:
			return aerospiketest.Answer(wire.ResultKeyBusy)
		case 7:
			return aerospiketest.Answer(wire.ResultUnavailable)
		case 9:
			return aerospiketest.DelayReply(60 * time.Millisecond)
		}
		return aerospiketest.Pass()
	})
	c := dialServer(t, srv, func(cfg *Config) { cfg.Breaker.MaxFailures = -1 })
	k := newCounter("counter")
	var wg sync.WaitGroup
	var succeeded, doubtful, refused atomic.Int64
	for range 8 {
		wg.Go(func() {
			for range 50 {
				cmd := k.increment()
				cmd.AttemptTimeout, cmd.MaxRetries = 40*time.Millisecond, 5
				reply, err := c.Do(t.Context(), cmd)
				switch {
				case err == nil:
					reply.Release()
					succeeded.Add(1)
				case types.InDoubt(err):
					doubtful.Add(1)
				default:
					refused.Add(1)
				}
			}
		})
	}
	wg.Wait()
	value := int64(k.value(t, c))
	require.GreaterOrEqual(t, value, succeeded.Load())
	require.LessOrEqual(t, value, succeeded.Load()+doubtful.Load())
	require.Equal(t, int64(400), succeeded.Load()+doubtful.Load()+refused.Load())
	require.Positive(t, doubtful.Load())
}

func TestServerLoginAndTheRefusalOfIt(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithUsers(aerospiketest.User{Name: "u", Password: "right"}))
	auth, err := pool.NewAuth(pool.AuthInternal, "u", "right")
	require.NoError(t, err)
	const patient = time.Minute // a hash takes seconds where the machine is loaded
	c := dialServer(t, srv, func(cfg *Config) { cfg.Pool.Auth, cfg.Pool.DialTimeout = auth, patient })
	require.NoError(t, newCounter("k").add(t.Context(), c))

	wrong, err := pool.NewAuth(pool.AuthInternal, "u", "wrong")
	require.NoError(t, err)
	_, err = New(t.Context(), Config{Seeds: []string{srv.Addr()}, Pool: pool.Config{Auth: wrong, DialTimeout: patient}})
	refusal, ok := errors.AsType[*pool.LoginError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, wire.ResultInvalidCredential, refusal.Code)

	_, err = New(t.Context(), Config{Seeds: []string{srv.Addr()}})
	fault, ok := errors.AsType[*wire.InfoFault](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, wire.ResultNotAuthenticated, fault.Code)
}

func TestServerTakesCompressedRequests(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithEnterprise())
	var compressed atomic.Int64
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameCompressed {
			compressed.Add(1)
		}
		return aerospiketest.Pass()
	})
	c := dialServer(t, srv)
	k := newCounter("big")
	k.pad = 10000
	cmd := k.increment()
	cmd.Compress = true
	reply, err := c.Do(t.Context(), cmd)
	require.NoError(t, err)
	reply.Release()
	k.pad = 0
	cmd = k.increment()
	cmd.Compress = true // below the limit: sent as it is
	reply, err = c.Do(t.Context(), cmd)
	require.NoError(t, err)
	reply.Release()
	require.Equal(t, 2, k.value(t, c))
	require.Equal(t, int64(1), compressed.Load())
}

func TestServerSaysThatANamespaceIsUnknown(t *testing.T) {
	c := dialServer(t, aerospiketest.Start(t))
	cmd := newCounter("k").increment()
	cmd.Namespace = "nowhere"
	request := cmd.Request.(counter)
	cmd.Request = inNamespace{request, "nowhere"}
	start := time.Now()
	_, err := c.Do(t.Context(), cmd)
	require.ErrorIs(t, err, types.ErrNamespace)
	require.Less(t, time.Since(start), time.Second, "at once, not at the end of the budget")
}

// inNamespace is a read of a record in another namespace.
type inNamespace struct {
	counter
	namespace string
}

func (r inNamespace) AppendRequest(dst []byte, timeout uint32) ([]byte, error) {
	var e wire.Encoder
	e.Begin(dst, &wire.Header{Info1: wire.Info1Read | wire.Info1GetAll, Timeout: timeout})
	e.FieldString(wire.FieldNamespace, r.namespace)
	e.Field(wire.FieldDigest, r.digest[:])
	return e.End()
}
