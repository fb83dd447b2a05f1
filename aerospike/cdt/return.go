package cdt

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Return says what an operation returns about the elements that it selects or removes.
// An operation on one element has a single result, one on several a list or map, but for
// [Count] and [Exists].
type Return uint32

// What can be returned. An index is a place counted from the front, a rank one counted
// from the smallest value, both from 0; the reverse ones are counted from the other end.
// Where nothing is selected, Indexes and Ranks of one element are −1, Count is 0, Exists
// false, Keys and Values of one element are nil.
const (
	Nothing        Return = wire.CDTReturnNone
	Indexes        Return = wire.CDTReturnIndex
	ReverseIndexes Return = wire.CDTReturnReverseIndex
	Ranks          Return = wire.CDTReturnRank
	ReverseRanks   Return = wire.CDTReturnReverseRank
	Count          Return = wire.CDTReturnCount
	Keys           Return = wire.CDTReturnKey   // maps only
	Values         Return = wire.CDTReturnValue // of a map without the keys
	KeyValues      Return = wire.CDTReturnKeyValue
	Exists         Return = wire.CDTReturnExists       // whether anything is selected
	UnorderedMap   Return = wire.CDTReturnUnorderedMap // maps only: pairs
	OrderedMap     Return = wire.CDTReturnOrderedMap   // maps only: pairs, always in key order

	// Ranges are a list of two: where the selection begins and how long it is. Those of
	// indexes are for selections by key or index, those of ranks for selections by value
	// or rank.
	IndexRange        Return = wire.CDTReturnIndexRange
	ReverseIndexRange Return = wire.CDTReturnRevIndexRange
	RankRange         Return = wire.CDTReturnRankRange
	ReverseRankRange  Return = wire.CDTReturnRevRankRange
)

const inverted Return = wire.CDTReturnInverted

// Inverted selects all elements but those that the operation describes: a removal keeps
// these and removes the rest. It is of use where several elements are selected.
func (r Return) Inverted() Return { return r | inverted }

// returns tells which operations are asked for a return.
type returns uint8

const (
	ofMap    returns = 1 << iota // else of a list
	ofMany                       // selects several elements
	unranked                     // by keys: the server knows no ranks
)

var returnNames = map[Return]string{
	Nothing: "nothing", Indexes: "indexes", ReverseIndexes: "reverse indexes", Ranks: "ranks", ReverseRanks: "reverse ranks",
	Count: "count", Keys: "keys", Values: "values", KeyValues: "pairs", Exists: "exists",
	UnorderedMap: "an unordered map", OrderedMap: "an ordered map", IndexRange: "an index range",
	ReverseIndexRange: "a reverse index range", RankRange: "a rank range", ReverseRankRange: "a reverse rank range",
}

// check refuses what the server would answer with ResultOpNotApplicable.
func (r Return) check(of returns) error {
	what := r &^ inverted
	name, known := returnNames[what]
	if !known {
		return errOf("return type %d is unknown", r)
	}
	switch what {
	case Keys, KeyValues, UnorderedMap, OrderedMap:
		if of&ofMap == 0 {
			return errOf("a list cannot return %s", name)
		}
	case Ranks, ReverseRanks:
		if of&unranked != 0 {
			return errOf("a selection by a list of keys cannot return %s", name)
		}
	case IndexRange, ReverseIndexRange, RankRange, ReverseRankRange:
		if r&inverted != 0 || of&ofMany == 0 {
			return errOf("an inverted selection, or one of one element, cannot return %s", name)
		}
	}
	if r&inverted != 0 && of&ofMany == 0 {
		return errOf("a selection of one element cannot be inverted")
	}
	return nil
}
