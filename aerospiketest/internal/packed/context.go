package packed

import (
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// stepNames are the names of the entries of contexts.
var stepNames = map[uint64]string{
	wire.ContextIndex:      "index",
	wire.ContextRank:       "rank",
	wire.ContextKey:        "key",
	wire.ContextValue:      "value",
	wire.ContextExpression: "exp",
	wire.ContextKeyList:    "key_list",
}

// DescribeContext returns a packed context as the server's info commands show it, with
// a note where the server cannot; ok is then false.
func DescribeContext(context []byte) (text string, ok bool) {
	r := wire.NewReader(context)
	head := r.Token()
	if head.Kind != wire.TokenArray {
		return "[(ctx-error-list-hdr)]", false
	}
	var out strings.Builder
	out.WriteByte('[')
	for i := range head.Len() / 2 {
		id := r.Token()
		name, known := stepNames[id.Num&wire.ContextBaseMask]
		switch {
		case id.Kind != wire.TokenInt && id.Kind != wire.TokenUint:
			return out.String() + "(ctx-error-type-not-int)]", false
		case !known:
			return out.String() + "(ctx-error-invalid-type)]", false
		}
		if i > 0 {
			out.WriteString(", ")
		}
		switch {
		case id.Num&wire.ContextList != 0:
			out.WriteString("list_")
		case id.Num&wire.ContextMap != 0:
			out.WriteString("map_")
		}
		value, ok := Describe(r.SkipMsgpack())
		if out.WriteString(name); !ok {
			return out.String() + "(ctx-error-display)]", false
		}
		out.WriteString("(" + value + ")")
	}
	out.WriteByte(']')
	return out.String(), true
}
