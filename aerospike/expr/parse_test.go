package expr_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func TestParsedTextIsTheBuiltExpression(t *testing.T) {
	same := func(want expr.Exp[bool], text string, args ...any) {
		t.Helper()
		got, err := expr.Parse(text, args...)
		require.NoError(t, err)
		a, err := got.Packed()
		require.NoError(t, err)
		b, err := want.Packed()
		require.NoError(t, err)
		require.Equal(t, b, a, text)
	}
	same(expr.And(expr.Gt(expr.IntBin("age"), expr.Int(21)), expr.Eq(expr.StringBin("name"), expr.String("x"))),
		"$.age > ?0 and $.name == ?1", 21, "x")
	same(expr.Eq(expr.MapBin("m"), expr.MapOf(map[string]int{"a": 1, "b": 2})), "$.m == {b: 2, a: 1}")
	same(expr.Eq(expr.MapBin("m"), expr.MapOf(map[string]int{"a": 1, "b": 2})), "$.m == ?0", map[string]int{"a": 1, "b": 2})
	same(expr.Eq(expr.ListBin("l"), expr.ListOf(1, "x")), "$.l == ?0", []any{1, "x"})
	same(expr.Eq(expr.BytesBin("b"), expr.Bytes([]byte{1, 2})), "$.b == ?0", []byte{1, 2})
}

// Every expression that the builders make prints to a text that gives it back.
func TestBuiltExpressionsSurviveTheirText(t *testing.T) {
	for _, rows := range [][]row{values(), operations(), lists(), maps(), bitsAndHLL(), paths()} {
		for _, r := range rows {
			packed, err := r.e.AppendExpression(nil)
			require.NoError(t, err, r.want)
			text, typeName, err := expr.Explain(packed)
			require.NoError(t, err, r.want)
			require.Equal(t, packed, reparsed(t, typeName, text), text)
		}
	}
}

func reparsed(t *testing.T, typeName, text string) []byte {
	t.Helper()
	parse := map[string]func() ([]byte, error){
		"BOOL":   func() ([]byte, error) { return parsed(expr.ParseAs[bool](text)) },
		"INT":    func() ([]byte, error) { return parsed(expr.ParseAs[int64](text)) },
		"FLOAT":  func() ([]byte, error) { return parsed(expr.ParseAs[float64](text)) },
		"STRING": func() ([]byte, error) { return parsed(expr.ParseAs[string](text)) },
		"BLOB":   func() ([]byte, error) { return parsed(expr.ParseAs[[]byte](text)) },
		"LIST":   func() ([]byte, error) { return parsed(expr.ParseAs[expr.ListType](text)) },
		"MAP":    func() ([]byte, error) { return parsed(expr.ParseAs[expr.MapType](text)) },
		"GEO":    func() ([]byte, error) { return parsed(expr.ParseAs[types.GeoJSON](text)) },
		"HLL":    func() ([]byte, error) { return parsed(expr.ParseAs[types.HLL](text)) },
		"NIL":    func() ([]byte, error) { return parsed(expr.ParseAs[expr.NilType](text)) },
	}[typeName]
	require.NotNil(t, parse, typeName)
	b, err := parse()
	require.NoError(t, err, text)
	return b
}

func parsed[T expr.Type](e expr.Exp[T], err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return e.Packed()
}

func TestParseErrors(t *testing.T) {
	_, err := expr.Parse("$.age >\n and 1")
	require.ErrorIs(t, err, types.ErrInvalidArg)
	var fault *expr.ParseError
	require.ErrorAs(t, err, &fault)
	require.Equal(t, 2, fault.Line)
	require.Equal(t, 2, fault.Column)

	_, err = expr.Parse("$.age + 1")
	require.ErrorContains(t, err, "want type BOOL, have INT")
	_, err = expr.ParseAs[float64]("1 + $.a")
	require.ErrorContains(t, err, "want type FLOAT, have INT")
	_, err = expr.Parse("$.age > ?0")
	require.ErrorContains(t, err, "1 placeholders, not 0")
	_, err = expr.Parse("$.age > ?0", make(chan int))
	require.ErrorContains(t, err, "placeholder ?0")
	require.ErrorIs(t, err, types.ErrInvalidArg)
	_, err = expr.Parse("$.age > ?0", "x' or true")
	require.NoError(t, err, "a value is never text of the language")
	_, _, err = expr.Explain([]byte{0x90})
	require.ErrorIs(t, err, types.ErrInvalidArg)
	require.Panics(t, func() { expr.MustParse("(") })
	require.Panics(t, func() { expr.MustPrepare("(") })
}

func TestATypeIsTakenFromWhatIsAskedFor(t *testing.T) {
	e, err := expr.ParseAs[string]("$.m.name")
	require.NoError(t, err)
	require.Equal(t, "$.m.name.get(type: STRING)", e.String())
	n, err := expr.ParseAs[int64]("when ($.a == 1 => $.b, default => unknown)")
	require.NoError(t, err)
	require.Equal(t, "when ($.a == 1 => $.b.get(type: INT), default => unknown)", n.String())
}

func TestATemplateServesManyGoroutines(t *testing.T) {
	tmpl := expr.MustPrepare("$.a == ?0 and $.l.[?1] > $.b + 1")
	require.Equal(t, 2, tmpl.Placeholders())
	require.Equal(t, "$.a == ?0 and $.l.[?1] > $.b + 1", tmpl.String())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { // ends by itself; waited for below
			for range 200 {
				e, err := tmpl.Bind("x", i)
				if err == nil {
					err = e.Err()
				}
				want := "$.a == 'x' and $.l.[" + string(rune('0'+i)) + "] > $.b + 1"
				if err != nil || e.String() != want {
					t.Errorf("%v: %v", e, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := expr.Parse("$.age > 21 and ($.name == 'x' or 'vip' in $.tags)"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBind(b *testing.B) {
	tmpl := expr.MustPrepare("$.age > ?0 and ($.name == ?1 or 'vip' in $.tags)")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tmpl.Bind(21, "x"); err != nil {
			b.Fatal(err)
		}
	}
}
