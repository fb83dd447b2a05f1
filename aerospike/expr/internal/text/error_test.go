package text

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestErrorsNameTheirPlace(t *testing.T) {
	for _, c := range []struct {
		text string
		at   int // column
		want string
	}{
		{"", 1, "expected an expression, at the end"},
		{"$.a ==", 7, "expected an expression, at the end"},
		{"$.a = 5", 5, `expected "==", near "= 5"`},
		{"$.a && $.b", 5, `expected "and"`},
		{"$.a || $.b", 5, `expected "or"`},
		{"$.a == 5 5", 10, "expected an operator or the end"},
		{"$.a < 5 < 6", 9, "comparisons cannot be chained"},
		{"($.a == 5", 10, `expected ")"`},
		{"$.a == 'x", 8, "the string does not end"},
		{`$.a == '\q'`, 9, "expected one of the escapes"},
		{`$.a == '\x0g'`, 11, "expected two hexadecimal digits"},
		{"$.a == 10.", 11, "expected a key, a part of a path or a function"},
		{"$.a == 12ab", 8, "malformed number"},
		{"$.a == 0xfg", 8, "malformed number"},
		{"$.a == 18446744073709551616", 8, "out of range"},
		{"$.a == -9223372036854775809", 9, "out of range"},
		{"$.a == 1e999", 8, "out of range"},
		{"$.a == x'abc'", 8, "even number of hexadecimal digits"},
		{"$.a == b64'?'", 8, "expected base64"},
		{"$.a == [1, $.b]", 12, "expected a value"},
		{"$.a == [1, ($.b)]", 13, "expected a constant"},
		{"$.a == {1.5: 2}", 9, "a key has to be an integer, a string or bytes"},
		{"$.a == {k: 1, k: 2}", 15, "the key is in the map already"},
		{"$.a =~ /x", 9, "the regular expression does not end"},
		{"$.a =~ /x/q", 11, "expected one of the flags"},
		{"/* a", 1, "the comment does not end"},
		{"foo($.a)", 1, `"foo" is no function`},
		{"not($.a, $.b)", 1, "not takes 1 operands, not 2"},
		{"exclusive($.a)", 1, "exclusive takes at least 2 operands"},
		{"$.foo()", 3, `"foo" is no function of a record`},
		{"$.a.foo()", 5, `"foo" is no function of a path`},
		{"${x}", 1, `variable "x" is not defined here`},
		{"let (x = ${x}) then (1)", 10, `variable "x" is not defined here`},
		{"let (x = 1, x = 2) then (1)", 13, "is defined already"},
		{"let (1x = 1) then (1)", 6, "cannot be the name of a variable"},
		{"let (x = 1)", 12, `expected "then"`},
		{"let (x = 1) then ($.l.[*][?(@ == ${x})].remove())", 34, "is not defined here"},
		{"when (default => 1)", 7, "expected a condition"},
		{"when ($.a => 1)", 15, `expected ","`},
		{"?x", 1, "expected a placeholder"},
		{"$.m.{a", 7, `expected "}"`},
		{"$.m.{!1}.count() == 1", 5, "can be inverted"},
		{"$.l.[1:2~3].count() == 1", 10, "not relative"},
		{"$.l.[1].get(return: KEY) == 1", 5, "a list has nothing of the kind KEY"},
		{"$.l.[1].get(return: X) == 1", 21, "nothing that can be returned"},
		{"$.l.[1].get(kind: X) == 1", 13, "expected the option"},
		{"$.l.[1].get(type: LONG)", 19, "expected a type"},
		{"$.l.count()", 4, "expected a part of a path"},
		{"$.l.[] == 1", 5, "expected count() after"},
		{"$.l.[1:2].[0] == 1", 5, "only the last part"},
		{"$.l.[*] == 1", 5, "has to end in select()"},
		{"$.l.[*].[0] == 1", 5, "has to end in select()"},
		{"$.l.[*][?(@ + 1)].remove()", 13, "expected a condition"},
		{"$.l.[=$.a] == 1", 7, "expected a value"},
		{"$.a == $.b", 1, "the type of $.a cannot be told"},
		{"$.m.a == $.b", 4, "the type of the element cannot be told"},
		{"$.l.*.remove()", 1, "the type of $.l cannot be told"},
		{"$.a + 1 == 2.5", 12, "type INT cannot be compared with FLOAT"},
		{"$.a == 1 and 5", 14, "want type BOOL, have INT"},
		{"1 + 'x' == 1", 5, "want type INT, have STRING"},
		{"'x' + 1 == 1", 1, "want type INT or FLOAT, have STRING"},
		{"$.g.get(type: GEO) == $.h", 1, "type GEO cannot be compared"},
		{"5.asInt() == 1", 1, "want type FLOAT, have INT"},
		{"1 == *", 6, "is no operand"},
		{"$.digestModulo(0) == 1", 1, "digest modulo zero"},
		{"$.key(type: LIST) == []", 1, "a key cannot be of type LIST"},
		{"$.this_is_too_long == 1", 1, "cannot be the name of a bin"},
		{"$.a.call(9, 1, type: INT) == 1", 10, "module 9 does not exist"},
		{"$.a.call(0, 101) == 1", 4, `call() needs the option "type"`},
		{"$.a + $.b", 5, "want type BOOL, have INT"},
		{"$.a ==\n  $.b +\n 'ü' §", 6, "expected an operator or the end"},
	} {
		t.Run(c.text, func(t *testing.T) {
			tmpl, err := Parse(c.text)
			if err == nil {
				_, err = tmpl.Compile(nil, wire.ExpTypeBool)
			}
			var fault *Error
			require.ErrorAs(t, err, &fault)
			require.ErrorContains(t, err, c.want)
			if !strings.Contains(c.text, "\n") {
				require.Equal(t, c.at, fault.Column, "%v", err)
				require.Equal(t, 1, fault.Line)
				return
			}
			require.Equal(t, [2]int{3, c.at}, [2]int{fault.Line, fault.Column}, "%v", err)
		})
	}
}

