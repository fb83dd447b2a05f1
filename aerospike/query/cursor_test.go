package query

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// digestIn returns a digest that lies in a partition.
func digestIn(partition int, rest byte) wire.Digest {
	d := wire.Digest{byte(partition), byte(partition >> 8), rest}
	d[wire.DigestSize-1] = rest
	return d
}

// someCursor has partitions in every state.
func someCursor() *Cursor {
	c := &Cursor{statement: 7, parts: newPositions(0, wire.Partitions)}
	for i := range c.parts.parts {
		switch p := &c.parts.parts[i]; {
		case i < 100:
			p.finish()
		case i < 200:
			p.pass(digestIn(i, byte(i)), int64(i)-150)
		case i < 4000:
			p.state = untouched
		}
	}
	c.parts.at(150).bval, c.parts.at(151).bval = math.MinInt64, math.MaxInt64
	return c
}

func TestCursorsSurviveText(t *testing.T) {
	part := &Cursor{statement: math.MaxUint64, parts: PartitionSet(4095, 3000).positions()}
	for _, c := range []*Cursor{someCursor(), part, {parts: AfterDigest(digestIn(9, 1)).positions()}} {
		text := c.String()
		require.NotContains(t, text, "=")
		got, err := ParseCursor(text)
		require.NoError(t, err)
		require.Equal(t, c, got)
		require.Equal(t, c.Done(), got.Done())
		require.Equal(t, c.Left(), got.Left())
	}
	b, err := json.Marshal(map[string]*Cursor{"at": part})
	require.NoError(t, err)
	var back map[string]*Cursor
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, part, back["at"])
}

func TestCursorsAreShortAtTheEnds(t *testing.T) {
	begin := &Cursor{parts: AllPartitions().positions()}
	require.False(t, begin.Done())
	require.Equal(t, wire.Partitions, begin.Left())
	require.Less(t, len(begin.String()), 100)
	for i := range begin.parts.parts {
		begin.parts.parts[i].finish()
	}
	require.True(t, begin.Done())
	require.Zero(t, begin.Left())
	require.Less(t, len(begin.String()), 100)
	for i := range begin.parts.parts {
		begin.parts.parts[i].pass(digestIn(i, 1), math.MinInt64)
	}
	require.Less(t, len(begin.String()), 165_000)
}

func TestBrokenCursorsAreRefused(t *testing.T) {
	whole := someCursor().String()
	for name, text := range map[string]string{
		"nothing":    "",
		"not base64": "*",
		"cut":        whole[:len(whole)-4],
		"longer":     whole + "AAAA",
		"altered":    whole[:200] + "x" + whole[201:],
	} {
		c := &Cursor{statement: 5}
		require.ErrorIs(t, c.UnmarshalText([]byte(text)), types.ErrInvalidArg, name)
		require.Equal(t, &Cursor{statement: 5}, c, "%s: it is left alone", name)
	}
	head := []byte{1, 0, 0, 0, 0, 0, 0, 0, 0}
	for name, tail := range map[string][]byte{
		"no partitions":     {0, 0},
		"first beyond":      {0x80, 0x20, 1, 1, 1},
		"too many":          {1, 0x80, 0x20, 1, 1},
		"no runs":           {0, 1},
		"run of none":       {0, 1, 0, 1},
		"run too long":      {0, 1, 2, 1},
		"endless number":    {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
		"unknown state":     {0, 1, 1, 4},
		"record of another": append([]byte{0, 1, 1, 2, 1}, make([]byte, 20)...),
		"record cut":        {0, 1, 1, 2, 0},
		"bytes left over":   {0, 1, 1, 1, 0},
	} {
		_, err := decodeCursor(append(head[:len(head):len(head)], tail...))
		require.ErrorIs(t, err, types.ErrInvalidArg, name)
	}
	_, err := decodeCursor([]byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1})
	require.ErrorContains(t, err, "version 2")
}

// What differs in what is found has another identity, what does not has the same.
func TestCursorsBelongToTheirStatement(t *testing.T) {
	base := New("ns", "s").Where(Equals("a", 1))
	cursor := &Cursor{statement: base.identity(), parts: AllPartitions().positions()}
	for _, s := range []Statement{base, base.Select("x"), base.HeaderOnly(), base.MaxRecords(5)} {
		s = s.Resume(cursor)
		require.NoError(t, s.check())
	}
	for _, s := range []Statement{
		New("ns", "s"), New("ns", "t").Where(Equals("a", 1)), New("nss", "").Where(Equals("a", 1)),
		base.Where(Equals("a", 2)), base.Where(Equals("b", 1)), base.Where(Contains("a", List, 1)),
		base.Where(Equals("a", 1).ByIndex("i")),
	} {
		s = s.Resume(cursor)
		require.ErrorIs(t, s.check(), types.ErrInvalidArg)
	}
}

func FuzzDecodeCursor(f *testing.F) {
	for _, c := range []*Cursor{someCursor(), {parts: PartitionSet(4095, 3000).positions()}} {
		b, err := base64.RawURLEncoding.DecodeString(c.String())
		require.NoError(f, err)
		f.Add(b[:len(b)-4])
	}
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeCursor(b)
		if err != nil {
			require.ErrorIs(t, err, types.ErrInvalidArg)
			return
		}
		again, err := ParseCursor(c.String())
		require.NoError(t, err)
		require.Equal(t, &c, again)
		s := Statement{namespace: "ns", cursor: &c}
		require.Len(t, s.start().todo(), c.Left())
	})
}
