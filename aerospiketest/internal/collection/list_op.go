package collection

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// listArguments returns the arguments of an instruction on lists: of what kind they
// are, and how many of the last may be missing.
func listArguments(op wire.CDTOp) (optional int, kinds []argumentKind) {
	const number, value, stored = integerArgument, valueArgument, storedArgument
	switch op {
	case wire.ListSetType, wire.ListPop, wire.ListRemove, wire.ListGet:
		return 0, []argumentKind{number}
	case wire.ListAppend, wire.ListAppendItems:
		return 2, []argumentKind{stored, number, number}
	case wire.ListInsert, wire.ListInsertItems, wire.ListSet:
		return 1, []argumentKind{number, stored, number}
	case wire.ListPopRange, wire.ListRemoveRange, wire.ListGetRange:
		return 1, []argumentKind{number, number}
	case wire.ListTrim:
		return 0, []argumentKind{number, number}
	case wire.ListIncrement:
		return 3, []argumentKind{number, value, number, number}
	case wire.ListSort:
		return 1, []argumentKind{number}
	case wire.ListGetByIndex, wire.ListGetByRank:
		return 0, []argumentKind{number, number}
	case wire.ListGetByValue, wire.ListGetAllByValue, wire.ListGetByValueList:
		return 0, []argumentKind{number, value}
	case wire.ListGetByIndexRange, wire.ListGetByRankRange:
		return 1, []argumentKind{number, number, number}
	case wire.ListGetByValueInterval:
		return 1, []argumentKind{number, value, value}
	case wire.ListGetByValueRelRankRange:
		return 1, []argumentKind{number, value, number, number}
	}
	return 0, nil
}

// listArgs reads the arguments of an instruction.
func listArgs(op wire.CDTOp, c *call) ([maxArguments]argument, bool) {
	optional, kinds := listArguments(op)
	return c.args.read(optional, kinds...)
}

// reading is by how much an instruction that removes what it selects exceeds the one
// that only reads it.
const reading = wire.ListRemoveByIndex - wire.ListGetByIndex

// readList evaluates a reading instruction on a packed list.
func readList(op wire.CDTOp, data []byte, c *call) (packed.Value, wire.ResultCode) {
	l, ok := parseList(data)
	switch {
	case !ok:
		return packed.Value{}, wire.ResultBinType
	case op == wire.ListSize:
		return intResult(int64(l.len())), wire.ResultOK
	case op < wire.ListGet || op > wire.ListGetByValueRelRankRange:
		return packed.Value{}, wire.ResultParameter
	}
	_, result, code := l.query(op, c)
	return result, code
}

// modifyList executes a changing instruction on a list that may not exist yet.
func modifyList(op wire.CDTOp, t target, c *call) (outcome, wire.ResultCode) {
	switch op {
	case wire.ListAppend, wire.ListAppendItems, wire.ListInsert, wire.ListInsertItems,
		wire.ListSet, wire.ListIncrement, wire.ListSetType:
		return writeList(op, t, c)
	case wire.ListSort:
		if t.data == nil && !t.nested {
			return outcome{}, wire.ResultBinType
		}
		return sortList(t, c)
	case wire.ListPop, wire.ListPopRange, wire.ListRemove, wire.ListRemoveRange, wire.ListTrim, wire.ListClear:
	default:
		if op < wire.ListRemoveByIndex || op > wire.ListRemoveByValueRelRankRange {
			return outcome{}, wire.ResultParameter
		}
	}
	if t.data == nil { // nothing to remove; the arguments are not looked at
		return outcome{}, wire.ResultOK
	}
	l, ok := parseList(t.data)
	switch {
	case !ok:
		return outcome{}, wire.ResultParameter
	case op == wire.ListClear:
		return outcome{data: l.emptied()}, wire.ResultOK
	case op >= wire.ListRemoveByIndex:
		op -= reading
	}
	s, result, code := l.query(op, c)
	if code != wire.ResultOK {
		return outcome{}, code
	}
	return outcome{data: l.without(s), result: result}, wire.ResultOK
}

// query evaluates an instruction that selects elements.
func (l *list) query(op wire.CDTOp, c *call) (s selected, result packed.Value, code wire.ResultCode) {
	args, ok := listArgs(op, c)
	if !ok {
		return s, result, wire.ResultParameter
	}
	q := listQuery{list: l, limit: c.limit}
	switch op {
	case wire.ListGet, wire.ListPop:
		q.returns = returns{kind: wire.CDTReturnValue}
		return q.byIndexRange(args[0].num, 1)
	case wire.ListRemove:
		q.returns = returns{kind: wire.CDTReturnCount}
		return q.byIndexRange(args[0].num, 1)
	case wire.ListGetRange, wire.ListPopRange:
		q.returns = returns{kind: wire.CDTReturnValue, multi: true}
		return q.byIndexRange(args[0].num, args[1].count())
	case wire.ListRemoveRange, wire.ListTrim:
		q.returns = returns{kind: wire.CDTReturnCount, multi: true, inverted: op == wire.ListTrim}
		return q.byIndexRange(args[0].num, args[1].count())
	}
	single := op == wire.ListGetByIndex || op == wire.ListGetByRank || op == wire.ListGetByValue
	q.returns = returnType(args[0].num, !single)
	switch op {
	case wire.ListGetByIndex:
		return q.byIndexRange(args[1].num, 1)
	case wire.ListGetByRank:
		return q.byRankRange(args[1].num, 1)
	case wire.ListGetByIndexRange:
		return q.byIndexRange(args[1].num, args[2].count())
	case wire.ListGetByRankRange:
		return q.byRankRange(args[1].num, args[2].count())
	case wire.ListGetByValueList:
		return q.byValueList(args[1].value)
	case wire.ListGetByValueInterval:
		return q.byInterval(interval{begin: args[1].value, end: args[2].value})
	case wire.ListGetByValueRelRankRange:
		return q.byRelativeRank(args[1].value, args[2].num, args[3].count())
	}
	return q.byInterval(interval{begin: args[1].value, single: true})
}
