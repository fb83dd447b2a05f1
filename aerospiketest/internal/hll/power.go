package hll

import "math"

// powerBelowOne returns (1-2^-k)^y, for k of 4 or more and a whole y, bit for bit as
// the server's C library has it on a processor that multiplies and adds in one
// step. Its error is a little over half a unit in the last place, so a different
// algorithm, however exact, would sometimes round the other way. The numbers below
// are those of that library's logarithm and exponential (glibc 2.28 and later).
func powerBelowOne(k int, y float64) float64 {
	if k > 53 || y == 0 { // 1-2^-k is 1
		return 1
	}
	high, low := logBelowOne(k)
	high, rest := y*high, math.FMA(high, y, -(y*high))
	return exp(high, math.FMA(y, low, rest))
}

// logBelowOne returns the logarithm of 1-2^-k in two parts.
func logBelowOne(k int) (high, low float64) {
	x := 1 - math.Ldexp(1, -k)
	inverse, high, low := logStart(k)
	r := math.FMA(x, inverse, -1)

	t := high + r
	e1 := high - t + r
	square := -0.5 * r
	r2 := r * square
	r3 := r * r2
	e2 := math.FMA(square, r, -r2)
	sum := t + r2
	e3 := t - sum + r2

	p := math.FMA(r, 0x1.0002b8b263fc3p+0, -0x1.2495b9b4845e9p+0)
	p = math.FMA(p, r2, math.FMA(r, -0x1.555555529a47ap-1, 0x1.999999959554ep-1))
	p = math.FMA(p, r2, math.FMA(r, 0x1.0000000000006p-1, -0x1.5555555555560p-1))
	e := math.FMA(r3, p, low+e1+e2+e3)

	high = sum + e
	return high, sum - high + e
}

// logStart returns a number whose product with 1-2^-k is close to 1, and the
// negative of its logarithm in two parts.
func logStart(k int) (inverse, high, low float64) {
	switch k {
	case 4:
		return 0x1.1p+0, -0x1.f0a30c0118p-5, 0x1.d599e83368e91p-45
	case 5:
		return 0x1.08p+0, -0x1.f829b0e78p-6, -0x1.980267c7e09e4p-45
	case 6:
		return 0x1.04p+0, -0x1.fc0a8b0fcp-7, -0x1.f1e7cf6d3a69cp-50
	case 7:
		return 0x1.02p+0, -0x1.fe02a6b1p-8, -0x1.9e23f0dda40e4p-46
	}
	return 1, 0, 0
}

// exp returns e to the power of high+low, which must be negative. Results too small
// for a normal float64 are 0; nothing can be seen of them in a similarity.
func exp(high, low float64) float64 {
	const (
		toWhole = 0x1.8p52 // adding it leaves a whole number
		ln2High = 0x1.62e42fefa0000p-8
		ln2Low  = 0x1.cf79abc9e3b3ap-47
	)
	if high < -708 {
		return 0
	}
	shifted := math.FMA(high, 0x1.71547652b82fep+7, toWhole)
	n := shifted - toWhole // in units of ln(2)/128
	r := low + math.FMA(n, -ln2Low, math.FMA(n, -ln2High, high))
	start := &powersOfTwo[int(n)&127]

	r2 := r * r
	p := math.FMA(math.FMA(r, 0x1.555555555543cp-3, 0x1.ffffffffffdbdp-2), r2, r+start.rest)
	p = math.FMA(math.FMA(r, 0x1.1111167a4d017p-7, 0x1.55555cf172b91p-5), r2*r2, p)
	scale := math.Ldexp(start.value, int(n)>>7)
	return math.FMA(p, scale, scale)
}
