package wire

// BatchFlags stand after the number of rows in [FieldBatch]: u32 rows, u8 flags, rows.
type BatchFlags uint8

// Batch flags (batch.c).
const (
	BatchInline         BatchFlags = 1 << iota // run rows on records in memory on the service thread, in order
	BatchInlineSSD                             // the same for rows on records on a device
	BatchRespondAll                            // report every row, also after one has failed
	BatchReportErrorRow                        // without BatchRespondAll: report the rows up to the one that failed
)

// RowFlags tell what a row of a batch has. A row is u32 index, digest, u8 flags; then,
// unless it repeats, u8 info1, and as the flags say info2 and info3, info4, u16
// generation, u32 TTL; then u16 fields, u16 operations, the fields, of which the
// namespace is the first, and the operations.
type RowFlags uint8

// Row flags (batch.c). Others are ignored.
const (
	RowRepeat     RowFlags = 1 << iota // all but index and digest is that of the row before
	RowInfo                            // info2 and info3 are there
	RowGeneration                      // the generation is there
	RowTTL                             // the TTL is there
	RowInfo4                           // info4 is there
)

// BatchRowSize is the length of a row that repeats, and of what every row begins with.
const BatchRowSize = 4 + DigestSize + 1

// BatchFrameBody is how long the server lets the body of a frame of a batch's reply
// get, unless a single row is longer.
const BatchFrameBody = 128<<10 - 32
