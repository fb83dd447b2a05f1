package batch

import (
	"iter"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// row is one row under way.
type row struct {
	index int // in the caller's order
	key   *types.Key
	spec  *spec
	bins  types.Bins // to write, if the spec does not know what
}

// source is where rows come from, one after another.
type source interface {
	// next returns the next row; false after the last one.
	next() (row, bool)
	// size is how many rows there are, -1 if nobody knows.
	size() int
	// introduce tells a hook what the rows are, as far as it is known.
	introduce(call *hook.Call)
	// stop ends a source that may not have come to its end. It may be called twice.
	stop()
}

// keySource is the same for each of many keys.
type keySource struct {
	keys []types.Key
	spec *spec
	at   int
}

func (s *keySource) size() int { return len(s.keys) }
func (s *keySource) stop()     {}

func (s *keySource) next() (row, bool) {
	if s.at == len(s.keys) {
		return row{}, false
	}
	i := s.at
	s.at++
	return row{index: i, key: &s.keys[i], spec: s.spec}, true
}

// putSource writes bins, those of the same place, to the record of each of many keys.
type putSource struct {
	keySource
	bins []types.Bins
}

func (s *putSource) next() (row, bool) {
	next, ok := s.keySource.next()
	if ok && next.index < len(s.bins) {
		next.bins = s.bins[next.index]
	}
	return next, ok
}

func (s *keySource) introduce(call *hook.Call) {
	call.Op, call.Write = operations[s.spec.kind], s.spec.write
	for i := range s.keys {
		introduceKey(call, i == 0, &s.keys[i])
	}
}

// introduceKey sets the namespace and the set of the call to those of its keys, to nothing
// if they differ.
func introduceKey(call *hook.Call, first bool, key *types.Key) {
	switch namespace, set := key.Namespace(), key.Set(); {
	case first:
		call.Namespace, call.Set = namespace, set
	case call.Namespace != namespace:
		call.Namespace, call.Set = "", ""
	case call.Set != set:
		call.Set = ""
	}
}

// opSource are rows in a slice.
type opSource struct {
	ops   []Op
	rules *policy.BatchSettings
	known [kindCount]struct { // of each kind the last row, and what it does
		op   *Op
		spec *spec
	}
	at int
}

func (s *opSource) size() int { return len(s.ops) }
func (s *opSource) stop()     {}

func (s *opSource) introduce(call *hook.Call) {
	for i := range s.ops {
		o := &s.ops[i]
		switch kind := operations[o.kind]; {
		case i == 0:
			call.Op = kind
		case call.Op != kind:
			call.Op = hook.Batch
		}
		call.Write = call.Write || o.kind >= kindPut
		introduceKey(call, i == 0, &o.key)
	}
}

func (s *opSource) next() (row, bool) {
	if s.at == len(s.ops) {
		return row{}, false
	}
	i := s.at
	s.at++
	o := &s.ops[i]
	known := &s.known[o.kind]
	if known.op == nil || !o.same(known.op) {
		known.spec = newSpec(o, s.rules)
	}
	known.op = o
	return row{index: i, key: &o.key, spec: known.spec, bins: o.bins}, true
}

// seqSource are rows that an iterator makes. It may use bins, operations and bytes again for
// the next row, so what is in there is taken at once.
type seqSource struct {
	seq   iter.Seq[Op]
	rules *policy.BatchSettings
	pull  func() (Op, bool)
	end   func()
	last  Op
	spec  *spec // of last
	at    int
}

func (s *seqSource) size() int { return -1 }

// introduce knows nothing of rows that have not been made.
func (s *seqSource) introduce(*hook.Call) {}

func (s *seqSource) stop() {
	if s.end != nil {
		s.end()
	}
}

func (s *seqSource) next() (row, bool) {
	if s.pull == nil {
		s.pull, s.end = iter.Pull(s.seq)
	}
	o, ok := s.pull()
	if !ok {
		return row{}, false
	}
	if !s.known(&o) {
		s.spec = newSpecAtOnce(&o, s.rules)
	}
	s.last = o
	key := o.key
	i := s.at
	s.at++
	return row{index: i, key: &key, spec: s.spec}, true
}

// known reports whether a row does what the last one did. What the last one points to may have
// changed, so it is not looked at.
func (s *seqSource) known(o *Op) bool {
	if s.spec == nil || o.bins != nil || o.ops != nil || s.last.bins != nil || !o.same(&s.last) {
		return false
	}
	for i, name := range o.names {
		if i == len(s.spec.ops) || s.spec.ops[i].Bin != name {
			return false
		}
	}
	return true
}
