package lua

import (
	"encoding/binary"
	"strings"
	"time"

	gopher "github.com/yuin/gopher-lua"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// aerospike is the object on which scripts ask for changes.
type aerospike struct{}

var recordFunctions = map[string]native{
	"ttl":              func(c *args) []gopher.LValue { return c.known(func(s *snapshot) any { return int64(s.TTL) }) },
	"last_update_time": func(c *args) []gopher.LValue { return c.known(func(s *snapshot) any { return int64(s.LastUpdate) }) },
	"gen":              func(c *args) []gopher.LValue { return c.known(func(s *snapshot) any { return int64(s.Generation) }) },
	"size":             func(c *args) []gopher.LValue { return c.known(func(s *snapshot) any { return int64(s.Size) }) },
	"memory_size":      func(c *args) []gopher.LValue { return c.known(func(s *snapshot) any { return int64(s.Size) }) },
	"device_size":      func(c *args) []gopher.LValue { return c.known(func(*snapshot) any { return int64(0) }) },
	"numbins":          func(c *args) []gopher.LValue { return c.known(func(s *snapshot) any { return int64(len(s.bins)) }) },
	"key":              recordKey,
	"setname":          recordSetName,
	"digest":           recordDigest,
	"bin_names":        recordBinNames,
	"set_ttl":          recordSetTTL,
	"drop_key":         recordDropKey,
}

var recordMethods = map[string]native{
	"__index":    recordGet,
	"__newindex": recordSet,
}

// record returns argument i as a record: what can be read of it, and, unless it comes
// from a stream, what can be changed.
func (c *args) record(i int) (*snapshot, *call) {
	switch r := boxed[any](c, i, "Record").(type) {
	case *call:
		return &r.snapshot, r
	case *snapshot:
		return r, nil
	}
	c.refuseType(i, "Record")
	return nil, nil
}

// exists reports whether there is a record to tell of.
func exists(s *snapshot, r *call) bool { return r == nil && s.Exists || r != nil && r.open }

// known returns a property of a record, 0 of one that does not exist.
func (c *args) known(of func(*snapshot) any) []gopher.LValue {
	s, r := c.record(1)
	if !exists(s, r) {
		return oneInt(0)
	}
	return one(c.m.push(of(s)))
}

func recordGet(c *args) []gopher.LValue {
	s, r := c.record(1)
	if c.missing(2) {
		return one(gopher.LNil)
	}
	name := cString(c.text(2))
	if len(name) > wire.MaxBinName {
		return one(gopher.LNil)
	}
	if r == nil {
		v := s.find(name)
		c.m.takeValue(v)
		return one(c.m.push(v))
	}
	v := r.get(name)
	c.m.takeValue(v)
	return one(c.m.push(v))
}

// takeValue counts the memory of a value that came from a record.
func (m *machine) takeValue(v any) {
	switch x := v.(type) {
	case string:
		m.take(len(x))
	case *blob:
		m.take(len(x.data))
	case *list:
		m.take(len(x.items) * itemCost)
	case *dictionary:
		m.take(len(x.pairs) * 2 * itemCost)
	}
}

func recordSet(c *args) []gopher.LValue {
	_, r := c.record(1)
	if c.missing(2) {
		return none
	}
	name := cString(c.text(2))
	v, ok := pull(c.get(3))
	if !ok {
		c.raise("can't set bin %s to unsupported type", name)
	}
	if r != nil && len(name) <= wire.MaxBinName {
		r.keep(name, v, true)
	}
	return none
}

func recordKey(c *args) []gopher.LValue {
	s, r := c.record(1)
	if !exists(s, r) || len(s.Key) == 0 || r != nil && r.dropKey {
		return one(gopher.LNil)
	}
	data := s.Key[1:]
	switch wire.ParticleType(s.Key[0]) {
	case wire.ParticleInt:
		if len(data) == 8 {
			return one(c.m.push(int64(binary.BigEndian.Uint64(data))))
		}
	case wire.ParticleString:
		return one(gopher.LString(cString(string(data))))
	case wire.ParticleBlob:
		return one(c.m.push(&blob{append([]byte(nil), data...), wire.ParticleBlob}))
	}
	return one(gopher.LNil)
}

func recordSetName(c *args) []gopher.LValue {
	s, r := c.record(1)
	if !exists(s, r) || s.Set == "" {
		return one(gopher.LNil)
	}
	return one(gopher.LString(s.Set))
}

func recordDigest(c *args) []gopher.LValue {
	s, _ := c.record(1)
	return one(c.m.push(&blob{append([]byte(nil), s.Digest[:]...), wire.ParticleBlob}))
}

func recordBinNames(c *args) []gopher.LValue {
	s, r := c.record(1)
	if !exists(s, r) || r != nil && !r.loadable() {
		c.raise("can't get bin names")
	}
	t := c.l.NewTable()
	for i := range s.bins {
		t.RawSetInt(i+1, gopher.LString(s.bins[i].Name))
	}
	return one(t)
}

func recordSetTTL(c *args) []gopher.LValue {
	_, r := c.record(1)
	ttl := uint32(c.optInteger(2, 0))
	if r != nil {
		r.ttl, r.setTTL = ttl, true
	}
	return none
}

func recordDropKey(c *args) []gopher.LValue {
	if _, r := c.record(1); r != nil && r.loadable() {
		r.dropKey = true
	}
	return none
}

// openAerospike makes the object known; its methods are found through its class.
func (m *machine) openAerospike() {
	methods := m.state.NewTable()
	m.fill(methods, map[string]native{
		"create": func(c *args) []gopher.LValue { return c.change((*call).create) },
		"update": func(c *args) []gopher.LValue { return c.change((*call).update) },
		"remove": func(c *args) []gopher.LValue { return c.change((*call).remove) },
		"exists": func(c *args) []gopher.LValue {
			s, r := c.subject()
			return oneBool(exists(s, r))
		},
		"log": func(c *args) []gopher.LValue {
			c.self()
			c.m.logged(c.optInteger(2, 0), c.optText(3, ""))
			return none
		},
		"get_current_time": func(c *args) []gopher.LValue {
			c.self()
			const epoch = wire.Epoch * 1000
			return one(integer(time.Now().UnixMilli() - epoch).value())
		},
		// Relics without a meaning in today's server.
		"set_context": func(c *args) []gopher.LValue { c.subject(); return oneInt(2) },
		"get_config":  func(c *args) []gopher.LValue { c.subject(); return oneInt(0) },
	})
	m.classes["Aerospike"].RawSetString("__index", methods)
	m.state.SetGlobal("aerospike", m.push(aerospike{}))
}

// change carries out create, update or remove on the second argument.
func (c *args) change(do func(*call) int) []gopher.LValue {
	_, r := c.subject()
	if r == nil {
		return oneInt(doneRefused)
	}
	status := do(r)
	for i := range r.bins {
		c.m.take(len(r.bins[i].Value.Data) / 8)
	}
	return oneInt(status)
}

// self refuses a call without the object, as with a dot in place of the colon.
func (c *args) self() { boxed[aerospike](c, 1, "Aerospike") }

// subject returns the record that a method of aerospike is called with.
func (c *args) subject() (*snapshot, *call) {
	c.self()
	if classOf(c.get(2)) != "Record" {
		got := "no value"
		if c.count() > 1 {
			got = className(c.get(2))
		}
		c.refuse(2, "Record expected, got %s", got)
	}
	return c.record(2)
}

// failureText returns the text that a failed call is answered with.
func failureText(v gopher.LValue) string {
	if s, ok := v.(gopher.LString); ok {
		return cString(strings.TrimSuffix(string(s), "\n"))
	}
	return "result value type unexpected"
}
