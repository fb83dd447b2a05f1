package integration

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// model is what a record should be. Numbers live in bins n0 to n2, text in s0 to s2.
type model struct {
	bins       map[string]any
	exists     bool
	generation int
}

// step is an operation with what it should do and return.
type step struct {
	op aerospike.Op
	do func(bins map[string]any) (result any)
}

func randomStep(rng *rand.Rand) step {
	num := []string{"n0", "n1", "n2"}[rng.IntN(3)]
	text := []string{"s0", "s1", "s2"}[rng.IntN(3)]
	n := int64(rng.IntN(100))
	word := []string{"", "x", "längeres"}[rng.IntN(3)]
	old := func(b map[string]any) string { s, _ := b[text].(string); return s }
	switch rng.IntN(9) {
	case 0:
		return step{aerospike.Write(num, n), func(b map[string]any) any { b[num] = n; return nil }}
	case 1:
		return step{aerospike.Write(text, word), func(b map[string]any) any { b[text] = word; return nil }}
	case 2:
		return step{aerospike.Add(num, n), func(b map[string]any) any {
			before, _ := b[num].(int64)
			b[num] = before + n
			return nil
		}}
	case 3:
		return step{aerospike.Append(text, word), func(b map[string]any) any { b[text] = old(b) + word; return nil }}
	case 4:
		return step{aerospike.Prepend(text, word), func(b map[string]any) any { b[text] = word + old(b); return nil }}
	case 5:
		return step{aerospike.Write(num, nil), func(b map[string]any) any { delete(b, num); return nil }}
	case 6:
		return step{aerospike.Read(text), func(b map[string]any) any { return b[text] }}
	case 7:
		return step{aerospike.ReadHeader(), func(map[string]any) any { return nil }}
	}
	return step{aerospike.Read(num), func(b map[string]any) any { return b[num] }}
}

// Random lists of operations must do and return what a map in memory does.
func TestOperateFollowsTheModel(t *testing.T) {
	seed := rand.Uint64()
	onEach(t, func(e *env) {
		e.Logf("seed %d", seed)
		rng := rand.New(rand.NewPCG(seed, 1))
		key := e.key()
		m := model{bins: map[string]any{}}
		for round := range 300 {
			steps := make([]step, 1+rng.IntN(12))
			ops := make([]aerospike.Op, len(steps))
			writes := false
			for i := range steps {
				steps[i] = randomStep(rng)
				ops[i] = steps[i].op
				writes = writes || steps[i].op.Type != aerospike.ReadHeader().Type && steps[i].op.Type.Writes()
			}
			rec, err := e.client.Operate(e.ctx, key, ops)
			if !m.exists && (!writes || errors.Is(err, aerospike.ErrRecordNotFound)) {
				require.ErrorIs(e, err, aerospike.ErrRecordNotFound, "round %d", round)
				// What is left of the record decides: it may not have been worth creating.
				after := map[string]any{}
				for _, s := range steps {
					s.do(after)
				}
				require.Empty(e, after, "round %d", round)
				continue
			}
			require.NoError(e, err, "round %d", round)
			want := make([]any, len(steps))
			for i, s := range steps {
				want[i] = s.do(m.bins)
			}
			require.Equal(e, want, results(rec), "round %d: %+v", round, ops)
			if writes {
				m.generation++
			}
			if m.exists = len(m.bins) > 0; !m.exists {
				m.generation = 0
			}
			require.EqualValues(e, m.generation, rec.Generation, "round %d", round)
			if m.exists {
				require.Equal(e, m.bins, e.get(key).Map(), "round %d", round)
			} else {
				e.gone(key)
			}
		}
	})
}
