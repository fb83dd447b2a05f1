package lua

import (
	"math"
	"math/rand/v2"
	"time"

	gopher "github.com/yuin/gopher-lua"
)

var mathFunctions = map[string]native{
	"abs":        mathAbs,
	"ceil":       func(c *args) []gopher.LValue { return c.rounded(math.Ceil) },
	"floor":      func(c *args) []gopher.LValue { return c.rounded(math.Floor) },
	"fmod":       mathFmod,
	"max":        func(c *args) []gopher.LValue { return c.extreme(1) },
	"min":        func(c *args) []gopher.LValue { return c.extreme(-1) },
	"modf":       mathModf,
	"random":     mathRandom,
	"randomseed": func(*args) []gopher.LValue { return none },
	"tointeger":  mathToInteger,
	"type":       mathType,
	"ult":        func(c *args) []gopher.LValue { return oneBool(uint64(c.integer(1)) < uint64(c.integer(2))) },
	"sum":        func(c *args) []gopher.LValue { return one(c.operate("+", "__add")) },
	"product":    func(c *args) []gopher.LValue { return one(c.operate("*", "__mul")) },
	"acos":       realFunction(math.Acos),
	"asin":       realFunction(math.Asin),
	"cos":        realFunction(math.Cos),
	"deg":        realFunction(func(x float64) float64 { return x * (180 / math.Pi) }),
	"exp":        realFunction(math.Exp),
	"rad":        realFunction(func(x float64) float64 { return x * (math.Pi / 180) }),
	"sin":        realFunction(math.Sin),
	"sqrt":       realFunction(math.Sqrt),
	"tan":        realFunction(math.Tan),
	"atan": func(c *args) []gopher.LValue {
		y, x := c.number(1).real(), 1.0
		if !c.missing(2) {
			x = c.number(2).real()
		}
		return one(floating(math.Atan2(y, x)).value())
	},
	"log": mathLog,
}

func (m *machine) openMath() {
	t := m.state.GetGlobal("math").(*gopher.LTable)
	t.RawSetString("pi", floating(math.Pi).value())
	t.RawSetString("huge", floating(math.Inf(1)).value())
	t.RawSetString("maxinteger", integer(math.MaxInt64).value())
	t.RawSetString("mininteger", integer(math.MinInt64).value())
}

func realFunction(f func(float64) float64) native {
	return func(c *args) []gopher.LValue { return one(floating(f(c.number(1).real())).value()) }
}

func mathLog(c *args) []gopher.LValue {
	x := c.number(1).real()
	if c.missing(2) {
		return one(floating(math.Log(x)).value())
	}
	switch base := c.number(2).real(); base {
	case 2:
		x = math.Log2(x)
	case 10:
		x = math.Log10(x)
	default:
		x = math.Log(x) / math.Log(base)
	}
	return one(floating(x).value())
}

func mathAbs(c *args) []gopher.LValue {
	n := c.number(1)
	switch {
	case n.float:
		n.f = math.Abs(n.f)
	case n.i < 0:
		n.i = -n.i
	}
	return one(n.value())
}

// rounded returns an integer where the result fits one.
func (c *args) rounded(round func(float64) float64) []gopher.LValue {
	n := c.number(1)
	if !n.float {
		return one(n.value())
	}
	f := round(n.f)
	if i, ok := wholeFloat(f); ok {
		return one(integer(i).value())
	}
	return one(floating(f).value())
}

func mathFmod(c *args) []gopher.LValue {
	a, b := c.number(1), c.number(2)
	if a.float || b.float {
		return one(floating(math.Mod(a.real(), b.real())).value())
	}
	switch b.i {
	case 0:
		c.refuse(2, "zero")
	case -1:
		return oneInt(0)
	}
	return one(integer(a.i % b.i).value())
}

func (c *args) extreme(sign int) []gopher.LValue {
	best := c.number(1)
	for i := 2; i <= c.count(); i++ {
		if n := c.number(i); !n.isNaN() && !best.isNaN() && compareNumbers(n, best)*sign > 0 {
			best = n
		}
	}
	return one(best.value())
}

func mathModf(c *args) []gopher.LValue {
	n := c.number(1)
	f := n.real()
	whole := math.Trunc(f)
	fraction := f - whole
	if math.IsInf(f, 0) {
		fraction = 0
	}
	return []gopher.LValue{floating(whole).value(), floating(fraction).value()}
}

func mathToInteger(c *args) []gopher.LValue {
	if n, ok := toNumber(c.get(1)); ok {
		if i, ok := n.whole(); ok {
			return one(integer(i).value())
		}
	}
	return one(gopher.LNil)
}

func mathType(c *args) []gopher.LValue {
	if c.count() == 0 {
		c.refuse(1, "value expected")
	}
	n, ok := numberOf(c.get(1))
	switch {
	case !ok:
		return one(gopher.LNil)
	case n.float:
		return one(gopher.LString("float"))
	}
	return one(gopher.LString("integer"))
}

func mathRandom(c *args) []gopher.LValue {
	low, high := int64(1), int64(0)
	switch c.count() {
	case 0:
		return one(floating(rand.Float64()).value())
	case 1:
		if high = c.integer(1); high == 0 {
			return one(integer(int64(rand.Uint64())).value())
		}
	case 2:
		low, high = c.integer(1), c.integer(2)
	default:
		c.raise("wrong number of arguments")
	}
	if low > high {
		c.refuse(1, "interval is empty")
	}
	width := uint64(high) - uint64(low) + 1
	if width == 0 {
		return one(integer(int64(rand.Uint64())).value())
	}
	return one(integer(low + int64(rand.Uint64N(width))).value())
}

// osFunctions are those that tell the time.
var osFunctions = map[string]native{
	"clock":    osClock,
	"difftime": func(c *args) []gopher.LValue { return one(floating(c.number(1).real() - c.number(2).real()).value()) },
	"time":     osTime,
}

// osClock returns seconds that only grow; the processor's time is not told apart.
func osClock(*args) []gopher.LValue {
	return one(floating(time.Duration(time.Now().UnixNano()).Seconds()).value())
}

// osTime returns the time of a table's fields, or now.
func osTime(c *args) []gopher.LValue {
	if c.missing(1) {
		return one(integer(time.Now().Unix()).value())
	}
	t := c.table(1)
	field := func(name string, otherwise int64) int {
		n, ok := toNumber(t.RawGetString(name))
		if i, whole := n.whole(); ok && whole && i > -exact && i < exact {
			return int(i)
		}
		if otherwise < 0 {
			c.raise("field '%s' missing in date table", name)
		}
		return int(otherwise)
	}
	date := time.Date(field("year", -1), time.Month(field("month", -1)), field("day", -1),
		field("hour", 12), field("min", 0), field("sec", 0), 0, time.Local)
	return one(integer(date.Unix()).value())
}
