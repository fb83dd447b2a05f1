package lua

import (
	"math"
	"strconv"
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// number is a number of Lua 5.4.
//
// The interpreter's own numbers, all floats, stand for every integer of up to 53 bits
// and for every float that is not whole. The others, big integers and whole floats, are
// boxed as userdata: an int64 or a float64.
type number struct {
	i     int64
	f     float64
	float bool
}

// exact is up to where a float holds every integer.
const exact = 1 << 53

func integer(i int64) number    { return number{i: i} }
func floating(f float64) number { return number{f: f, float: true} }

// numberOf returns the number that v is, if it is one.
func numberOf(v gopher.LValue) (number, bool) {
	switch x := v.(type) {
	case gopher.LNumber:
		f := float64(x)
		if f == math.Trunc(f) && math.Abs(f) <= exact {
			return integer(int64(f)), true
		}
		return floating(f), true
	case *gopher.LUserData:
		switch n := x.Value.(type) {
		case int64:
			return integer(n), true
		case float64:
			return floating(n), true
		}
	}
	return number{}, false
}

// value returns the number as the interpreter has it.
func (n number) value() gopher.LValue {
	if n.float {
		if n.f != math.Trunc(n.f) || math.IsInf(n.f, 0) { // NaN is not equal to anything
			return gopher.LNumber(n.f)
		}
		return box(n.f)
	}
	if n.i <= exact && n.i >= -exact {
		return gopher.LNumber(n.i)
	}
	return box(n.i)
}

func box(v any) *gopher.LUserData { return &gopher.LUserData{Value: v, Metatable: gopher.LNil} }

// real returns the number as a float.
func (n number) real() float64 {
	if n.float {
		return n.f
	}
	return float64(n.i)
}

// whole returns the number as an integer, if it is one in value.
func (n number) whole() (int64, bool) {
	if !n.float {
		return n.i, true
	}
	return wholeFloat(n.f)
}

func wholeFloat(f float64) (int64, bool) {
	if f != math.Floor(f) || f < -0x1p63 || f >= 0x1p63 {
		return 0, false
	}
	return int64(f), true
}

// String returns what tostring shows.
func (n number) String() string {
	if !n.float {
		return strconv.FormatInt(n.i, 10)
	}
	s := formatG(n.f, 14)
	if strings.Trim(s, "-0123456789") == "" {
		s += ".0" // looks like an integer
	}
	return s
}

// parseNumber reads a numeral of Lua, with blanks around it.
func parseNumber(s string) (number, bool) {
	s = strings.Trim(s, " \f\n\r\t\v")
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if s == "" || len(s)-len(digits) > 1 || digits == "" || strings.ContainsAny(s, "_iInN") {
		return number{}, false // of inf, infinity and nan each has an n
	}
	if hex := strings.ToLower(digits); strings.HasPrefix(hex, "0x") {
		return parseHex(hex[2:], s[0] == '-')
	}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		return integer(i), true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return number{}, false
	}
	return floating(f), true
}

// parseHex reads what follows 0x. Integers wrap around.
func parseHex(s string, negative bool) (number, bool) {
	if strings.ContainsAny(s, ".p") {
		if !strings.Contains(s, "p") {
			s += "p0"
		}
		f, err := strconv.ParseFloat("0x"+s, 64)
		if negative {
			f = -f
		}
		return floating(f), err == nil
	}
	if s == "" {
		return number{}, false
	}
	var n uint64
	for _, c := range []byte(s) {
		d := strings.IndexByte("0123456789abcdef", c)
		if d < 0 {
			return number{}, false
		}
		n = n<<4 | uint64(d)
	}
	if negative {
		n = -n
	}
	return integer(int64(n)), true
}

// compareNumbers is exact even where one side is a float that no integer has. The
// result is meaningless if either is NaN.
func compareNumbers(a, b number) int {
	switch {
	case !a.float && !b.float:
		return order(a.i < b.i, a.i > b.i)
	case a.float && b.float:
		return order(a.f < b.f, a.f > b.f)
	case a.float:
		return -compareNumbers(b, a)
	}
	switch {
	case b.f >= 0x1p63:
		return -1
	case b.f < -0x1p63:
		return 1
	}
	floor := math.Floor(b.f)
	if i := int64(floor); a.i != i {
		return order(a.i < i, a.i > i)
	}
	return order(floor < b.f, false)
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

func (n number) isNaN() bool { return n.float && math.IsNaN(n.f) }

// arithmetic evaluates an operator. fault is what the server says of a division by
// zero.
func arithmetic(op string, a, b number) (result number, fault string) {
	switch op {
	case "/":
		return floating(a.real() / b.real()), ""
	case "^":
		return floating(math.Pow(a.real(), b.real())), ""
	}
	if a.float || b.float {
		return floatArithmetic(op, a.real(), b.real()), ""
	}
	switch op {
	case "+":
		return integer(a.i + b.i), ""
	case "-":
		return integer(a.i - b.i), ""
	case "*":
		return integer(a.i * b.i), ""
	}
	switch {
	case b.i == 0 && op == "%":
		return number{}, "attempt to perform 'n%0'"
	case b.i == 0:
		return number{}, "attempt to divide by zero"
	case b.i == -1 && op == "%":
		return integer(0), ""
	case b.i == -1:
		return integer(-a.i), ""
	}
	quotient, rest := a.i/b.i, a.i%b.i
	if rest != 0 && rest^b.i < 0 { // Go rounds towards zero, Lua down
		quotient, rest = quotient-1, rest+b.i
	}
	if op == "%" {
		return integer(rest), ""
	}
	return integer(quotient), ""
}

func floatArithmetic(op string, a, b float64) number {
	switch op {
	case "+":
		return floating(a + b)
	case "-":
		return floating(a - b)
	case "*":
		return floating(a * b)
	case "//":
		return floating(math.Floor(a / b))
	}
	rest := math.Mod(a, b)
	if rest != 0 && (rest < 0) != (b < 0) {
		rest += b
	}
	return floating(rest)
}
