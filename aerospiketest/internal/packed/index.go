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

// IndexSize returns how many bytes more than value the server stores: those of the
// persisted index (cdt.c, particle_list.c, particle_map.c). 0 if there is none.
func IndexSize(value []byte) int {
	head, ext, ok := attributes(value)
	n := head.Len() - 1
	if !ok || ext.Ext&wire.MsgpackPersistIndex == 0 || n <= 1 {
		return 0
	}
	r := wire.NewReader(value)
	r.Token()
	r.Token()
	if head.Kind == wire.TokenMap {
		r.SkipMsgpack()
	}
	content := len(value) - r.Offset()
	const (
		step         = 128 // an unordered list has an entry for so many elements
		valueOrdered = wire.MsgpackKeyValueOrdered &^ wire.MsgpackKeyOrdered
	)
	size := 0
	switch {
	case head.Kind == wire.TokenArray && ext.Ext&wire.MsgpackListOrdered == 0:
		if entries := (n - 1) / step; entries > 0 {
			size = (entries + 1) * numberSize(content)
		}
	default:
		size = n * numberSize(content)
	}
	if head.Kind == wire.TokenMap && ext.Ext&valueOrdered != 0 {
		size += n * numberSize(n)
	}
	return extHeadSize(size) - extHeadSize(0) + size
}

// numberSize is the size of the numbers of an index, up to limit.
func numberSize(limit int) int {
	switch {
	case limit < 1<<8:
		return 1
	case limit < 1<<16:
		return 2
	case limit < 1<<24:
		return 3
	}
	return 4
}

// extHeadSize is the size of the head of an extension of n bytes.
func extHeadSize(n int) int {
	switch {
	case n == 1, n == 2, n == 4, n == 8, n == 16:
		return 2
	case n < 1<<8:
		return 3
	case n < 1<<16:
		return 4
	}
	return 6
}
