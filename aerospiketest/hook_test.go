package aerospiketest_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestInjectedActions(t *testing.T) {
	add := put("k", op{wire.OpIncr, "n", wire.ParticleInt, intValue(1)}).frame(t)
	cases := []struct {
		name     string
		action   aerospiketest.Action
		executed bool
		check    func(c *rawConn)
	}{
		{"answer", aerospiketest.Answer(wire.ResultDeviceOverload), false, func(c *rawConn) {
			require.Equal(c.t, wire.ResultDeviceOverload, parse(c.t, c.reply()).ResultCode)
		}},
		{"close", aerospiketest.Close(), false, (*rawConn).closed},
		{"cut at 0", aerospiketest.CutReply(0), true, (*rawConn).closed},
		{"cut at 13", aerospiketest.CutReply(13), true, func(c *rawConn) {
			got, err := io.ReadAll(c.r)
			require.NoError(c.t, err)
			require.Equal(c.t, hexBytes(c.t, "0203000000000016 1600000000"), got)
		}},
		{"mute", aerospiketest.Mute(), false, (*rawConn).silent},
		{"mute the reply", aerospiketest.MuteReply(), true, (*rawConn).silent},
		{"garbage", aerospiketest.Garbage([]byte("garbage")), true, func(c *rawConn) {
			got := make([]byte, 7)
			_, err := io.ReadFull(c.r, got)
			require.NoError(c.t, err)
			require.Equal(c.t, "garbage", string(got))
		}},
		{"delay", aerospiketest.Delay(20 * time.Millisecond), true, func(c *rawConn) { c.reply() }},
		{"delayed reply", aerospiketest.DelayReply(20 * time.Millisecond), true, func(c *rawConn) { c.reply() }},
		{"delayed answer", aerospiketest.Answer(wire.ResultKeyBusy).Delayed(20 * time.Millisecond), false, func(c *rawConn) {
			require.Equal(c.t, wire.ResultKeyBusy, parse(c.t, c.reply()).ResultCode)
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			srv := aerospiketest.Start(t)
			c := dial(t, srv.Addr())
			require.Zero(t, c.code(put("k", setInt("n", 0)).frame(t)))
			hook := srv.Inject(tc.action, 1, aerospiketest.Writes())
			begin := time.Now()
			// The reply to a request before must get through in any case.
			c.send(append(get("k").frame(t), add...))
			require.Zero(t, parse(t, c.reply()).ResultCode)
			tc.check(c)
			if strings.HasPrefix(tc.name, "delay") {
				require.GreaterOrEqual(t, time.Since(begin), 20*time.Millisecond)
			}
			require.Equal(t, 1, hook.Taken())
			want := intValue(0)
			if tc.executed {
				want = intValue(1)
			}
			other := dial(t, srv.Addr())
			require.Equal(t, want, parse(t, other.ask(get("k").frame(t))).bin("n").value)
			require.Zero(t, other.code(add), "once means once")
		})
	}
}

func TestMutedConnectionStaysMute(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	srv.Inject(aerospiketest.Mute(), 1)
	c.send(get("k").frame(t), get("k").frame(t), wire.AppendInfo(nil, "node"))
	c.silent()
	require.NoError(t, c.nc.Close())
	require.Eventually(t, func() bool { return srv.Node(0).Connections() == 0 }, patience, time.Millisecond)
}

func TestAnsweredInfoAndAdminRequests(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	srv.Inject(aerospiketest.Answer(wire.ResultTimeout), 1, aerospiketest.InfoCommands("node"))
	require.Equal(t, "8.1.2.0", c.info("build"))
	require.Equal(t, "ERROR:9:the server ran out of time", c.info("node"))
	require.Equal(t, "BB9A1", c.info("node"))
	srv.Inject(aerospiketest.Answer(wire.ResultInvalidUser), 1, aerospiketest.AdminCommands(wire.AdminLogin))
	require.EqualValues(t, wire.ResultInvalidUser, c.ask(wire.AppendLogin(nil, "u", "p"))[9])
	require.EqualValues(t, wire.ResultSecurityNotSupported, c.ask(wire.AppendLogin(nil, "u", "p"))[9])
}

func TestFilters(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2)
	a, b := dial(t, srv.Node(0).Addr()), dial(t, srv.Node(1).Addr())
	hit := func(c *rawConn, cmd command) bool { return c.code(cmd.frame(t)) == wire.ResultKeyBusy }
	busy := aerospiketest.Answer(wire.ResultKeyBusy)
	write, read := put("k", setInt("a", 1)), get("k")

	h := srv.Inject(busy, 0, aerospiketest.OnNode(srv.Node(1)))
	require.False(t, hit(a, write))
	require.True(t, hit(b, write))
	require.True(t, hit(b, write), "0 is for ever")
	h.Remove()
	require.False(t, hit(b, write))
	h.Remove() // a second time does no harm

	h = srv.Inject(busy, 0, aerospiketest.Reads(), aerospiketest.OnDigest(digestOf("k")))
	require.False(t, hit(a, write))
	require.False(t, hit(a, get("other")))
	require.True(t, hit(a, read))
	h.Remove()

	h = srv.Inject(busy, 0, aerospiketest.WithOp(wire.OpTouch))
	require.False(t, hit(a, write))
	require.True(t, hit(a, put("k", op{t: wire.OpTouch})))
	h.Remove()

	h = srv.Inject(busy, 0, aerospiketest.Messages())
	require.NotEmpty(t, a.info("node"))
	require.True(t, hit(a, read))
	h.Remove()
}

func TestHookSeesTheRequest(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	var seen []aerospiketest.Request
	var frames [][]byte
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		seen = append(seen, *r)
		frames = append(frames, append([]byte{}, r.Frame...))
		return aerospiketest.Pass()
	})
	write := put("k", setInt("a", 1), op{t: wire.OpTouch}).inSet("s").with(wire.Header{TTL: 7}).frame(t)
	c.send(write)
	c.reply()
	c.send(wire.AppendInfo(nil, "node", "build"))
	c.reply()
	c.send(wire.AppendLogin(nil, "u", "p"))
	c.reply()

	require.Len(t, seen, 3)
	require.Equal(t, write, frames[0])
	require.Same(t, srv.Node(0), seen[0].Node)
	require.Equal(t, wire.FrameMessage, seen[0].Type)
	require.Equal(t, "test", seen[0].Namespace)
	require.Equal(t, "s", seen[0].Set)
	require.Equal(t, digestOf("k"), seen[0].Digest)
	require.Equal(t, []wire.OpType{wire.OpWrite, wire.OpTouch}, seen[0].Ops)
	require.EqualValues(t, 7, seen[0].Header.TTL)
	digest := digestOf("k")
	require.Equal(t, digest.Partition(), seen[0].Partition())
	require.Equal(t, []string{"node", "build"}, seen[1].Info)
	require.Equal(t, wire.AdminLogin, seen[2].Admin)
}

func TestCloseEndsDelays(t *testing.T) {
	srv, err := aerospiketest.New()
	require.NoError(t, err)
	c := dial(t, srv.Addr())
	entered := make(chan struct{})
	srv.Intercept(func(*aerospiketest.Request) aerospiketest.Action {
		close(entered)
		return aerospiketest.Delay(time.Hour)
	})
	c.send(get("k").frame(t))
	<-entered
	require.NoError(t, srv.Close())
	c.closed()
}
