// Package batch does things with many records in few round trips: it reads, writes,
// deletes, operates and calls UDFs, mixed as you like.
//
// Package aerospike makes the streams of this package: Client.Batch takes rows, made by
// [Get], [Put] and the other functions here; Client.BatchSeq takes them from an iterator of
// any length; Client.BatchGet and its neighbours do the same with each of many keys. The rows are
// sorted by node and sent in chunks, to all nodes at once. A node with a row or two gets
// them as single commands, which share connections with other calls.
//
// A [Stream] is consumed in one of three ways:
//
//	for res, err := range stream.All() { … }   // as they arrive, in bounded memory; break ends it
//	for res := range stream.C() { … }          // the same as a channel; stream.Close() ends it
//	results, err := stream.Collect()           // one result for each row, in their order
//
// and [ByKey] makes a map of it. [Into] fills structs and [Columns] typed columns instead of
// making records; [PutColumns] writes columns back.
//
// # Verdicts
//
// Each row has a [Result] of its own: one row behaves as many do. A record that was not
// found by a read, or was filtered out, is an answer and no error. Rows that fail for a cause
// that may go away are tried again within the batch's time, after a random pause and, if
// need be, on another node; a write that may have been executed is not, unless it is
// declared idempotent: it is in doubt. The batch as a whole fails only if nothing can be
// said about any row.
//
// Rows of one batch are executed in no order, also those on the same record.
package batch
