package aerospiketest_test

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// batchModule has functions that read, write, fail and delete. The failure does not
// tell where the servers keep their modules.
const batchModule = `
function read(r) return aerospike:exists(r) and r.a or "none" end
function write(r, v)
  r.a = v
  if aerospike:exists(r) then return aerospike:update(r) end
  return aerospike:create(r)
end
function live(r, ttl)
  r.b = 7
  record.set_ttl(r, ttl)
  if aerospike:exists(r) then return aerospike:update(r) end
  return aerospike:create(r)
end
function remove(r) return aerospike:remove(r) end
function fail(r) error("no", 0) end
function several(r) return list{1, "two", map{three = 3}} end
`

// TestCallsInBatchesAreAnsweredLikeTheRealServer mixes calls of Lua functions with other
// rows.
func TestCallsInBatchesAreAnsweredLikeTheRealServer(t *testing.T) {
	p, g, seed, rounds := batchPair(t, 6)
	module := "b" + strconv.FormatInt(seed, 36)
	text := base64.StdEncoding.EncodeToString([]byte(batchModule))
	for _, c := range []*rawConn{p.real, p.fake} {
		addr := c.nc.RemoteAddr().String()
		reply := c.info(fmt.Sprintf("udf-put:filename=%s.lua;content=%s;content-len=%d;udf-type=LUA;", module, text, len(text)))
		require.NotContains(t, reply, "rror")
		defer func() { dial(t, addr).info("udf-remove:filename=" + module + ".lua;") }()
	}
	for i := range int(rounds) {
		g.begin(seed, i)
		p.history = nil
		for range 20 {
			b := g.batch()
			for i := range b.rows {
				if g.chance(60) {
					g.call(&b.rows[i].command, module)
				}
			}
			p.compareBatch(b.frame(t))
			g.compareRecords(p)
		}
		g.end(p)
	}
}

// call makes a command a call.
func (g *batchGenerator) call(c *command, module string) {
	function := pick(&g.generator, "read", "read", "write", "write", "write", "live", "live", "remove", "fail", "several", "missing")
	args := []byte{0x90}
	switch function {
	case "write":
		args = append([]byte{0x91}, pick(&g.generator, "\x05", "\xa3\x03ab", "\xc0", "\x92\x01\x02", "\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00")...)
	case "live":
		args = append([]byte{0x91}, pick(&g.generator, "\xcd\x03\xe8", "\x00", "\xff", "\xfe", "\xce\x7f\xff\xff\xff")...)
	}
	c.ops = nil
	c.Info2 |= wire.Info2Write
	c.Info2 &^= wire.Info2Delete
	c.fields = append(c.fields, field{wire.FieldUDFPackage, []byte(module)}, field{wire.FieldUDFFunction, []byte(function)},
		field{wire.FieldUDFArgs, args})
}
