package aerospiketest

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/index"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// watcher keeps secondary indexes up to date.
type watcher struct{ table *index.Table }

func (w watcher) Watching() bool { return w.table.Watching() }

func (w watcher) Changed(digest *wire.Digest, from, to *store.Record) {
	w.table.Changed(digest, versionOf(from), versionOf(to))
}

// versionOf keeps a record that is nil from becoming an interface that is not.
func versionOf(r *store.Record) index.Record {
	if r == nil {
		return nil
	}
	return r
}

// createIndex makes an index and fills it with the records that are there.
func (ns *namespace) createIndex(name string, d index.Definition) wire.ResultCode {
	if d.Set != "" {
		if code := ns.store.CreateSet(d.Set); code != wire.ResultOK {
			return code
		}
	}
	x, made, code := ns.indexes.Create(name, d)
	if !made || d.Kind == index.Set {
		return code
	}
	for pid := range wire.Partitions {
		ns.store.Visit(pid, func(digest *wire.Digest, r *store.Record) { x.Add(digest, r) })
	}
	x.SetReady()
	return wire.ResultOK
}

// countIndexes returns how many indexes of values a set has, and whether there is one
// of the set itself.
func (ns *namespace) countIndexes(set string) (values int, whole bool) {
	for _, x := range ns.indexes.All() {
		switch {
		case x.Set != set:
		case x.Kind == index.Set:
			whole = true
		default:
			values++
		}
	}
	return values, whole
}
