package packed

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Indexed reports whether value is a list or map that clients must not see as it is,
// because its attributes have the bit for a persisted index or the bytes of one.
func Indexed(value []byte) bool {
	_, ext, ok := attributes(value)
	return ok && (len(ext.Data) > 0 || ext.Ext&wire.MsgpackPersistIndex != 0)
}

// attributes reads the head of a list or map and the attributes behind it. ok is
// false if there are none.
func attributes(value []byte) (head, ext wire.Token, ok bool) {
	r := wire.NewReader(value)
	head = r.Token()
	if head.Kind != wire.TokenArray && head.Kind != wire.TokenMap || head.Len() == 0 {
		return head, ext, false
	}
	at := r.Offset()
	ext = r.Token()
	return head, ext, ext.Kind == wire.TokenExt && value[at] != 0xd4 // the server does not take that one
}

// HideIndex returns a stored list or map as clients get to see it: without the bit for
// a persisted index and the bytes of one. The server keeps the bit because results of
// an indexed map come in another order, but never sends it (cdt.c). The result aliases
// value if there is nothing to hide.
func HideIndex(value []byte) []byte {
	if !Indexed(value) {
		return value
	}
	head, ext, _ := attributes(value)
	r := wire.NewReader(value)
	r.Token()
	r.Token()
	flags := ext.Ext &^ wire.MsgpackPersistIndex
	count := head.Len()
	if flags == 0 {
		count--
	}
	out := make([]byte, 0, len(value))
	if head.Kind == wire.TokenArray {
		out = wire.AppendMsgpackArrayHeader(out, count)
	} else {
		out = wire.AppendMsgpackMapHeader(out, count)
		if flags == 0 {
			r.SkipMsgpack() // the nil beside the attributes
		}
	}
	if flags != 0 {
		out = wire.AppendMsgpackListFlags(out, flags)
	}
	return append(out, value[r.Offset():]...)
}
