package text

import (
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/expr/internal/node"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Every valid expression prints to a text that parses to the same bytes, and the text of
// that is the same text.
func TestAnyExpressionSurvivesItsText(t *testing.T) {
	const rounds = 10_000
	seen := map[wire.ExpOp]int{}
	for seed := range uint64(rounds) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 3)), vars: map[string]wire.ExpType{}}
		of := allTypes[g.IntN(len(allTypes))]
		n := g.node(of, 1+g.IntN(5))
		packed := n.Append(nil)
		decoded, err := node.Decode(packed)
		if err != nil {
			require.ErrorContains(t, err, "evaluated arguments", "seed %d", seed)
			continue
		}
		require.Equal(t, hex.EncodeToString(packed), hex.EncodeToString(decoded.Append(nil)), "seed %d", seed)
		_, err = decoded.Check()
		if err != nil { // a literal that is none where it stands as an operand
			continue
		}
		count(seen, decoded)
		text := Print(decoded)
		tmpl, err := Parse(text)
		require.NoError(t, err, "seed %d: %s", seed, text)
		again, err := tmpl.Compile(nil, node.TypeNone)
		require.NoError(t, err, "seed %d: %s", seed, text)
		require.Equal(t, hex.EncodeToString(packed), hex.EncodeToString(again.Append(nil)), "seed %d: %s", seed, text)
		require.Equal(t, text, Print(again), "seed %d", seed)
	}
	for op := range wire.ExpOp(128) {
		if _, _, ok := node.Operands(op); ok && op != wire.ExpResultRemove {
			require.Greater(t, seen[op], 30, "operation %d", op)
		}
	}
}

func count(seen map[wire.ExpOp]int, n *node.Node) {
	if !n.Literal {
		seen[n.Op]++
	}
	for _, arg := range n.Args {
		count(seen, arg)
	}
	if n.Call != nil {
		for _, arg := range n.Call.Args {
			count(seen, arg)
		}
	}
}
