// Package index holds the secondary indexes of a namespace: what is indexed, the
// entries, and the conditions by which queries pick them. It is told of every change
// of a record and knows nothing of how records are stored.
//
// Sources: the server's as/src/sindex and as/src/query.
package index
