package aerospiketest_test

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// realServer returns the address of a real server to compare with, or skips.
func realServer(t *testing.T) string {
	host, port := os.Getenv("AEROSPIKE_HOST"), os.Getenv("AEROSPIKE_PORT")
	if host == "" {
		t.Skip("SKIPPED: set AEROSPIKE_HOST and AEROSPIKE_PORT to compare the embedded server with a real one")
	}
	if port == "" {
		port = "3000"
	}
	return net.JoinHostPort(host, port)
}

// TestAnswersLikeTheRealServer sends random sequences of single-record commands,
// legal and illegal, to both servers and compares every reply byte for byte.
// AEROSPIKE_DIFF_SEED repeats a run, AEROSPIKE_DIFF_ROUNDS makes it longer.
func TestAnswersLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	seed := envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	rounds := envInt("AEROSPIKE_DIFF_ROUNDS", 300)
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	srv := aerospiketest.Start(t)
	p := &pairOfServers{t: t, real: dial(t, addr), fake: dial(t, srv.Addr())}
	g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 1)), set: "d" + strconv.FormatInt(seed, 36)}
	for i := range int(rounds) {
		g.digest = digestOf(fmt.Sprintf("%d/%d", seed, i))
		p.history = nil
		for range 40 {
			p.compare(g.command().frame(t))
		}
		p.compare(remove("").on(g.digest).frame(t)) // leave nothing behind
	}
}

func envInt(name string, fallback int64) int64 {
	if n, err := strconv.ParseInt(os.Getenv(name), 10, 64); err == nil {
		return n
	}
	return fallback
}

// TestRefusesMalformedRequestsLikeTheRealServer damages lengths, counts and types of
// random commands.
func TestRefusesMalformedRequestsLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	seed := envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano())
	rounds := envInt("AEROSPIKE_DIFF_ROUNDS", 300)
	t.Logf("AEROSPIKE_DIFF_SEED=%d", seed)
	srv := aerospiketest.Start(t)
	p := &pairOfServers{t: t, real: dial(t, addr), fake: dial(t, srv.Addr())}
	g := &generator{r: rand.New(rand.NewPCG(uint64(seed), 2)), set: "m" + strconv.FormatInt(seed, 36)}
	for i := range int(rounds) {
		g.digest = digestOf(fmt.Sprintf("%d/%d", seed, i))
		p.history = nil
		for range 40 {
			if frame := g.damage(g.command().frame(t)); harmless(frame) {
				p.compare(frame)
			}
		}
		p.compare(remove("").on(g.digest).frame(t))
	}
}

func (c command) on(d wire.Digest) command {
	c.digest = d
	return c
}

// harmless reports whether a message is none that starts a batch or a query, calls
// Lua, or has a list that may crash the real server.
func harmless(frame []byte) bool {
	body := append([]byte{}, frame[wire.FrameHeaderSize:]...)
	if len(body) < wire.HeaderSize {
		return len(body) > 1 // of a shorter one the server reads what is not there
	}
	body[0] = wire.HeaderSize
	m, err := wire.ParseMessage(body)
	if err != nil || m.Info1&(wire.Info1Batch|wire.Info1XDR|wire.Info1CompressResponse) != 0 {
		return false
	}
	digest := false
	for f, ok := m.NextField(); ok; f, ok = m.NextField() {
		digest = digest || f.Type == wire.FieldDigest
	}
	for o, ok := m.NextOp(); ok; o, ok = m.NextOp() {
		switch o.Type {
		case wire.OpCDTRead, wire.OpCDTModify, wire.OpExpRead, wire.OpExpModify, wire.OpBitRead, wire.OpBitModify,
			wire.OpHLLRead, wire.OpHLLModify:
			return false
		}
		switch o.Particle {
		case wire.ParticleList, wire.ParticleMap, wire.ParticleGeoJSON, wire.ParticleHLL:
			return false
		}
	}
	return digest || m.Finish() != nil
}

// TestInfoAnswersLikeTheRealServer asks a single real node what the table of
// recorded answers has.
func TestInfoAnswersLikeTheRealServer(t *testing.T) {
	c := dial(t, realServer(t))
	id := c.info("node")
	for command, want := range infoAnswers {
		switch command {
		case "partition-generation", "rebalance-generation", "cluster-name", "latencies:hist={test}-read", "query-show", "udf-list":
			continue // depend on its history and configuration
		}
		if want == "BB9A1" {
			want = id
		}
		require.Equal(t, want, c.info(command), command)
	}
}

// pairOfServers sends the same to a real and to the embedded server.
type pairOfServers struct {
	t          *testing.T
	real, fake *rawConn
	history    []string
}

func (p *pairOfServers) compare(frame []byte) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	require.NoError(p.t, p.real.nc.SetDeadline(deadline))
	require.NoError(p.t, p.fake.nc.SetDeadline(deadline))
	p.history = append(p.history, hex.EncodeToString(frame))
	p.real.send(frame)
	p.fake.send(frame)
	want, realErr := p.real.read()
	got, fakeErr := p.fake.read()
	levelVoidTimes(want, got)
	if realErr != nil || fakeErr != nil || string(want) != string(got) {
		for _, h := range p.history {
			p.t.Log("sent ", h)
		}
		p.t.Fatalf("the servers differ\nreal      %x %v\nembedded  %x %v", want, realErr, got, fakeErr)
	}
}

// levelVoidTimes makes the void times of two replies equal if they are at most two
// seconds apart: the servers did not take the request up at the same moment.
func levelVoidTimes(want, got []byte) {
	const at = wire.FrameHeaderSize + 10
	if len(want) < at+4 || len(got) < at+4 {
		return
	}
	a, b := binary.BigEndian.Uint32(want[at:]), binary.BigEndian.Uint32(got[at:])
	if a != 0 && b != 0 && max(a, b)-min(a, b) <= 2 {
		copy(got[at:], want[at:at+4])
	}
}
