package aerospiketest_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// startOfTime is what the fake clocks of these tests begin with: second 1000000 of
// Aerospike's time.
var startOfTime = time.Unix(wire.Epoch+1_000_000, 0)

const startSecond = 1_000_000

func TestTTLOfWrites(t *testing.T) {
	const day = 86400
	cases := []struct {
		name       string
		defaultTTL time.Duration
		first, ttl uint32 // of two writes, an hour apart; first 1 is none
		want       uint32 // void time
	}{
		{"no default", 0, 1, 0, 0},
		{"default", 24 * time.Hour, 1, 0, startSecond + 3600 + day},
		{"seconds", 0, 1, 100, startSecond + 3700},
		{"never, despite a default", 24 * time.Hour, 1, wire.TTLNeverExpire, 0},
		{"keep, of a new record, is the default", 24 * time.Hour, 1, wire.TTLDontUpdate, startSecond + 3600 + day},
		{"keep", 0, 5000, wire.TTLDontUpdate, startSecond + 5000},
		{"keep forever", 0, 0, wire.TTLDontUpdate, 0},
		{"renew", 0, 5000, 5000, startSecond + 8600},
		{"back to never", 0, 5000, 0, 0},
		{"ten years", 0, 1, wire.MaxTTL, startSecond + 3600 + wire.MaxTTL},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			clock := aerospiketest.NewClock(startOfTime)
			srv := aerospiketest.Start(t, aerospiketest.WithClock(clock),
				aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", DefaultTTL: tc.defaultTTL}))
			c := dial(t, srv.Addr())
			if tc.first != 1 {
				require.Zero(t, c.code(put("k", setInt("a", 1)).with(wire.Header{TTL: tc.first}).frame(t)))
			}
			clock.Advance(time.Hour)
			r := parse(t, c.ask(put("k", setInt("a", 1)).with(wire.Header{TTL: tc.ttl}).frame(t)))
			require.Zero(t, r.ResultCode)
			require.Equal(t, tc.want, r.TTL, "void time in the reply to the write")
			require.Equal(t, tc.want, parse(t, c.ask(get("k").frame(t))).TTL, "void time in the reply to a read")
		})
	}
}

// expired starts a server with a record of generation 2 whose time has just run out.
func expired(t *testing.T) (*rawConn, *aerospiketest.Server, *aerospiketest.Clock) {
	clock := aerospiketest.NewClock(startOfTime)
	srv := aerospiketest.Start(t, aerospiketest.WithClock(clock))
	c := dial(t, srv.Addr())
	frame := put("k", setInt("a", 1)).with(wire.Header{TTL: 10}).frame(t)
	require.Zero(t, c.code(frame))
	require.Zero(t, c.code(frame))
	clock.Advance(10*time.Second + 999*time.Millisecond)
	require.Zero(t, c.code(get("k").frame(t)), "the second of the void time is still life")
	clock.Advance(time.Millisecond)
	return c, srv, clock
}

func TestExpiredRecordIsNotFoundButStillDescribed(t *testing.T) {
	c, _, _ := expired(t)
	for _, cmd := range []command{get("k"), put("k", setInt("a", 1)).with(wire.Header{Info3: wire.Info3UpdateOnly})} {
		r := parse(t, c.ask(cmd.frame(t)))
		require.Equal(t, wire.ResultNotFound, r.ResultCode)
		require.EqualValues(t, 2, r.Generation)
		require.EqualValues(t, startSecond+10, r.TTL)
	}
}

func TestWriteOverAnExpiredRecordBeginsAnew(t *testing.T) {
	c, srv, _ := expired(t)
	r := parse(t, c.ask(put("k", setInt("b", 2)).with(wire.Header{Info2: wire.Info2CreateOnly}).frame(t)))
	require.Zero(t, r.ResultCode)
	require.EqualValues(t, 1, r.Generation)
	require.Zero(t, r.TTL)
	require.Len(t, parse(t, c.ask(get("k").frame(t))).ops, 1)
	require.EqualValues(t, 1, srv.Objects("test"))
}

func TestExpiredRecordCanBeDeletedUntilItIsReaped(t *testing.T) {
	c, srv, clock := expired(t)
	require.Zero(t, c.code(remove("k").frame(t)))

	require.Zero(t, c.code(put("k", setInt("a", 1)).with(wire.Header{TTL: 10}).frame(t)))
	clock.Advance(10*time.Second + aerospiketest.DefaultReapAfter)
	require.EqualValues(t, 1, srv.Objects("test"))
	clock.Advance(time.Second)
	require.Zero(t, srv.Objects("test"))
	require.Equal(t, wire.ResultNotFound, c.code(remove("k").frame(t)))
}

func TestReadTouch(t *testing.T) {
	cases := []struct {
		name    string
		percent uint32
		config  int
		after   time.Duration // of a write with a TTL of 1000 s
		code    wire.ResultCode
		touched bool
	}{
		{"early", 80, 0, 199 * time.Second, 0, false},
		{"late", 80, 0, 200 * time.Second, 0, true},
		{"always", 100, 0, 0, 0, false}, // it gains nothing
		{"always, a second later", 100, 0, time.Second, 0, true},
		{"one percent", 1, 0, 989 * time.Second, 0, false},
		{"one percent, at the end", 1, 0, 990 * time.Second, 0, true},
		{"never", wire.ReadTouchNever, 100, 999 * time.Second, 0, false},
		{"no default", wire.ReadTouchDefault, 0, 999 * time.Second, 0, false},
		{"default", wire.ReadTouchDefault, 50, 500 * time.Second, 0, true},
		{"illegal", 101, 0, 0, wire.ResultParameter, false},
		{"-2", math.MaxUint32 - 1, 0, 0, wire.ResultParameter, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			clock := aerospiketest.NewClock(startOfTime)
			srv := aerospiketest.Start(t, aerospiketest.WithClock(clock),
				aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "test", DefaultReadTouch: tc.config}))
			c := dial(t, srv.Addr())
			require.Zero(t, c.code(put("k", setInt("a", 1)).with(wire.Header{TTL: 1000}).frame(t)))
			require.Zero(t, c.code(put("eternal", setInt("a", 1)).frame(t)))
			require.Zero(t, c.code(get("eternal").with(wire.Header{TTL: tc.percent}).frame(t)))
			clock.Advance(tc.after)
			r := parse(t, c.ask(get("k").with(wire.Header{TTL: tc.percent}).frame(t)))
			require.Equal(t, tc.code, r.ResultCode)
			require.EqualValues(t, startSecond+1000, r.TTL, "the reply tells the time before the touch")
			want := uint32(startSecond + 1000)
			if tc.touched {
				want += uint32(tc.after / time.Second)
			}
			r = parse(t, c.ask(get("k").with(wire.Header{TTL: wire.ReadTouchNever}).frame(t)))
			require.Equal(t, want, r.TTL)
			require.EqualValues(t, 1, r.Generation)
		})
	}
}

func TestRealClock(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	before := uint32(time.Now().Unix() - wire.Epoch)
	void := parse(t, c.ask(put("k", setInt("a", 1)).with(wire.Header{TTL: 100}).frame(t))).TTL
	after := uint32(time.Now().Unix() - wire.Epoch)
	require.GreaterOrEqual(t, void, before+100)
	require.LessOrEqual(t, void, after+100)
	srv.Clock().Advance(time.Hour)
	require.Zero(t, c.code(get("k").frame(t)), "the real clock cannot be moved")
}
