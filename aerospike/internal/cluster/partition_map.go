package cluster

import (
	"maps"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// partitionMap tells for each namespace who holds its partitions. It is not changed
// once published; a mapEdit makes the next one.
type partitionMap map[string]*partitions

// partitions is the map of one namespace, immutable once published.
type partitions struct {
	// columns[0] is the masters by partition, columns[i] the i-th replicas; nil where
	// nobody is known. There is at least one column.
	columns []column
	regimes column32
	strong  bool // the namespace has strong consistency
}

type (
	column   []*Node  // wire.Partitions long
	column32 []uint32 // wire.Partitions long, nil while every regime is 0
)

// mapEdit collects changes to a partition map. What does not change is shared with
// the base and never copied.
type mapEdit struct {
	base partitionMap
	next partitionMap // nil until something changes
	own  map[string]*ownership
}

// ownership tells which parts of a namespace's map in next are copies already.
type ownership struct {
	columns []bool
	regimes bool
}

func newMapEdit(base partitionMap) *mapEdit { return &mapEdit{base: base} }

// result returns the map after the edit and whether it differs from the base.
func (e *mapEdit) result() (partitionMap, bool) {
	if e.next == nil {
		return e.base, false
	}
	return e.next, true
}

func (e *mapEdit) current(ns string) *partitions {
	if e.next != nil {
		return e.next[ns]
	}
	return e.base[ns]
}

// writable returns a copy of the namespace's map whose columns are still shared.
func (e *mapEdit) writable(ns string) (*partitions, *ownership) {
	if e.next == nil {
		e.next = maps.Clone(e.base)
		if e.next == nil {
			e.next = partitionMap{}
		}
		e.own = map[string]*ownership{}
	}
	if own := e.own[ns]; own != nil {
		return e.next[ns], own
	}
	p := &partitions{}
	if old := e.next[ns]; old != nil {
		*p = *old
		p.columns = slices.Clone(old.columns)
	}
	own := &ownership{columns: make([]bool, len(p.columns))}
	e.next[ns], e.own[ns] = p, own
	return p, own
}

// apply takes over what node says it holds of a namespace and returns the nodes
// that were thought to hold some of it: they must be asked again. A claim with a
// regime below the known one is out of date and is ignored. Partitions that the node
// does not claim stay as they are, until who holds them now says so
// (protocol/02 §4.2).
func (e *mapEdit) apply(node *Node, claim *wire.NamespaceReplicas) (displaced []*Node) {
	for i := range claim.Columns {
		displaced = e.applyColumn(node, claim, i, displaced)
	}
	return displaced
}

func (e *mapEdit) applyColumn(node *Node, claim *wire.NamespaceReplicas, i int, displaced []*Node) []*Node {
	ns, bits := claim.Namespace, &claim.Columns[i]
	for pid := range wire.Partitions {
		if !bits.Has(pid) {
			continue
		}
		p := e.current(ns)
		regime := p.regime(pid)
		if claim.Regime != 0 && claim.Regime < regime {
			continue
		}
		old := p.holder(i, pid)
		if old == node && regime == claim.Regime {
			continue
		}
		p, own := e.writable(ns)
		if claim.Regime != regime {
			p.setRegime(own, pid, claim.Regime)
		}
		if old == node {
			continue
		}
		p.column(own, i)[pid] = node
		if old != nil && !slices.Contains(displaced, old) {
			displaced = append(displaced, old)
		}
	}
	return displaced
}

// remove takes a node out of every namespace.
func (e *mapEdit) remove(node *Node) {
	names := slices.Collect(maps.Keys(e.base))
	if e.next != nil {
		names = slices.Collect(maps.Keys(e.next))
	}
	for _, ns := range names {
		for i := range e.current(ns).columns {
			for pid, holder := range e.current(ns).columns[i] {
				if holder == node {
					p, own := e.writable(ns)
					p.column(own, i)[pid] = nil
				}
			}
		}
	}
}

// trim gives the namespace as many columns as the nodes report, at least one. Only
// surplus ones are dropped: missing ones come with their first claim.
func (e *mapEdit) trim(ns string, columns int) {
	p := e.current(ns)
	if columns = max(columns, 1); p == nil || len(p.columns) <= columns {
		return
	}
	p, own := e.writable(ns)
	clear(p.columns[columns:])
	p.columns, own.columns = p.columns[:columns], own.columns[:columns]
}

// column returns column i for writing; those up to it are made if missing.
func (p *partitions) column(own *ownership, i int) column {
	for len(p.columns) <= i {
		p.columns = append(p.columns, make(column, wire.Partitions))
		own.columns = append(own.columns, true)
	}
	if !own.columns[i] {
		p.columns[i] = slices.Clone(p.columns[i])
		own.columns[i] = true
	}
	return p.columns[i]
}

func (p *partitions) setRegime(own *ownership, pid int, regime uint32) {
	switch {
	case p.regimes == nil:
		p.regimes, own.regimes = make(column32, wire.Partitions), true
	case !own.regimes:
		p.regimes, own.regimes = slices.Clone(p.regimes), true
	}
	p.regimes[pid] = regime
	p.strong = p.strong || regime != 0
}

// regime returns the regime of a partition; p may be nil.
func (p *partitions) regime(pid int) uint32 {
	if p == nil || p.regimes == nil {
		return 0
	}
	return p.regimes[pid]
}

// holder returns who holds column i of a partition; p may be nil.
func (p *partitions) holder(i, pid int) *Node {
	if p == nil || i >= len(p.columns) {
		return nil
	}
	return p.columns[i][pid]
}

// holds reports whether the node is anywhere in the map.
func (m partitionMap) holds(node *Node) bool {
	for _, p := range m {
		for _, c := range p.columns {
			if slices.Contains(c, node) {
				return true
			}
		}
	}
	return false
}