func TestTheTextNearAnErrorIsShort(t *testing.T) {
	_, err := Parse("$.a == 1 " + strings.Repeat("ü", 1000))
	require.EqualError(t, err, `line 1, column 10: expected an operator or the end, near "üüüüüüüüüüüüüüüü…"`)
}

func TestPlaceholdersTakeTheTypeOfTheirValue(t *testing.T) {
	tmpl, err := Parse("$.a == ?0 and ?1 in $.l or $.l.[?2:?3].count() > 0 or $.m.(?0).{=?1}.exists()")
	require.NoError(t, err)
	require.Equal(t, 4, tmpl.Placeholders())
	bind := func(args ...[]byte) (string, error) {
		n, err := tmpl.Compile(args, wire.ExpTypeBool)
		if err != nil {
			return "", err
		}
		return Print(n), nil
	}
	one, two, text := []byte{1}, []byte{2}, []byte("\xa2\x03x")
	got, err := bind(one, text, one, two)
	require.NoError(t, err)
	require.Equal(t, "$.a == 1 and $.l.[='x'].exists() or $.l.[1:2].count() > 0 or $.m.1.{='x'}.exists()", got)
	got, err = bind(text, []byte{0x91, 5}, one, two)
	require.NoError(t, err)
	require.Equal(t, "$.a == 'x' and [5] in $.l or $.l.[1:2].count() > 0 or $.m.x.{=[5]}.exists()", strings.ReplaceAll(got, "$.l.[=[5]].exists()", "[5] in $.l"))
	_, err = bind(one, text, text, two)
	require.ErrorContains(t, err, "column 33: expected an integer")
	_, err = bind(one)
	require.ErrorContains(t, err, "the text has 4 placeholders, not 1")
}

// Hostile texts end in an error or a result soon, whatever their nesting.
func TestHostileTextsEndSoon(t *testing.T) {
	const n = MaxLength / 8
	for name, src := range map[string]string{
		"parentheses": strings.Repeat("(", n),
		"minuses":     strings.Repeat("-", n) + "1",
		"powers":      "1.0" + strings.Repeat("**1.0", n),
		"sums":        "1" + strings.Repeat("+1", n),
		"conditions":  "true" + strings.Repeat(" or true", n/2),
		"lists":       strings.Repeat("[", n),
		"maps":        strings.Repeat("{1:", n),
		"parts":       "$.a" + strings.Repeat(".b", n) + " == 1",
		"casts":       "1" + strings.Repeat(".asFloat()", n/4),
		"filters":     strings.Repeat("$.l.[*][?(", n/8),
		"lets":        strings.Repeat("let (a=", n),
		"arguments":   "min(" + strings.Repeat("1,", n) + "1)",
		"long list":   "[" + strings.Repeat("1,", 2*n) + "1] == [1]",
		"long map":    "{" + strings.Repeat("1:1,", n) + "1:1} == {}",
		"comments":    strings.Repeat("/**/", n),
		"too long":    strings.Repeat(" ", MaxLength+1),
		"nots":        strings.Repeat("not(", 400) + "true" + strings.Repeat(")", 400),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if tmpl, err := Parse(src); err == nil {
				_, _ = tmpl.Compile(nil, node.TypeNone)
			}
			require.Less(t, time.Since(start), 5*time.Second)
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range texts {
		f.Add(c.text)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, err := Parse(src)
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
			return
		}
		args := make([][]byte, tmpl.Placeholders())
		for i := range args {
			args[i] = []byte{byte(i & 0x7f)}
		}
		n, err := tmpl.Compile(args, node.TypeNone)
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
			return
		}
		stable(t, n.Append(nil))
	})
}
