package packed

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Indexed reports whether value is a map whose attributes ask for a persisted index.
func Indexed(value []byte) bool {
	r := wire.NewReader(value)
	head := r.Token()
	if head.Kind != wire.TokenMap || head.Len() == 0 {
		return false
	}
	t := r.Token()
	return t.Kind == wire.TokenExt && t.Ext&wire.MsgpackPersistIndex != 0
}

// HideIndex returns a stored collection as clients get to see it: without the bit for
// a persisted index. The server keeps that bit because results of an indexed map come
// in another order, but never sends it (cdt.c). The result aliases value if there is
// nothing to hide.
func HideIndex(value []byte) []byte {
	if !Indexed(value) {
		return value
	}
	r := wire.NewReader(value)
	head := r.Token()
	t := r.Token()
	r.SkipMsgpack() // the nil beside the attributes
	pairs := value[r.Offset():]
	out := make([]byte, 0, len(value))
	if flags := t.Ext &^ wire.MsgpackPersistIndex; flags != 0 {
		out = wire.AppendMsgpackMapHeader(out, head.Len())
		out = wire.AppendMsgpackMapFlags(out, flags)
	} else {
		out = wire.AppendMsgpackMapHeader(out, head.Len()-1)
	}
	return append(out, pairs...)
}
