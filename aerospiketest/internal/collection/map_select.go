package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// mapSelection returns the reading instruction that selects as op does, which may be
// one that removes. ok is false for any other instruction.
func mapSelection(op wire.CDTOp) (selection wire.CDTOp, ok bool) {
	switch op {
	case wire.MapRemoveByKey, wire.MapRemoveByIndex, wire.MapRemoveByValue, wire.MapRemoveByRank:
		return op - wire.MapRemoveByKey + wire.MapGetByKey, true
	case wire.MapRemoveByKeyInterval, wire.MapRemoveByIndexRange, wire.MapRemoveByValueInterval, wire.MapRemoveByRankRange:
		return op - wire.MapRemoveByKeyInterval + wire.MapGetByKeyInterval, true
	case wire.MapRemoveByKeyList:
		return wire.MapGetByKeyList, true
	case wire.MapRemoveAllByValue:
		return wire.MapGetAllByValue, true
	case wire.MapRemoveByValueList:
		return wire.MapGetByValueList, true
	case wire.MapRemoveByKeyRelIndexRange:
		return wire.MapGetByKeyRelIndexRange, true
	case wire.MapRemoveByValueRelRankRange:
		return wire.MapGetByValueRelRankRange, true
	}
	return op, false
}

// selectBy reads the arguments of a selection, selects and makes the result. All but
// the selections of one pair come with a range or list of what to select.
func (q *mapQuery) selectBy(selection wire.CDTOp, args *arguments) (packed.Value, wire.ResultCode) {
	got, ok := args.readSelection(selection)
	if !ok {
		return packed.Value{}, wire.ResultParameter
	}
	a, b, c := got[1], got[2], got[3]
	q.returns = returnType(got[0].num, true)
	switch selection {
	case wire.MapGetByKey, wire.MapGetByIndex, wire.MapGetByValue, wire.MapGetByRank:
		q.multi = false
		return q.selectOne(selection, a)
	case wire.MapGetAllByValue:
		return q.byValues(valueRange{begin: a.value, equal: true})
	case wire.MapGetByKeyInterval:
		return q.byKeys(a.value, b)
	case wire.MapGetByIndexRange:
		return q.byIndexRange(a.num, b.count())
	case wire.MapGetByValueInterval:
		return q.byValues(valueRange{begin: a.value, end: b})
	case wire.MapGetByRankRange:
		return q.byRankRange(a.num, b.count())
	case wire.MapGetByKeyList:
		return q.byKeyList(a.value)
	case wire.MapGetByValueList:
		return q.byValueList(a.value)
	case wire.MapGetByKeyRelIndexRange:
		return q.byRelativeIndex(a.value, b.num, c.count())
	}
	return q.byRelativeRank(a.value, b.num, c.count())
}

// selectOne selects a single pair.
func (q *mapQuery) selectOne(selection wire.CDTOp, a argument) (packed.Value, wire.ResultCode) {
	switch selection {
	case wire.MapGetByKey:
		return q.byOneKey(a.value)
	case wire.MapGetByIndex:
		return q.byIndexRange(a.num, 1)
	case wire.MapGetByValue:
		return q.byValues(valueRange{begin: a.value, equal: true})
	}
	return q.byRankRange(a.num, 1)
}

// readSelection reads the arguments of a selection: the return type, then what it is
// that is selected.
func (a *arguments) readSelection(selection wire.CDTOp) ([maxArguments]argument, bool) {
	switch selection {
	case wire.MapGetByKey, wire.MapGetByValue, wire.MapGetAllByValue, wire.MapGetByKeyList, wire.MapGetByValueList:
		return a.read(0, integerArgument, valueArgument)
	case wire.MapGetByIndex, wire.MapGetByRank:
		return a.read(0, integerArgument, integerArgument)
	case wire.MapGetByKeyInterval, wire.MapGetByValueInterval:
		return a.read(1, integerArgument, valueArgument, valueArgument)
	case wire.MapGetByIndexRange, wire.MapGetByRankRange:
		return a.read(1, integerArgument, integerArgument, integerArgument)
	case wire.MapGetByKeyRelIndexRange, wire.MapGetByValueRelRankRange:
		return a.read(1, integerArgument, valueArgument, integerArgument, integerArgument)
	}
	return [maxArguments]argument{}, false
}
