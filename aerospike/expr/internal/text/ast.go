package text

import (
	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// kind says what a piece of syntax is.
type kind uint8

const (
	kindLiteral     kind = iota // packed
	kindList                    // kids are the elements, packed what comes before them
	kindMap                     // kids are keys and values in turn; op is 1 if it is to be sorted
	kindPlaceholder             // num
	kindBin                     // name, maybe typ
	kindLoop                    // num says which, maybe typ
	kindVar                     // kids[0] is the definition, which belongs to a kindLet
	kindOp                      // op, kids
	kindRegex                   // kids[0], the expression is name, the flags num
	kindFact                    // what is known of a record: op, num, typ, name
	kindIn                      // kids[0] in kids[1]
	kindLet                     // names, kids are the values and the body
	kindWhen                    // kids are as on the wire
	kindPath                    // path, kids[0] is where it begins
)

// Types that are found out while compiling.
const (
	typeOpen   wire.ExpType = 0xfc // not known
	typeNumber wire.ExpType = 0xfb // of a calculation whose operands are not known
)

// ast is a piece of syntax. It is not changed after parsing, so that a text can be
// compiled any number of times at once.
type ast struct {
	kind   kind
	op     wire.ExpOp
	typ    wire.ExpType // as it is written, or typeOpen
	pos    int
	depth  int
	id     int // counts the pieces of a text
	num    int64
	name   string
	names  []string
	packed []byte
	kids   []*ast
	path   *path
}

// path is what follows the point where it begins.
type path struct {
	parts []part
	fn    pathFn
	ret   int    // what to return, or returnDefault
	op    uint64 // fnCall
	call  instruction
	args  []*ast
	flags uint64 // fnSelect, fnModify, fnPath
	ctx   *ast   // a context as it is sent, instead of parts
	apply *ast   // fnModify: an expression; fnPath: a value as it is sent
}

const returnDefault = -1

// pathFn is the function at the end of a path.
type pathFn uint8

const (
	fnGet pathFn = iota // also count() and exists()
	fnCall
	fnSelect
	fnModify
	fnPath
)

// partKind says how a part of a path selects elements.
type partKind uint8

const (
	partKey partKind = iota
	partIndex
	partRank
	partValue
	partKeyRange
	partKeyList
	partIndexRange
	partRelIndexRange
	partValueList
	partValueRange
	partRankRange
	partRelRankRange
	partWhole
	partAll
)

// part is one step of a path.
type part struct {
	kind     partKind
	list     bool // of a list, else of a map
	open     bool // of either: "*" without brackets
	inverted bool
	pos      int
	vals     []*ast // in the order of the text; the end of a range can be missing
	rel      *ast   // what a relative range is relative to
	filter   *ast
}

// single reports whether the part selects at most one element, by where it is.
func (k partKind) single() bool { return k <= partRank }

// partOps are the instructions that read what a part selects, of lists and of maps.
var partOps = [...][2]wire.CDTOp{
	partKey:           {0, wire.MapGetByKey},
	partIndex:         {wire.ListGetByIndex, wire.MapGetByIndex},
	partRank:          {wire.ListGetByRank, wire.MapGetByRank},
	partValue:         {wire.ListGetAllByValue, wire.MapGetAllByValue},
	partKeyRange:      {0, wire.MapGetByKeyInterval},
	partKeyList:       {0, wire.MapGetByKeyList},
	partIndexRange:    {wire.ListGetByIndexRange, wire.MapGetByIndexRange},
	partRelIndexRange: {0, wire.MapGetByKeyRelIndexRange},
	partValueList:     {wire.ListGetByValueList, wire.MapGetByValueList},
	partValueRange:    {wire.ListGetByValueInterval, wire.MapGetByValueInterval},
	partRankRange:     {wire.ListGetByRankRange, wire.MapGetByRankRange},
	partRelRankRange:  {wire.ListGetByValueRelRankRange, wire.MapGetByValueRelRankRange},
	partWhole:         {wire.ListSize, wire.MapSize},
}

func (k partKind) op(list bool) wire.CDTOp {
	if list {
		return partOps[k][0]
	}
	return partOps[k][1]
}

// defaultReturn is what a part returns unless the text says otherwise.
func (k partKind) defaultReturn(list bool) int {
	if list || k.single() || k == partValue {
		return wire.CDTReturnValue
	}
	return wire.CDTReturnOrderedMap
}

// returnNames are the names of what is returned, by the wire's number.
var returnNames = map[int]string{
	wire.CDTReturnIndex: "INDEX", wire.CDTReturnReverseIndex: "REVERSE_INDEX", wire.CDTReturnRank: "RANK",
	wire.CDTReturnReverseRank: "REVERSE_RANK", wire.CDTReturnCount: "COUNT", wire.CDTReturnKey: "KEY",
	wire.CDTReturnValue: "VALUE", wire.CDTReturnKeyValue: "KEY_VALUE", wire.CDTReturnExists: "EXISTS",
	wire.CDTReturnUnorderedMap: "UNORDERED_MAP", wire.CDTReturnOrderedMap: "ORDERED_MAP",
}

// ofMapsOnly reports whether lists have nothing of the kind to return.
func ofMapsOnly(ret int) bool {
	switch ret {
	case wire.CDTReturnKey, wire.CDTReturnKeyValue, wire.CDTReturnUnorderedMap, wire.CDTReturnOrderedMap:
		return true
	}
	return false
}

// returnType is the type of what an instruction returns. It is typeOpen where that is an
// element, whose type only the author knows.
func returnType(ret int, single bool) wire.ExpType {
	switch ret &^ wire.CDTReturnInverted {
	case wire.CDTReturnCount:
		return wire.ExpTypeInt
	case wire.CDTReturnExists:
		return wire.ExpTypeBool
	case wire.CDTReturnIndex, wire.CDTReturnReverseIndex, wire.CDTReturnRank, wire.CDTReturnReverseRank:
		if single {
			return wire.ExpTypeInt
		}
		return wire.ExpTypeList
	case wire.CDTReturnKey, wire.CDTReturnValue:
		if !single {
			return wire.ExpTypeList
		}
	case wire.CDTReturnKeyValue, wire.CDTReturnUnorderedMap, wire.CDTReturnOrderedMap:
		return wire.ExpTypeMap
	case wire.CDTReturnIndexRange, wire.CDTReturnRevIndexRange, wire.CDTReturnRankRange, wire.CDTReturnRevRankRange:
		return wire.ExpTypeList
	}
	return typeOpen
}

func containerType(list bool) wire.ExpType {
	if list {
		return wire.ExpTypeList
	}
	return wire.ExpTypeMap
}

// maxDepth bounds how deep the syntax is nested. It lets everything through that the
// tree of the expression can hold; the exact bound is node.MaxDepth.
const maxDepth = 2 * node.MaxDepth
