package expression

import "math"

// The C library of the real server rounds logarithms and powers almost always to the
// nearest float, which Go's do not. Here they are computed with twice the digits and
// then rounded, so that they agree but in the rarest cases.

// nan returns what x86 has for an operation on a and b that has no result: the NaN
// that went in, or else one with the sign bit set.
func nan(a, b float64) float64 {
	const indefinite, quiet = 0xfff8 << 48, 1 << 51
	for _, x := range [...]float64{a, b} {
		if math.IsNaN(x) {
			return math.Float64frombits(math.Float64bits(x) | quiet)
		}
	}
	return math.Float64frombits(indefinite)
}

// settled returns the result of an operation on a and b with the right NaN.
func settled(result, a, b float64) float64 {
	if math.IsNaN(result) {
		return nan(a, b)
	}
	return result
}

// double is the unevaluated sum of two floats, of which lo is below the last digit of
// hi.
type double struct{ hi, lo float64 }

func sum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

func product(a, b float64) double {
	p := a * b
	return double{p, math.FMA(a, b, -p)}
}

func (a double) add(b double) double {
	s := sum(a.hi, b.hi)
	return sum(s.hi, s.lo+a.lo+b.lo)
}

func (a double) mul(b double) double {
	p := product(a.hi, b.hi)
	return sum(p.hi, p.lo+a.hi*b.lo+a.lo*b.hi)
}

func (a double) div(b double) double {
	q := a.hi / b.hi
	p := b.mul(double{hi: q})
	rest := a.add(double{-p.hi, -p.lo})
	r := rest.hi / b.hi
	p = b.mul(double{hi: r})
	rest = rest.add(double{-p.hi, -p.lo})
	return sum(q, r).add(double{hi: rest.hi / b.hi})
}

// ln2 is the natural logarithm of 2.
func ln2() double { return double{math.Ln2, 2.319046813846299558e-17} }

// logDouble returns the natural logarithm of a finite x > 0.
func logDouble(x float64) double {
	m, exponent := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		exponent--
	}
	// ln m = 2 (s + s³/3 + s⁵/5 + ...) with s = (m-1)/(m+1), at most 0.172
	s := sum(m, -1).div(sum(m, 1))
	square := s.mul(s)
	const terms = 22
	series := double{}
	for n := 2*terms + 1; n > 0; n -= 2 {
		series = series.mul(square).add(double{hi: 1}.div(double{hi: float64(n)}))
	}
	series = series.mul(s)
	return ln2().mul(double{hi: float64(exponent)}).add(double{2 * series.hi, 2 * series.lo})
}

// logarithm returns the natural logarithm of x.
func logarithm(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		return settled(math.Log(x), x, x)
	}
	return logDouble(x).hi
}

// power returns x to the power of y.
func power(x, y float64) float64 {
	rough := math.Pow(x, y)
	if math.IsNaN(rough) {
		result := nan(x, y)
		if math.IsNaN(x) && math.Signbit(x) && math.Abs(math.Remainder(y, 2)) == 1 {
			return math.Abs(result) // the C library gives even a NaN the sign of odd powers
		}
		return result
	}
	if rough == 0 || x == 1 || y == 0 || math.IsInf(rough, 0) || math.IsInf(y, 0) {
		return rough
	}
	t := logDouble(math.Abs(x)).mul(double{hi: y})
	exponent := math.Round(t.hi / math.Ln2)
	whole := ln2().mul(double{hi: exponent})
	rest := t.add(double{-whole.hi, -whole.lo})
	// e^rest = 1 + rest (1 + rest/2 (1 + rest/3 (...)))
	series := double{hi: 1}
	for n := 28.0; n > 0; n-- {
		series = series.mul(rest).div(double{hi: n}).add(double{hi: 1})
	}
	return math.Copysign(math.Ldexp(series.hi, int(exponent)), rough)
}
