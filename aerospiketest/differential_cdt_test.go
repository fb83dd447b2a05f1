package aerospiketest_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// commandsPerRound is how many commands are sent to a record before it is read as a
// whole.
const commandsPerRound = 40

// TestCollectionsAnswerLikeTheRealServer sends random operations on lists, maps,
// bits and HyperLogLogs, expressions and path expressions to both servers and
// compares every reply and what is stored in the end. Of its environment:
//
//	AEROSPIKE_DIFF_SEED      repeats a run
//	AEROSPIKE_DIFF_OPS       how many operations, 20,000 by default
//	AEROSPIKE_DIFF_FAMILY    only list, map, context, bit, hll, expression or path
//	AEROSPIKE_DIFF_FINDINGS  after how many differences to stop, 1 by default
//	AEROSPIKE_DIFF_OTHER     host:port of a server to compare with instead of the embedded one
//	AEROSPIKE_DIFF_RECORD    "1" keeps the differences in testdata/differences
func TestCollectionsAnswerLikeTheRealServer(t *testing.T) {
	addr := realServer(t)
	d := &differential{
		seed:     envInt("AEROSPIKE_DIFF_SEED", time.Now().UnixNano()),
		family:   cmp.Or(os.Getenv("AEROSPIKE_DIFF_FAMILY"), "all"),
		left:     envInt("AEROSPIKE_DIFF_OPS", 20_000),
		findings: int(envInt("AEROSPIKE_DIFF_FINDINGS", 1)),
		seen:     coverage{},
		kinds:    map[string]bool{},
	}
	t.Logf("AEROSPIKE_DIFF_SEED=%d AEROSPIKE_DIFF_FAMILY=%s", d.seed, d.family)
	other := os.Getenv("AEROSPIKE_DIFF_OTHER")
	if other == "" {
		other = aerospiketest.Start(t).Addr()
	}
	d.run(t, addr, other)
	d.seen.log(t)
	t.Logf("%d operations, %d differences", d.ops, len(d.found))
	if d.ops >= 20_000 && len(d.found) == 0 {
		require.Empty(t, d.seen.missing(d.family), "never succeeded: the generator makes errors only")
	}
	d.report(t)
}

// differential is one run of workers that compare the servers.
type differential struct {
	seed     int64
	family   string
	findings int

	mu    sync.Mutex
	left  int64
	round int
	ops   int
	seen  coverage
	found []*difference
	kinds map[string]bool // what is found already
}

func (d *differential) run(t *testing.T, realAddr, fakeAddr string) {
	warmUp(t, realAddr)
	var workers sync.WaitGroup
	for range 4 {
		// It ends when there are no operations left, or enough differences.
		workers.Go(func() { d.work(t, &pair{t: t, real: peer{addr: realAddr}, fake: peer{addr: fakeAddr}}) })
	}
	workers.Wait()
}

// warmUp has the real server parse GeoJSON once: of the first ones after its start,
// those that several connections send at once are refused as invalid.
func warmUp(t *testing.T, addr string) {
	p := peer{addr: addr}
	defer p.close()
	p.exchange([][]byte{
		put("warm", op{wire.OpWrite, "g", wire.ParticleGeoJSON, wire.AppendGeoJSON(nil, `{"type":"Point","coordinates":[1,2]}`)}).frame(t),
		remove("warm").frame(t),
	})
	require.NoError(t, p.err)
}

// next hands out a round; the order of rounds does not matter to what is in them.
func (d *differential) next() (round int, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.round++
	return d.round, d.left > 0 && len(d.found) < d.findings
}

func (d *differential) work(t *testing.T, p *pair) {
	defer p.real.close()
	defer p.fake.close()
	seen := coverage{}
	for {
		round, ok := d.next()
		if !ok {
			break
		}
		g := newCollectionGenerator(d.seed, round)
		steps := g.round(d.family, commandsPerRound)
		result := p.run(commandsOf(steps))
		ops := seen.note(steps, result.want)
		if result.at >= 0 {
			d.add(t, p, result)
		}
		gone := remove("").on(g.digest) // leave nothing behind
		gone.set = g.set
		p.run([]command{gone})
		d.mu.Lock()
		d.ops += ops
		d.left -= int64(ops)
		d.mu.Unlock()
	}
	d.mu.Lock()
	d.seen.add(seen)
	d.mu.Unlock()
}

