package store

import (
	"sync"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Config is what a namespace is told when it is made. It is not changed later.
type Config struct {
	// Name is at most 31 bytes long.
	Name string
	// DefaultTTL is the life, in seconds, of records written with TTL 0; 0 is forever.
	DefaultTTL uint32
	// DefaultReadTouch is the read-touch percentage of reads that ask for the
	// default; 0 is none.
	DefaultReadTouch uint32
	// MaxRecordSize bounds a record, in bytes as the real server's storage counts them.
	MaxRecordSize int
	// ReapAfter is for how many seconds an expired record lingers before it is
	// gone, as the real server's nsup-period. While it lingers a delete still finds
	// it, and a failed read still tells its generation.
	ReapAfter uint32
	// Enterprise lifts the Community Edition's limits: durable deletes are taken.
	Enterprise bool
}

// Namespace is the records of one namespace, for all nodes of a cluster. Its
// methods are safe for concurrent use.
type Namespace struct {
	Config
	Stats Stats

	engines    [256]Engine // by operation type; nil is an unknown operation
	compile    Compile     // nil as long as expressions are unknown
	lua        Apply       // nil as long as no Lua module can be registered
	watcher    Watcher     // nil without secondary indexes
	partitions [wire.Partitions]partition
	sets       setTable
	objects    atomic.Int64
	truncated  atomic.Uint64 // a Now: when the namespace was last truncated
}

// partition is one of the 4096 parts of a namespace. Its lock also serialises the
// writes to its records.
type partition struct {
	mu      sync.Mutex
	records map[wire.Digest]*Record // nil until the first write
}

// Stats counts the outcomes of commands, under the names of the real server.
type Stats struct {
	ReadSuccess, ReadError, ReadNotFound       atomic.Int64
	WriteSuccess, WriteError                   atomic.Int64
	DeleteSuccess, DeleteError, DeleteNotFound atomic.Int64
	FailGeneration, FailRecordTooBig           atomic.Int64
	DeletedLastBin, ExpiredObjects             atomic.Int64
}

// NewNamespace returns an empty namespace.
func NewNamespace(cfg Config) *Namespace {
	ns := &Namespace{Config: cfg}
	ns.sets.byName = make(map[string]*Set)
	return ns
}

// Objects returns how many records there are, expired ones included until they
// are reaped.
func (ns *Namespace) Objects() int64 { return ns.objects.Load() }

// PartitionObjects returns how many records a partition holds.
func (ns *Namespace) PartitionObjects(pid int) int {
	p := &ns.partitions[pid]
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.records)
}

// get returns the current version of a record, or nil. A record that has been
// expired for long enough is dropped on the way.
func (ns *Namespace) get(digest *wire.Digest, now Now) *Record {
	p := &ns.partitions[digest.Partition()]
	p.mu.Lock()
	r := p.records[*digest]
	if r != nil && ns.reapable(r, now) {
		ns.dropLocked(p, digest)
		r = nil
	}
	p.mu.Unlock()
	return r
}

// reapable reports whether an expired record's time has come.
func (ns *Namespace) reapable(r *Record, now Now) bool {
	return r.VoidTime != 0 && uint64(r.VoidTime)+uint64(ns.ReapAfter) < uint64(now.Seconds())
}

// dropLocked removes an expired record. The partition is locked.
func (ns *Namespace) dropLocked(p *partition, digest *wire.Digest) {
	ns.changing(p, digest, nil)
	delete(p.records, *digest)
	ns.objects.Add(-1)
	ns.Stats.ExpiredObjects.Add(1)
}

// storeLocked publishes a new version. fresh is set if it replaces nothing.
func (ns *Namespace) storeLocked(p *partition, digest *wire.Digest, r *Record, fresh bool) {
	if p.records == nil {
		p.records = make(map[wire.Digest]*Record)
	}
	ns.changing(p, digest, r)
	p.records[*digest] = r
	if fresh {
		ns.objects.Add(1)
	}
}

// removeLocked deletes a record that is there.
func (ns *Namespace) removeLocked(p *partition, digest *wire.Digest) {
	ns.changing(p, digest, nil)
	delete(p.records, *digest)
	ns.objects.Add(-1)
}

// Reap drops every record whose time ran out long enough ago, as the real
// server's nsup thread does now and then.
func (ns *Namespace) Reap(now Now) {
	ns.removeIf(func(r *Record) bool {
		if ns.reapable(r, now) {
			ns.Stats.ExpiredObjects.Add(1)
			return true
		}
		return false
	})
}

// Truncate removes the records of a set, or of the whole namespace if set is
// empty, that were last updated before lut. A lut of 0 is now: every record goes.
// An unknown set is no error.
func (ns *Namespace) Truncate(set string, lut, now Now) {
	before := lut
	if lut == 0 {
		lut, before = now, ^Now(0)
	}
	var only *Set
	if set == "" {
		ns.truncated.Store(uint64(lut))
	} else {
		if only = ns.sets.find(set); only == nil {
			return
		}
		only.truncated.Store(uint64(lut))
	}
	ns.removeIf(func(r *Record) bool {
		return r.LastUpdate < before && (only == nil || r.Set == only)
	})
}

// ForgetTruncation forgets when a set, or the namespace if set is empty, was
// truncated. What is gone stays gone.
func (ns *Namespace) ForgetTruncation(set string) {
	if set == "" {
		ns.truncated.Store(0)
	} else if s := ns.sets.find(set); s != nil {
		s.truncated.Store(0)
	}
}

// Truncated returns when the namespace was last truncated, 0 if never.
func (ns *Namespace) Truncated() Now { return Now(ns.truncated.Load()) }

func (ns *Namespace) removeIf(doomed func(*Record) bool) {
	for pid := range ns.partitions {
		p := &ns.partitions[pid]
		p.mu.Lock()
		for digest, r := range p.records {
			if doomed(r) {
				ns.removeLocked(p, &digest)
			}
		}
		p.mu.Unlock()
	}
}
