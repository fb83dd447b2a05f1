package types

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/require"
)

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// generator makes random values, among them the edges of each kind.
type generator struct{ *rand.Rand }

var (
	edgeInts    = []int64{0, 1, -1, 127, 128, 255, 256, -32, -33, -128, -129, 65535, 65536, -32769, math.MaxInt32, math.MinInt32, math.MaxUint32, 1 << 32, math.MaxInt64, math.MinInt64}
	edgeFloats  = []float64{0, math.Copysign(0, -1), 1, -1.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}
	edgeLengths = []int{0, 1, 14, 15, 16, 30, 31, 32, 254, 255, 256, 70000}
)

func (g generator) int() int64 {
	if g.IntN(2) == 0 {
		return edgeInts[g.IntN(len(edgeInts))]
	}
	return int64(g.Uint64()) >> g.IntN(64)
}

func (g generator) bytes(depth int) []byte {
	n := g.IntN(12)
	if depth == 0 {
		n = edgeLengths[g.IntN(len(edgeLengths))]
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.Uint32())
	}
	return b
}

// value returns a storable value.
func (g generator) value(depth int) Value {
	kinds := 10
	if depth > 4 {
		kinds = 8 // no further nesting
	}
	switch g.IntN(kinds) {
	case 0:
		return Nil()
	case 1:
		return Bool(g.IntN(2) == 0)
	case 2:
		return Int(g.int())
	case 3:
		return Float(edgeFloats[g.IntN(len(edgeFloats))])
	case 4:
		return String(string(g.bytes(depth)))
	case 5:
		return Bytes(g.bytes(depth))
	case 6:
		return GeoJSONValue(string(g.bytes(depth)))
	case 7:
		return HLLValue(g.bytes(depth))
	case 8:
		elems := make([]Value, g.IntN(20))
		for i := range elems {
			elems[i] = g.value(depth + 1)
		}
		return List(elems...)
	}
	var entries []MapEntry
	for range g.IntN(20) {
		e := MapEntry{g.key(), g.value(depth + 1)}
		if _, taken := Map(entries...).Lookup(e.Key); !taken {
			entries = append(entries, e)
		}
	}
	return OrderedMap([]MapOrder{Unordered, KeyOrdered, KeyValueOrdered}[g.IntN(3)], entries...)
}

func (g generator) key() Value {
	switch g.IntN(3) {
	case 0:
		return Int(g.int())
	case 1:
		return String(string(g.bytes(1)))
	}
	return Bytes(g.bytes(1))
}

func TestEveryValueSurvivesTheWire(t *testing.T) {
	for seed := range uint64(3000) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		want := g.value(0)
		data, p, err := want.AppendTo(nil)
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, want.ParticleType(), p)
		got, err := DecodeValue(p, data)
		require.NoError(t, err, "seed %d", seed)
		require.True(t, want.Equal(got), "seed %d: %v became %v", seed, want, got)
		require.Equal(t, want.Order(), got.Order())

		// The same by way of plain Go values.
		again, err := ValueOf(want.Any())
		require.NoError(t, err, "seed %d", seed)
		require.True(t, want.Equal(again), "seed %d: %v became %v", seed, want, again)
		fromAny, p2, err := AppendValue(nil, want.Any())
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, p, p2)
		back, err := DecodeValue(p2, fromAny)
		require.NoError(t, err)
		require.True(t, want.Equal(back), "seed %d", seed)

		// And as an element of an argument.
		elem, err := AppendMsgpack(nil, want)
		require.NoError(t, err)
		back, err = DecodeMsgpack(elem)
		require.NoError(t, err)
		require.True(t, want.Equal(back), "seed %d", seed)
	}
}

func TestCompareIsAnOrder(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(7, 7))}
	values := make([]Value, 0, 80)
	for len(values) < cap(values) {
		if v := g.value(2); !holdsNaN(v) { // NaN equals every float
			values = append(values, v)
		}
	}
	for _, a := range values {
		for _, b := range values {
			require.Equal(t, a.Compare(b), -b.Compare(a))
			for _, c := range values {
				if a.Compare(b) <= 0 && b.Compare(c) <= 0 {
					require.LessOrEqual(t, a.Compare(c), 0, "%v %v %v", a, b, c)
				}
			}
		}
	}
}

func holdsNaN(v Value) bool {
	switch v.Kind() {
	case KindFloat:
		return math.IsNaN(v.float())
	case KindList:
		for _, e := range v.elems() {
			if holdsNaN(e) {
				return true
			}
		}
	case KindMap:
		for _, e := range v.entries() {
			if holdsNaN(e.Value) {
				return true
			}
		}
	}
	return false
}

// everything has a field of each type that can be mapped, at top level and nested.
type everything struct {
	Scalars
	Nested  Scalars
	List    []Scalars
	ByName  map[string]Scalars
	Pointer *Scalars
}

// Scalars is exported because testing/quick cannot fill unexported fields.
type Scalars struct {
	B    bool
	I    int
	I8   int8
	I16  int16
	I32  int32
	I64  int64
	U8   uint8
	U16  uint16
	U32  uint32
	F32  float32
	F64  float64
	S    string
	Y    []byte
	A    [3]byte
	AI   [2]int16
	L    []int64
	LL   [][]string
	M    map[string]int
	MI   map[int8][]byte
	MB   map[[2]byte]bool
	G    GeoJSON
	H    HLL
	D    time.Duration
	P    *int32
	PS   *[]string
	Name named `as:"named"`
}

type named string

func TestEveryStructSurvivesTheWire(t *testing.T) {
	survives := func(want everything) bool {
		bins, err := BinsOf(&want)
		require.NoError(t, err)
		var got everything
		require.NoError(t, ScanRecord(store(t, bins), &got))
		normalise(reflect.ValueOf(&want).Elem())
		normalise(reflect.ValueOf(&got).Elem())
		return reflect.DeepEqual(want, got)
	}
	require.NoError(t, quick.Check(survives, &quick.Config{MaxCount: 40}))
}

// normalise makes nil slices and maps empty: both are stored as empty ones.
func normalise(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			normalise(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			normalise(v.Elem())
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			normalise(v.Index(i))
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for it := v.MapRange(); it.Next(); {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(it.Value())
			normalise(elem)
			v.SetMapIndex(it.Key(), elem)
		}
	}
}
