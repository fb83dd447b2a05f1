package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Watcher is told of changes of records, for secondary indexes.
type Watcher interface {
	// Watching reports whether the watcher wants to know of changes at all. It must be
	// fast.
	Watching() bool
	// Changed tells that a record has got another version. from is nil if there was
	// none, to if there is none any more. The record's partition is locked.
	Changed(digest *wire.Digest, from, to *Record)
}

// SetWatcher installs a watcher. It must not be called once the namespace is in use.
func (ns *Namespace) SetWatcher(w Watcher) { ns.watcher = w }

// changing tells the watcher that a record is about to get another version, nil for
// none. The partition is locked.
func (ns *Namespace) changing(p *partition, digest *wire.Digest, to *Record) {
	if w := ns.watcher; w != nil && w.Watching() {
		d := *digest // the caller's may live on its stack as long as nobody watches
		w.Changed(&d, p.records[d], to)
	}
}

// Visit calls visit for each record of a partition, in no order. The partition is
// locked meanwhile.
func (ns *Namespace) Visit(pid int, visit func(digest *wire.Digest, r *Record)) {
	p := &ns.partitions[pid]
	p.mu.Lock()
	defer p.mu.Unlock()
	for digest, r := range p.records {
		visit(&digest, r)
	}
}

// SetName returns the name of the record's set, empty for none.
func (r *Record) SetName() string {
	if r.Set == nil {
		return ""
	}
	return r.Set.Name
}

// Bin returns the value of a bin, the zero Value if there is none of that name.
func (r *Record) Bin(name []byte) Value {
	raw := r.findBin(name)
	if raw == nil {
		return Value{}
	}
	bin, _, _ := nextBin(raw)
	return Value{Type: bin.Type, Data: bin.Value}
}
