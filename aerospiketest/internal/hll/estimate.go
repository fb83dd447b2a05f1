package hll

import "math"

// count estimates how many elements were put in, unless it is known already.
func (s sketch) count() uint64 {
	if n := s.cache(); n != 0 {
		return n
	}
	var ranks [1 << rankBits]uint32
	for r := range s.registers() {
		ranks[s.get(r)>>s.minhashBits()]++
	}
	m := float64(s.registers())
	// The estimator begins with the registers of the greatest rank, 64. Six bits
	// cannot hold that, so there are none.
	z := 0.0
	for k := len(ranks) - 1; k > 0; k-- {
		z = 0.5 * (z + float64(ranks[k]))
	}
	z += m * sigma(float64(ranks[0])/m)
	return round(alpha(s.indexBits()) * m * m / z)
}

// sigma is the estimator's correction for registers never set.
func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		before := z
		z += float64(x * y) // rounded before it is added
		y += y
		if z == before {
			return z
		}
	}
}

func alpha(indexBits int) float64 {
	switch indexBits {
	case 4:
		return 0.673
	case 5:
		return 0.697
	case 6:
		return 0.709
	}
	return 0.7213 / (1 + 1.079/float64(int(1)<<indexBits))
}

// round is the C library's llround: away from zero where it is a tie. What does not
// fit becomes the least integer, as the processor has it.
func round(x float64) uint64 {
	if !(math.Abs(x) < 1<<63) {
		return 1 << 63
	}
	return uint64(int64(math.Round(x)))
}

// intersectCount estimates how many elements are in all of the sketches.
func intersectCount(all []sketch) uint64 {
	if _, minhashBits := common(all); minhashBits == 0 {
		return intersectByCounts(all)
	}
	j := similarity(all)
	if math.IsNaN(j) {
		return 0
	}
	return round(float64(union(all).count()) * j)
}

// intersectByCounts works for two or three sketches: what they count in sum more
// than together must be in several of them.
func intersectByCounts(all []sketch) uint64 {
	together := union(all).count()
	sum := uint64(0)
	for _, s := range all {
		n := s.count()
		if sum+n < sum {
			sum = math.MaxUint64
			break
		}
		sum += n
	}
	if len(all) == 2 {
		if sum <= together {
			return 0
		}
		return sum - together
	}
	pairs := intersectCount(all[:2]) + intersectCount(all[1:]) + intersectCount([]sketch{all[0], all[2]})
	n := int64(together) - (int64(sum) - int64(pairs))
	return uint64(max(n, 0))
}

// similarity estimates the Jaccard index: what is in all of the sketches, as a part
// of what is in any of them. It is not a number if they are all empty.
func similarity(all []sketch) float64 {
	indexBits, minhashBits := common(all)
	if minhashBits == 0 {
		inAll, inAny := intersectByCounts(all), union(all).count()
		if inAll == 0 && inAny == 0 {
			return math.Float64frombits(0xfff8000000000000) // 0/0 as the processor has it
		}
		return float64(inAll) / float64(inAny)
	}
	filled := 0
	for _, s := range all {
		if s.hasData() {
			filled++
		}
	}
	switch filled {
	case len(all):
	case 0:
		return math.Float64frombits(0x7ff8000000000000)
	default:
		return 0
	}
	inAny := union(all).used()
	agreed := newSketch(indexBits, minhashBits)
	agreed.merge(all[0])
	for _, s := range all[1:] {
		agreed.intersect(s)
	}
	chance := 0.0
	if len(all) == 2 {
		chance = collisions(indexBits, minhashBits, all[0].count(), all[1].count())
	}
	return max(0, (float64(agreed.used())-chance)/float64(inAny))
}

// collisions estimates how many registers of two sketches agree by chance only.
func collisions(indexBits, minhashBits int, a, b uint64) float64 {
	const ranks = 1 << rankBits
	sum := 0.0
	for rank := 1; rank <= ranks; rank++ {
		product := rankShare(rank, indexBits, a) * rankShare(rank, indexBits, b)
		sum += float64(product)
	}
	return math.Ldexp(sum, indexBits-minhashBits)
}

// rankShare is the probability that a register's rank is this one after n elements.
func rankShare(rank, indexBits int, n uint64) float64 {
	const ranks = 1 << rankBits
	below := 1.0
	if rank != ranks {
		below = powerBelowOne(rank+indexBits, float64(n))
	}
	return below - powerBelowOne(rank-1+indexBits, float64(n))
}
