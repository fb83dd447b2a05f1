package integration

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

type filterCall struct {
	name   string
	writes bool
	call   func(key aerospike.Key, filter aerospike.FilterOption) error
}

func (e *env) filterCalls() []filterCall {
	type user struct {
		I int `as:"i"`
	}
	c, ctx := e.client, e.ctx
	type key = aerospike.Key
	type filter = aerospike.FilterOption
	return []filterCall{
		{"get", false, func(k key, f filter) error { _, err := c.Get(ctx, k, f); return err }},
		{"get some", false, func(k key, f filter) error { _, err := c.Get(ctx, k, aerospike.Select("s"), f); return err }},
		{"get header", false, func(k key, f filter) error { _, err := c.Get(ctx, k, aerospike.HeaderOnly(), f); return err }},
		{"get as", false, func(k key, f filter) error { _, err := aerospike.GetAs[user](ctx, c, k, f); return err }},
		{"exists", false, func(k key, f filter) error { _, _, err := c.Exists(ctx, k, f); return err }},
		{"put", true, func(k key, f filter) error { return c.Put(ctx, k, aerospike.Bins{"new": 1}, f) }},
		{"put from", true, func(k key, f filter) error { return aerospike.PutFrom(ctx, c, k, user{7}, f) }},
		{"add", true, func(k key, f filter) error { return c.Add(ctx, k, aerospike.Bins{"n": 1}, f) }},
		{"append", true, func(k key, f filter) error { return c.Append(ctx, k, aerospike.Bins{"t": "x"}, f) }},
		{"prepend", true, func(k key, f filter) error { return c.Prepend(ctx, k, aerospike.Bins{"t": "x"}, f) }},
		{"remove bins", true, func(k key, f filter) error { return c.RemoveBins(ctx, k, []string{"u"}, f) }},
		{"touch", true, func(k key, f filter) error { return c.Touch(ctx, k, f) }},
		{"operate that reads", false, func(k key, f filter) error {
			_, err := c.Operate(ctx, k, []aerospike.Op{aerospike.Read("i")}, f)
			return err
		}},
		{"operate that writes", true, func(k key, f filter) error {
			_, err := c.Operate(ctx, k, []aerospike.Op{aerospike.Write("new", 1), aerospike.Read("i")}, f)
			return err
		}},
		{"delete", true, func(k key, f filter) error { _, err := c.Delete(ctx, k, f); return err }},
	}
}

func TestFiltersDecideEveryCall(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		for _, filter := range []expr.Exp[bool]{
			expr.Bool(false), // decided at once
			expr.Gt(expr.SinceUpdate(), expr.Int(1<<40)),                            // by metadata
			expr.Eq(xi, expr.Int(8)),                                                // by a bin
			expr.Eq(xz, expr.Int(0)),                                                // unknown
			expr.And(expr.Gt(expr.RecordSize(), expr.Int(0)), expr.Unknown[bool]()), // unknown
		} {
			for _, c := range e.filterCalls() {
				err := c.call(key, aerospike.Filter(filter))
				require.ErrorIs(e, err, aerospike.ErrFilteredOut, c.name)
				require.ErrorIs(e, err, aerospike.ErrRecord, c.name)
			}
		}
		rec := e.get(key)
		require.EqualValues(e, 1, rec.Generation, "nothing was written")
		require.Len(e, rec.Bins, 7)

		for _, filter := range []expr.Exp[bool]{
			expr.Bool(true),
			expr.Ge(expr.SinceUpdate(), expr.Int(0)),
			expr.And(expr.Eq(xi, expr.Int(7)), expr.Eq(xs, expr.String("hello"))),
			expr.Or(expr.Eq(xz, expr.Int(0)), expr.BinExists("i")),
			expr.Eq(expr.Key[string](), expr.String(e.Name())),
		} {
			e.forget(key)
			for _, c := range e.filterCalls() {
				require.NoError(e, c.call(key, aerospike.Filter(filter)), c.name)
			}
			e.gone(key)
			key = e.expressionRecord()
		}
	})
}