// newCollectionGenerator makes the generator of one round. Every reply is compared byte
// for byte, also where the documentation calls an order unspecified. What is left out,
// because it crashes a real server of version 8.1.2.0, breaks what it has stored, or
// has it read beyond its memory:
//
//   - a whole list with the bit for a persisted index; an empty msgpack string
//   - to lists: values with an invalid list or map in them, see unstorable
//   - sorting a list with a persisted index, see generator.persist
//   - on maps: an empty list of keys or values with an inverted return type
//   - on maps with a persisted index: one value, or a context step by value, that is
//     not found, see returnType and step
//   - a context that creates at a negative index, see createIndex
//   - shifts of bits in parts by more than there are, see bitInstruction
//   - integers divided by -1, see divisor; a wildcard as a condition's branch
//   - calls on nil, but of lists and maps that stand alone, see creatingCall
//   - paths that modify: through ordered lists within others, of bins with a persisted
//     index, with a key twice, with values of 31 bytes and more, with text and bytes from
//     calls, with removals that shorten one of several heads, see applied
//   - in paths: loop variables in a filter behind a map's index or rank, see and
//
// Left out as well is NaN in lists and maps: it equals every number, so that ordered
// lists with it have no order to be checked.
func newCollectionGenerator(seed int64, round int) *generator {
	g := &generator{r: rand.New(rand.NewPCG(uint64(seed), uint64(round))), set: "c" + strconv.FormatInt(seed&0xffffff|0x1000000, 36)}
	g.digest = digestOf(fmt.Sprintf("%d/%d", seed, round))
	return g
}

func commandsOf(steps []step) []command {
	commands := make([]command, len(steps))
	for i, s := range steps {
		commands[i] = s.command
	}
	return commands
}

// add takes up a difference, unless one of its kind is known.
func (d *differential) add(t *testing.T, p *pair, found *difference) {
	if p.real.err != nil { // it crashed, perhaps of what another worker sent
		d.mu.Lock()
		defer d.mu.Unlock()
		d.left = 0
		found.commands = found.commands[:found.at+1]
		d.found = append(d.found, found)
		t.Logf("the real server does not answer: %v\n%s", p.real.err, found.describe("last commands"))
		return
	}
	found = p.minimise(found)
	d.mu.Lock()
	defer d.mu.Unlock()
	if kind := found.kind(); !d.kinds[kind] && len(d.found) < d.findings {
		d.kinds[kind] = true
		d.found = append(d.found, found)
		t.Logf("difference %d, round found by seed %d:\n%s", len(d.found), d.seed, found.describe("found"))
	}
}

// kind tells differences apart: by the last command's operations and the codes.
func (d *difference) kind() string {
	c := d.commands[d.at]
	kind := fmt.Sprint(replyCode(d.want[d.at]), replyCode(d.got[d.at]))
	for _, o := range c.ops {
		kind += fmt.Sprintf(" %d %.3x", o.t, o.value)
	}
	return kind
}

func replyCode(frame []byte) int {
	if len(frame) < 14 {
		return -1
	}
	return int(frame[13])
}

// describe renders a difference as a case with the real server's replies, and that
// of the embedded server as a comment.
func (d *difference) describe(name string) string {
	rc := recordedCase{name: name, commands: d.commands}
	for i := range d.commands {
		rc.replies = append(rc.replies, describeReply(d.want[i]))
	}
	return rc.describe() + "# the embedded server answered " + describeReply(d.got[d.at])
}

// report fails the test if there are differences, and keeps them if asked to.
func (d *differential) report(t *testing.T) {
	for i, found := range d.found {
		name := fmt.Sprintf("%s-%d-%d", d.family, d.seed, i)
		if os.Getenv("AEROSPIKE_DIFF_RECORD") == "1" {
			file := filepath.Join("testdata", "differences", name+".txt")
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, []byte(found.describe(name)), 0o644))
		}
		t.Errorf("the servers differ: see difference %d above", i+1)
	}
}
