package wire

import "math"

// TokenKind says what a [Token] is.
type TokenKind uint8

// Kinds of tokens.
const (
	TokenInvalid TokenKind = iota // the reader has failed
	TokenNil
	TokenBool
	TokenInt    // fits an int64
	TokenUint   // greater than the largest int64
	TokenFloat  // 64 bits, or 32 widened
	TokenString // text or bytes; msgpack's str and bin are the same to the server
	TokenArray  // Len elements follow
	TokenMap    // Len pairs follow
	TokenExt
)

// Token is one msgpack value, or the head of a list or map whose elements are the
// tokens that follow.
type Token struct {
	Kind TokenKind
	Ext  uint8  // TokenExt: the extension type, where containers keep their flags
	Num  uint64 // bool, int, float bits, or count
	Data []byte // TokenString, TokenExt; aliases the input
}

// Int returns the value of a TokenInt. A TokenUint wraps to a negative number, as
// the server's arithmetic has it.
func (t *Token) Int() int64 { return int64(t.Num) }

// Float returns the value of a TokenFloat.
func (t *Token) Float() float64 { return math.Float64frombits(t.Num) }

// Bool returns the value of a TokenBool.
func (t *Token) Bool() bool { return t.Num != 0 }

// Len returns the count of a TokenArray or TokenMap: elements or pairs. It never
// exceeds what the rest of the input could hold.
func (t *Token) Len() int { return int(t.Num) }

// Typed splits a TokenString into the type byte and what follows it. The server
// takes an empty string, and every type that it does not know, for bytes.
func (t *Token) Typed() (ParticleType, []byte) {
	if len(t.Data) == 0 {
		return ParticleBlob, nil
	}
	return ParticleType(t.Data[0]), t.Data[1:]
}

// IsWildcard reports whether the token is the value that equals every other.
func (t *Token) IsWildcard() bool { return t.isSpecial(msgpackWildcard) }

// IsInfinity reports whether the token is the value greater than every other.
func (t *Token) IsInfinity() bool { return t.isSpecial(msgpackInfinity) }

func (t *Token) isSpecial(which byte) bool {
	return t.Kind == TokenExt && t.Ext == msgpackSpecial && len(t.Data) == 1 && t.Data[0] == which
}

// Token reads the next msgpack value or container head, in any of the standard
// formats. After a fault the kind is TokenInvalid.
func (r *Reader) Token() (t Token) {
	at := r.off
	b := r.take(1, "msgpack")
	if b == nil {
		return Token{}
	}
	c := b[0]
	if c <= 0x7f || c >= 0xe0 { // a small integer is its own format byte
		return Token{Kind: TokenInt, Num: uint64(int8(c))}
	}
	switch {
	case c >= 0xc0:
		r.longToken(&t, c)
	case c >= 0xa0:
		t.Kind, t.Data = TokenString, r.take(int(c&0x1f), "msgpack string")
	case c >= 0x90:
		t.Kind, t.Num = TokenArray, uint64(c&0x0f)
	default:
		t.Kind, t.Num = TokenMap, uint64(c&0x0f)
	}
	if t.Kind == TokenArray || t.Kind == TokenMap {
		r.checkCount(&t, at)
	}
	if r.err != nil {
		return Token{}
	}
	return t
}

// longToken reads what follows the format byte c, c0 to df. It fills in a Token
// instead of returning one, which would be copied once more.
func (r *Reader) longToken(t *Token, c byte) {
	switch c {
	case 0xc0:
		t.Kind = TokenNil
	case 0xc2, 0xc3:
		t.Kind, t.Num = TokenBool, uint64(c&1)
	case 0xca:
		f := math.Float32frombits(r.Uint32("msgpack float"))
		t.Kind, t.Num = TokenFloat, math.Float64bits(float64(f))
	case 0xcb:
		t.Kind, t.Num = TokenFloat, r.Uint64("msgpack float")
	case 0xcc, 0xcd, 0xce, 0xcf:
		t.Kind, t.Num = TokenInt, r.uintOf(1<<(c-0xcc), "msgpack integer")
		if t.Num > math.MaxInt64 {
			t.Kind = TokenUint
		}
	case 0xd0, 0xd1, 0xd2, 0xd3:
		size := 1 << (c - 0xd0)
		shift := 64 - 8*size // extend the sign
		t.Kind, t.Num = TokenInt, uint64(int64(r.uintOf(size, "msgpack integer"))<<shift>>shift)
	case 0xc4, 0xc5, 0xc6:
		t.Kind, t.Data = TokenString, r.sized(1<<(c-0xc4), "msgpack bytes")
	case 0xd9, 0xda, 0xdb:
		t.Kind, t.Data = TokenString, r.sized(1<<(c-0xd9), "msgpack string")
	case 0xdc, 0xdd:
		t.Kind, t.Num = TokenArray, r.uintOf(2<<(c-0xdc), "msgpack array count")
	case 0xde, 0xdf:
		t.Kind, t.Num = TokenMap, r.uintOf(2<<(c-0xde), "msgpack map count")
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
		r.ext(t, 1<<(c-0xd4))
	case 0xc7, 0xc8, 0xc9:
		r.ext(t, r.uintOf(1<<(c-0xc7), "msgpack extension size"))
	default:
		r.failAt(r.off-1, "msgpack: format byte %#02x is reserved", c)
	}
}

// uintOf reads a big-endian integer of 1, 2, 4 or 8 bytes.
func (r *Reader) uintOf(size int, what string) uint64 {
	switch size {
	case 1:
		return uint64(r.Uint8(what))
	case 2:
		return uint64(r.Uint16(what))
	case 4:
		return uint64(r.Uint32(what))
	}
	return r.Uint64(what)
}

// sized reads a length of the given size, then that many bytes.
func (r *Reader) sized(size int, what string) []byte {
	return r.bounded(r.uintOf(size, what), what)
}

// bounded reads n bytes. It compares before it converts: an int may have 32 bits.
func (r *Reader) bounded(n uint64, what string) []byte {
	if n > uint64(r.Len()) {
		r.Fail("%s: need %d bytes, have %d", what, n, r.Len())
		return nil
	}
	return r.take(int(n), what)
}

func (r *Reader) ext(t *Token, size uint64) {
	t.Kind, t.Ext = TokenExt, r.Uint8("msgpack extension type")
	t.Data = r.bounded(size, "msgpack extension")
}

// checkCount compares a count with what is left: an element takes a byte or more.
func (r *Reader) checkCount(t *Token, at int) {
	need := t.Num
	if t.Kind == TokenMap {
		need *= 2
	}
	if left := r.Len(); need > uint64(left) {
		r.failAt(at, "msgpack: %d elements, but only %d bytes follow", need, left)
	}
}

// SkipMsgpack drops the next msgpack value with all that it holds and returns its
// bytes, which alias the input. It keeps a count of the elements to come instead of
// recursing, so that no nesting can exhaust the stack.
func (r *Reader) SkipMsgpack() []byte {
	start := r.off
	for pending := 1; pending > 0 && r.err == nil; pending-- {
		t := r.Token()
		switch t.Kind {
		case TokenArray:
			pending += t.Len()
		case TokenMap:
			pending += 2 * t.Len()
		}
		if pending-1 > r.Len() { // what the outer containers still expect counts too
			r.Fail("msgpack: %d elements missing, but only %d bytes follow", pending-1, r.Len())
		}
	}
	if r.err != nil {
		return nil
	}
	return r.buf[start:r.off:r.off]
}
