package geo

import "math"

// Half of pi, and what that lacks.
const (
	halfPi     = 0x1.921fb54442d18p+0
	halfPiRest = 0x1.1a62633145c07p-54
)

// sincos returns the sine and cosine of x, -pi to pi, bit for bit as the server's C
// library has them (glibc 2.28 and later, on a processor that multiplies and adds in
// one step). Go's differ in the last bit every now and then. That matters to points on
// the edge between two faces of the cube, such as all those at longitude 45.
func sincos(x float64) (sin, cos float64) {
	switch high := math.Float64bits(math.Abs(x)) >> 32; {
	case high < 0x3e400000:
		return x, 1
	case high < 0x3feb6000: // 0.85546875
		return sineOf(x, 0), cosineOf(x, 0)
	case high < 0x400368fd: // 2.426265
		y := halfPi - math.Abs(x)
		a := y + halfPiRest
		rest := y - a + halfPiRest
		return math.Copysign(cosineOf(a, rest), x), sineOf(a, rest)
	}
	quadrant, a, rest := reduce(x)
	if quadrant == 1 || quadrant == 2 {
		a, rest = -a, -rest
	}
	sin, cos = sineOf(a, rest), cosineOf(a, rest)
	if quadrant >= 2 {
		cos = -cos
	}
	if quadrant&1 != 0 {
		return cos, sin
	}
	return sin, cos
}

// sinOnly returns the sine of x, 0 to half of pi. The C library rounds it a little
// differently if it is not asked for the cosine too.
func sinOnly(x float64) float64 {
	if x < 0.85546875 {
		return sineOf(x, 0)
	}
	return cosineOf(halfPi-x, halfPiRest)
}

// reduce takes multiples of half of pi off x. What is left comes in two parts.
func reduce(x float64) (quadrant int, a, rest float64) {
	const toWhole = 0x1.8p52 // adding it leaves a whole number
	n := math.FMA(x, 0x1.45f306dc9c883p-1, toWhole) - toWhole
	x = math.FMA(-n, 0x1.921fb58p+0, x)
	x = math.FMA(-n, -0x1.dde973cp-27, x)
	third := math.FMA(-n, -0x1.cb3b398p-55, x)
	rest = math.FMA(-n, -0x1.cb3b398p-55, x-third)
	a = math.FMA(-n, -0x1.d747f23e32ed7p-83, third)
	rest += math.FMA(-n, -0x1.d747f23e32ed7p-83, third-a)
	return int(n) & 3, a, rest
}

// split returns the entry of the table next to |x|, and how far x is from it.
func split(x float64) (entry *sine, distance float64) {
	const to128th = 0x1.8p45 // adding it leaves a multiple of 1/128
	x = math.Abs(x)
	near := x + to128th - to128th
	return &sines[min(int(near*128), len(sines)-1)], x - near
}

// sineOf returns the sine of x+rest, where rest is much smaller than x.
func sineOf(x, rest float64) float64 {
	if math.Abs(x) < 0x1.020c49ba5e354p-3 {
		xx := x * x
		p := math.FMA(xx, -0x1.addffc2fcdf59p-26, 0x1.71de27b9a7ed9p-19)
		p = math.FMA(xx, p, -0x1.a01a019db08b8p-13)
		p = math.FMA(xx, p, 0x1.1111111110ecep-7)
		p = math.FMA(xx, p, -0x1.5555555555555p-3)
		return x + math.FMA(xx, math.FMA(p, x, -(rest*0.5)), rest)
	}
	if x <= 0 {
		rest = -rest
	}
	e, d := split(x)
	dd := d * d
	s := d + math.FMA(dd*d, sineTail(dd), rest)
	c := math.FMA(d, rest, dd*cosineTail(dd))
	r := math.FMA(s, e.cosRest, e.sinRest)
	r = math.FMA(-c, e.sin, r)
	return math.Copysign(e.sin+math.FMA(s, e.cos, r), x)
}

// cosineOf returns the cosine of x+rest.
func cosineOf(x, rest float64) float64 {
	if x < 0 {
		rest = -rest
	}
	e, d := split(x)
	d += rest
	dd := d * d
	s := math.FMA(d*dd, sineTail(dd), d)
	r := math.FMA(-s, e.sinRest, e.cosRest)
	r = math.FMA(-e.cos, dd*cosineTail(dd), r)
	return e.cos + math.FMA(-s, e.sin, r)
}

// sineTail and cosineTail are (sin(x)-x)/x^3 and (1-cos(x))/x^2 of a small x.
func sineTail(xx float64) float64 {
	return math.FMA(xx, 0x1.11110e829872fp-7, -0x1.5555555555515p-3)
}

func cosineTail(xx float64) float64 {
	p := math.FMA(xx, 0x1.6c16bedd9e239p-10, -0x1.5555555555535p-5)
	return math.FMA(p, xx, 0.5)
}
