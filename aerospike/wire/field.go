package wire

// FieldType names a field of a message.
type FieldType uint8

// Field types (proto.h, AS_MSG_FIELD_TYPE_*). Those marked LE hold
// little-endian integers, against the habit of the protocol.
const (
	FieldNamespace        FieldType = 0
	FieldSet              FieldType = 1
	FieldKey              FieldType = 2 // particle type byte and the user's key
	FieldRecordVersion    FieldType = 3 // LE
	FieldDigest           FieldType = 4
	FieldMRTID            FieldType = 5 // LE
	FieldMRTDeadline      FieldType = 6 // LE
	FieldTaskID           FieldType = 7
	FieldSocketTimeout    FieldType = 9  // milliseconds
	FieldRecordsPerSecond FieldType = 10 //
	FieldPartitionIDs     FieldType = 11 // LE
	FieldDigests          FieldType = 12 //
	FieldMaxRecords       FieldType = 13 //
	FieldBinValues        FieldType = 15 // LE
	FieldIndexName        FieldType = 21 //
	FieldIndexRange       FieldType = 22 //
	FieldIndexContext     FieldType = 23 //
	FieldIndexExpression  FieldType = 24 //
	FieldIndexType        FieldType = 26 //
	FieldUDFPackage       FieldType = 30 // module name without ".lua"
	FieldUDFFunction      FieldType = 31 //
	FieldUDFArgs          FieldType = 32 // msgpack list
	FieldUDFOp            FieldType = 33 //
	FieldQueryBins        FieldType = 40 // names of bins, as sent before server 6.0
	FieldBatch            FieldType = 41 //
	FieldFilter           FieldType = 43 // packed expression
)

// Field is one field of a message.
type Field struct {
	Type FieldType
	Data []byte // aliases the input of the decoder
}
