package cdt

import (
	"math/bits"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Flag changes how an operation works. Flags are combined with |, or given one after the
// other. Each operation tells which ones it takes; any other is an error, as some mean
// different things to different types.
type Flag uint32

// Flags of writes.
const (
	// AddUnique refuses values that the list has already (ErrElementExists), and equal
	// ones among those to add (ErrOpNotApplicable).
	AddUnique Flag = 1 << iota
	// InsertBounded refuses an index beyond the end of the list, which is else padded
	// with nil (ErrOpNotApplicable).
	InsertBounded
	// CreateOnly refuses a key that the map has already (ErrElementExists); for bits and
	// HyperLogLogs a bin that exists (ErrBinExists).
	CreateOnly
	// UpdateOnly refuses a key that the map does not have (ErrElementNotFound); for bits
	// and HyperLogLogs a bin that does not exist (ErrBinNotFound).
	UpdateOnly
	// NoFail turns what is refused by the other flags, and by the bounds of bits, into
	// success without a change.
	NoFail
	// Partial, together with NoFail, does the part that is not refused. For bits it does
	// so without NoFail.
	Partial
	// AllowFold lets a union reduce the precision of the HyperLogLog to that of the
	// least precise one.
	AllowFold
)

// Flags of Bit.Resize.
const (
	FromFront  Flag = 1 << (iota + 7) // adds or removes bytes at the front
	GrowOnly                          // refuses to get smaller
	ShrinkOnly                        // refuses to get larger
)

// Flags of integers in bits. Without Saturate and Wrap an overflow is refused
// (ErrOpNotApplicable).
const (
	Signed   Flag = 1 << (iota + 10)
	Saturate      // an overflow gives the largest or the smallest number
	Wrap          // an overflow is cut off
)

// Flags of List.Sort.
const (
	Descending     Flag = 1 << (iota + 13) // an ordered list stays ascending
	DropDuplicates                         // keeps one of equal elements
)

var flagNames = [...]string{
	"AddUnique", "InsertBounded", "CreateOnly", "UpdateOnly", "NoFail", "Partial", "AllowFold",
	"FromFront", "GrowOnly", "ShrinkOnly", "Signed", "Saturate", "Wrap", "Descending", "DropDuplicates",
}

// String returns the names of the flags, such as "AddUnique|NoFail".
func (f Flag) String() string {
	text := ""
	for rest := uint32(f); rest != 0; rest &= rest - 1 {
		if text != "" {
			text += "|"
		}
		if i := bits.TrailingZeros32(rest); i < len(flagNames) {
			text += flagNames[i]
		} else {
			text += "?"
		}
	}
	return text
}

func union(flags []Flag) Flag {
	var all Flag
	for _, f := range flags {
		all |= f
	}
	return all
}

// flagBit is a flag as the server knows it.
type flagBit struct {
	flag Flag
	wire int64
}

var (
	listBits   = []flagBit{{AddUnique, wire.ListAddUnique}, {InsertBounded, wire.ListInsertBounded}, {NoFail, wire.CDTNoFail}, {Partial, wire.CDTPartial}}
	sortBits   = []flagBit{{Descending, wire.ListSortDescending}, {DropDuplicates, wire.ListSortDropDuplicates}}
	mapBits    = []flagBit{{CreateOnly, wire.MapNoOverwrite}, {UpdateOnly, wire.MapNoCreate}, {NoFail, wire.CDTNoFail}, {Partial, wire.CDTPartial}}
	blobBits   = []flagBit{{CreateOnly, wire.BitCreateOnly}, {UpdateOnly, wire.BitUpdateOnly}, {NoFail, wire.BitNoFail}, {Partial, wire.BitPartial}}
	resizeBits = []flagBit{{FromFront, wire.BitResizeFromFront}, {GrowOnly, wire.BitResizeGrowOnly}, {ShrinkOnly, wire.BitResizeShrinkOnly}}
	intBits    = []flagBit{{Signed, wire.BitIntSigned}, {Saturate, wire.BitIntSaturate}, {Wrap, wire.BitIntWrap}}
	hllBits    = []flagBit{{CreateOnly, wire.HLLCreateOnly}, {UpdateOnly, wire.HLLUpdateOnly}, {NoFail, wire.HLLNoFail}, {AllowFold, wire.HLLAllowFold}}
)

func (f Flag) wire(table []flagBit) (n int64) {
	for _, b := range table {
		if f&b.flag != 0 {
			n |= b.wire
		}
	}
	return n
}

func (f Flag) only(allowed Flag) error {
	if rest := f &^ allowed; rest != 0 {
		return errOf("flag %v does not apply", rest)
	}
	return nil
}

func (f Flag) notBoth(a, b Flag) error {
	if f&a != 0 && f&b != 0 {
		return errOf("flags %v and %v exclude each other", a, b)
	}
	return nil
}

// The functions below translate flags to the numbers that the server takes. They are
// for package expr, where the same operations are parts of expressions.

// ListFlags translates the flags of writes to a list.
func ListFlags(flags ...Flag) (int64, error) {
	f := union(flags)
	return f.wire(listBits), f.only(AddUnique | InsertBounded | NoFail | Partial)
}

// SortFlags translates the flags of sorting a list.
func SortFlags(flags ...Flag) (int64, error) {
	f := union(flags)
	return f.wire(sortBits), f.only(Descending | DropDuplicates)
}

// MapFlags translates the flags of writes to a map.
func MapFlags(flags ...Flag) (int64, error) {
	f := union(flags)
	return f.wire(mapBits), f.only(CreateOnly | UpdateOnly | NoFail | Partial)
}

// BitFlags translates the flags of an instruction on bits: those of the write, and those
// about the size or the integer.
func BitFlags(op wire.BitOp, flags ...Flag) (write, about int64, err error) {
	f := union(flags)
	var allowed Flag
	switch op {
	case wire.BitResize:
		allowed = CreateOnly | UpdateOnly | NoFail | FromFront | GrowOnly | ShrinkOnly
	case wire.BitInsert:
		allowed = CreateOnly | UpdateOnly | NoFail
	case wire.BitAdd, wire.BitSubtract:
		allowed = UpdateOnly | NoFail | Signed | Saturate | Wrap
	case wire.BitSetInt:
		allowed = UpdateOnly | NoFail
	case wire.BitGetInt:
		allowed = Signed
	case wire.BitGet, wire.BitCount, wire.BitLScan, wire.BitRScan:
	default:
		allowed = UpdateOnly | NoFail | Partial
	}
	about = f.wire(resizeBits)
	if op != wire.BitResize {
		about = f.wire(intBits)
	}
	for _, err := range []error{
		f.only(allowed), f.notBoth(CreateOnly, UpdateOnly), f.notBoth(GrowOnly, ShrinkOnly), f.notBoth(Saturate, Wrap),
	} {
		if err != nil {
			return 0, 0, err
		}
	}
	return f.wire(blobBits), about, nil
}

// HLLFlags translates the flags of an instruction on a HyperLogLog.
func HLLFlags(op wire.HLLOp, flags ...Flag) (int64, error) {
	f := union(flags)
	var allowed Flag
	switch op {
	case wire.HLLInit:
		allowed = CreateOnly | UpdateOnly | NoFail
	case wire.HLLAdd:
		allowed = CreateOnly | NoFail
	case wire.HLLSetUnion:
		allowed = CreateOnly | UpdateOnly | NoFail | AllowFold
	}
	if err := f.only(allowed); err != nil {
		return 0, err
	}
	return f.wire(hllBits), f.notBoth(CreateOnly, UpdateOnly)
}
