// Package query describes queries and streams what they find.
//
// A [Statement] says which records: those of a set, those that an index finds for a
// [Predicate], those for which an expression is true, those in some partitions. A scan
// is a query without a predicate. Client.Query of package aerospike takes it:
//
//	stmt := query.New("test", "users").Select("name", "age").Where(query.Between("age", 20, 40))
//	for rec, err := range client.Query(ctx, stmt).All() {
//		...
//	}
//
// Each partition of the set is asked of a node that holds it. What one node cannot
// answer, because it fails, or the partition has moved, is asked of another from the
// last record on, so that every record which stays where it is comes exactly once. A
// [Stream] ends without an error only when nothing is missing.
//
// A consumer may take its time. Some thousand records wait in memory; when they are
// many, connections are closed, since a server would lose a thread to one that does not
// read, and opened again from the last record on. Nothing is lost and nothing is
// repeated, only time.
//
// [Stream.Cursor] is a bookmark of what has been delivered. As text it can be stored,
// and [Statement.Resume] goes on from it in another process.
//
// Work that the servers do on the records by themselves, without sending them, is in
// [Task].
package query
