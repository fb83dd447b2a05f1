package lua

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Bin is a bin of a record.
type Bin struct {
	Name  string
	Value Particle
	Fresh bool // in an outcome: the function assigned it
}

// Record is what a function is called on, as it is stored.
type Record struct {
	// Exists is false where there is no record. The other fields but Digest and Create are
	// then zero.
	Exists     bool
	Digest     wire.Digest
	Set        string // empty for none
	Key        []byte // the user key that is stored, with its particle type in front; nil for none
	Generation uint16
	LastUpdate uint64 // milliseconds since [wire.Epoch]
	TTL        uint32 // seconds left, 0 if it never expires
	Size       int    // bytes in the real server's storage
	Bins       []Bin
	// Create says, where there is no record, which set, key and size one has that the
	// function creates; ok is false if it must not. Nil stands for neither set nor key.
	Create func() (r Record, ok bool)
}

// Outcome is what a call leaves behind.
type Outcome struct {
	// Code is [wire.ResultOK] for success, [wire.ResultUDF] if the function failed,
	// another one if a change of the record could not be carried out.
	Code wire.ResultCode
	// Result is what the function returned, or a text that says why it failed; null
	// for nothing.
	Result Particle
	// Changed is set if the record is to be written, with Bins; without any it is to
	// be removed.
	Changed bool
	Bins    []Bin
	// TTL is the record's new life as a request has it, if SetTTL is set. It is so also if
	// the function failed afterwards.
	TTL    uint32
	SetTTL bool
	// DropKey tells to remove the stored user key.
	DropKey bool
}

// How many bins a record may have that a function works on, and how many it may have
// touched.
const (
	maxCallBins    = 512
	maxCallUpdates = 2 * maxCallBins
)

// snapshot is a record as scripts see it. That of a stream cannot be changed.
type snapshot struct {
	Record
	bins []Bin // as changes have left them
}

// call is a record that a function may change. What it assigns to bins is kept aside
// until it asks to create or update (udf_record.c, udf_aerospike.c).
type call struct {
	snapshot
	updates []update
	code    wire.ResultCode // of the last attempt to change the record
	open    bool            // there is a record
	changed bool
	before  []Bin // as of the first change
	tooMany bool  // more bins were assigned than there may be
	inserts int
	ttl     uint32
	setTTL  bool
	dropKey bool
	work    counter
	order   Order
}

// update is a bin that was read or assigned.
type update struct {
	name  string
	value any // nil to remove the bin
	dirty bool
}

func newCall(r *Record, m *machine) *call {
	return &call{work: m.budget, order: m.order, snapshot: snapshot{Record: *r, bins: r.Bins}, open: r.Exists}
}

// find returns a bin's stored value as scripts have it.
func (s *snapshot) find(name string) any {
	for i := range s.bins {
		if s.bins[i].Name == name {
			v, err := fromParticle(s.bins[i].Value)
			if err != nil {
				return nil
			}
			return v
		}
	}
	return nil
}

// get returns a bin's value: the same every time, so that a list can be changed in
// place.
func (r *call) get(name string) any {
	for i := range r.updates {
		if r.updates[i].name == name {
			if v := r.updates[i].value; v != nil || r.updates[i].dirty {
				return v
			}
		}
	}
	if !r.loadable() {
		return nil
	}
	v := r.find(name)
	if v != nil {
		r.keep(name, v, false)
	}
	return v
}

// loadable reports whether there is a record with no more bins than calls can have.
func (r *call) loadable() bool { return r.open && len(r.bins) <= maxCallBins }

// keep notes a bin's value.
func (r *call) keep(name string, value any, dirty bool) {
	if r.tooMany {
		return
	}
	for i := range r.updates {
		u := &r.updates[i]
		if u.name != name {
			continue
		}
		if u.value != nil {
			r.inserts--
		}
		if value != nil {
			r.inserts++
		}
		u.value, u.dirty = value, dirty
		return
	}
	if len(r.updates) >= maxCallUpdates || value != nil && r.inserts >= maxCallBins {
		r.tooMany = true
		return
	}
	if value != nil {
		r.inserts++
	}
	r.updates = append(r.updates, update{name, value, dirty})
}

func (r *call) forget() { r.updates, r.inserts, r.tooMany = nil, 0, false }

// What the functions of aerospike return. Only 0 is success.
const (
	doneOK      = 0
	doneRefused = 1
	doneBarred  = 4
	doneFailed  = -1
	doneMissing = -2
)

func (r *call) create() int {
	if r.open {
		if !r.loadable() || len(r.bins) != 0 {
			return doneRefused // there already
		}
		return r.execute()
	}
	if r.Create != nil {
		fresh, ok := r.Create()
		if !ok {
			return doneBarred
		}
		r.Set, r.Key, r.Size = fresh.Set, fresh.Key, fresh.Size
	}
	status := r.execute()
	r.open = status == doneOK
	return status
}

func (r *call) update() int {
	if !r.loadable() {
		return doneMissing
	}
	return r.execute()
}

func (r *call) remove() int {
	if !r.loadable() {
		return doneRefused
	}
	r.forget()
	for i := range r.bins {
		r.keep(r.bins[i].Name, nil, true)
	}
	return r.execute()
}

// execute carries out what was assigned.
func (r *call) execute() int {
	if !r.changed {
		r.before = r.bins
		r.bins = append([]Bin(nil), r.bins...)
	}
	if r.tooMany {
		return r.fail(wire.ResultBinName)
	}
	var kept []update
	for _, u := range r.updates {
		if !u.dirty {
			kept = append(kept, u)
			continue
		}
		if u.value == nil {
			r.drop(u.name)
			continue
		}
		if code := r.assign(u.name, u.value); code != wire.ResultOK {
			return r.fail(code)
		}
		u.dirty = false
		kept = append(kept, u)
	}
	r.updates, r.code, r.changed = kept, wire.ResultOK, true
	return doneOK
}

// drop removes a bin. As in the server, the last one moves into the gap.
func (r *call) drop(name string) {
	for i := range r.bins {
		if r.bins[i].Name == name {
			last := len(r.bins) - 1
			r.bins[i] = r.bins[last]
			r.bins = r.bins[:last]
			return
		}
	}
}

func (r *call) assign(name string, value any) wire.ResultCode {
	v, err := (&encoder{stored: true, order: r.order, work: r.work}).particle(value)
	if err != nil || v.Type == wire.ParticleNull {
		return wire.ResultBinType
	}
	for i := range r.bins {
		if r.bins[i].Name == name {
			r.bins[i].Value, r.bins[i].Fresh = v, true
			return wire.ResultOK
		}
	}
	if len(r.bins) >= maxCallBins {
		return wire.ResultBinName
	}
	r.bins = append(r.bins, Bin{name, v, true})
	return wire.ResultOK
}

// fail takes back every change so far.
func (r *call) fail(code wire.ResultCode) int {
	r.code, r.changed = code, false
	r.bins = r.before
	r.forget()
	return doneFailed
}