func TestFiltersAskNoRecordThatDoesNotExist(t *testing.T) {
	onEach(t, func(e *env) {
		e.expressionRecord()
		none := aerospike.Filter(expr.Bool(false))
		for _, c := range e.filterCalls() {
			key := e.key("absent", c.name)
			err := c.call(key, none)
			switch c.name {
			case "exists", "delete":
				require.NoError(e, err, c.name)
			case "put", "put from", "add", "append", "prepend", "operate that writes":
				require.NoError(e, err, c.name)
				e.get(key)
			default:
				require.ErrorIs(e, err, aerospike.ErrRecordNotFound, c.name)
			}
		}
	})
}

func TestFiltersThatAreNoneAreRefused(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		_, err := e.client.Get(e.ctx, key, aerospike.Filter(expr.And()))
		require.ErrorIs(e, err, aerospike.ErrInvalidArg, "by the client")
		for _, packed := range [][]byte{{}, {0x01}, {0xc3, 0xc3}, {0x91, 0x63}, {0x92, 0x10, 0xc3}} {
			_, err = e.client.Get(e.ctx, key, aerospike.FilterOption{Packed: packed})
			require.ErrorIs(e, err, aerospike.ErrParameter, "by the server: %x", packed)
		}
	})
}

// The client finds broken regular expressions itself, and only those that the server
// would refuse.
func TestRegularExpressionsAreJudgedAsByTheServer(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		ask := func(pattern string, flags expr.RegexFlags) error {
			packed := append([]byte{0x94, 7, byte(flags), 0xa0 | byte(len(pattern))}, pattern...)
			_, err := e.client.Get(e.ctx, key, aerospike.FilterOption{Packed: append(packed, 0xa2, 3, 's')})
			return err
		}
		for _, flags := range []expr.RegexFlags{0, expr.RegexExtended} {
			for _, pattern := range []string{
				"", "a|b", "(a)(b)", `\(a\)`, "[(]", "[]a]", "[^]a]", "[[:alpha:]]", "(", "(a", "a)", ")", "[[.-.]]", "[a[]", "x]", "[", "[]", "[^]", "[[:alpha:]", `a\`, "a*", "[z", `[\]`, `\[`, "()",
			} {
				refused := expr.Regex(pattern, flags, xs).Err() != nil
				err := ask(pattern, flags)
				if err != nil && !errors.Is(err, aerospike.ErrFilteredOut) {
					require.ErrorIs(e, err, aerospike.ErrParameter)
				}
				require.Equal(e, refused, errors.Is(err, aerospike.ErrParameter), "%q, flags %d", pattern, flags)
			}
		}
	})
}

func TestFiltersComeFromPolicies(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		no, err := expr.Eq(xi, expr.Int(8)).Packed()
		require.NoError(e, err)
		_, err = e.client.Get(e.ctx, key, aerospike.ReadPolicy{Filter: no})
		require.ErrorIs(e, err, aerospike.ErrFilteredOut)
		_, err = e.client.Get(e.ctx, key, aerospike.ReadPolicy{Filter: no}, aerospike.Filter(expr.Bool(true)))
		require.NoError(e, err, "the last word counts")
	})
}

// The filter sees the record as it was before the call.
func TestFiltersLookBeforeTheOperations(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		seven := aerospike.Filter(expr.Eq(xi, expr.Int(7)))
		rec, err := e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Add("i", 1), aerospike.Read("i")}, seven)
		require.NoError(e, err)
		require.Equal(e, []any{nil, int64(8)}, results(rec))
		_, err = e.client.Operate(e.ctx, key, []aerospike.Op{aerospike.Add("i", -1)}, seven)
		require.ErrorIs(e, err, aerospike.ErrFilteredOut)
	})
}

func TestExpressionReadsSeeWhatWasDoneBefore(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		sum := expr.Add(xi, expr.Int(1))
		rec := e.operate(key, expr.Read("sum", sum), aerospike.Add("i", 10), expr.Read("sum", sum), expr.Write("i", sum), aerospike.Read("i"))
		require.Equal(e, []any{int64(8), nil, int64(18), nil, int64(18)}, results(rec))
		n, err := rec.Int("sum")
		require.NoError(e, err)
		require.EqualValues(e, 18, n, "the last one of that name")
		require.NotContains(e, e.get(key).Map(), "sum")
	})
}

func TestExpressionWritesHeedTheirFlags(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.expressionRecord()
		one, two, null := expr.Int(1), expr.Int(2), expr.Nil()
		for n, test := range []struct {
			before any // of bin x, nil for none
			op     aerospike.Op
			want   error
			after  any
		}{
			{nil, expr.Write("x", one), nil, int64(1)},
			{"text", expr.Write("x", one), nil, int64(1)},
			{5, expr.Write("x", two, expr.CreateOnly), aerospike.ErrBinExists, int64(5)},
			{nil, expr.Write("x", two, expr.CreateOnly), nil, int64(2)},
			{5, expr.Write("x", two, expr.CreateOnly, expr.PolicyNoFail), nil, int64(5)},
			{nil, expr.Write("x", two, expr.UpdateOnly), aerospike.ErrBinNotFound, nil},
			{5, expr.Write("x", two, expr.UpdateOnly), nil, int64(2)},
			{nil, expr.Write("x", two, expr.UpdateOnly, expr.PolicyNoFail), nil, nil},
			{5, expr.Write("x", null), aerospike.ErrOpNotApplicable, int64(5)},
			{nil, expr.Write("x", null), nil, nil},
			{5, expr.Write("x", null, expr.AllowDelete), nil, nil},
			{5, expr.Write("x", null, expr.UpdateOnly), nil, int64(5)},
			{5, expr.Write("x", xz), aerospike.ErrOpNotApplicable, int64(5)},
			{5, expr.Write("x", xz, expr.PolicyNoFail), aerospike.ErrOpNotApplicable, int64(5)},
			{5, expr.Write("x", xz, expr.EvalNoFail), nil, int64(5)},
			{5, expr.Write("x", xl), nil, ints(1, 2, 3)},
			{5, expr.Write("x", xmap.Put("c", 3)), nil, map[any]any{"a": int64(1), "b": int64(2), "c": int64(3)}},
			{5, expr.Write("x", expr.Gt(xi, one)), nil, true},
			{5, expr.Write("x", expr.ToFloat(xi)), nil, 7.0},
			{5, expr.Write("x", xb), nil, []byte{1, 2}},
		} {
			e.put(key, aerospike.Bins{"x": test.before})
			_, err := e.client.Operate(e.ctx, key, []aerospike.Op{test.op})
			if test.want != nil {
				require.ErrorIs(e, err, test.want, "test %d", n)
			} else {
				require.NoError(e, err, "test %d", n)
			}
			v, ok := e.get(key).Value("x")
			require.Equal(e, test.after != nil, ok, "test %d", n)
			require.Equal(e, test.after, unordered(v), "test %d", n)
		}
	})
}

func TestExpressionWritesCreateRecords(t *testing.T) {
	onEach(t, func(e *env) {
		e.expressionRecord()
		key := e.key("new")
		rec := e.operate(key, expr.Write("x", expr.Add(expr.Int(1), expr.Int(2))), aerospike.Read("x"))
		require.Equal(e, []any{nil, int64(3)}, results(rec))
		_, err := e.client.Operate(e.ctx, e.key("none"), []aerospike.Op{expr.Read("x", expr.Int(1))})
		require.ErrorIs(e, err, aerospike.ErrRecordNotFound)
	})
}
