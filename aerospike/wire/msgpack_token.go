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
func (r *Reader) Token() Token {
	at := r.off
	b := r.take(1, "msgpack")
	if b == nil {
		return Token{}
	}
	var t Token
	switch c := b[0]; {
	case c <= 0x7f:
		t = Token{Kind: TokenInt, Num: uint64(c)}
	case c >= 0xe0:
		t = Token{Kind: TokenInt, Num: uint64(int8(c))}
	case c >= 0xa0 && c <= 0xbf:
		t = Token{Kind: TokenString, Data: r.take(int(c&0x1f), "msgpack string")}
	case c >= 0x90 && c <= 0x9f:
		t = r.container(TokenArray, uint64(c&0x0f), at)
	case c >= 0x80 && c <= 0x8f:
		t = r.container(TokenMap, uint64(c&0x0f), at)
	default:
		t = r.longToken(c, at)
	}
	if r.err != nil {
		return Token{}
	}
	return t
}

// longToken reads what follows the format byte c, c0 to df.
func (r *Reader) longToken(c byte, at int) Token {
	switch c {
	case 0xc0:
		return Token{Kind: TokenNil}
	case 0xc2, 0xc3:
		return Token{Kind: TokenBool, Num: uint64(c & 1)}
	case 0xca:
		f := math.Float32frombits(r.Uint32("msgpack float"))
		return Token{Kind: TokenFloat, Num: math.Float64bits(float64(f))}
	case 0xcb:
		return Token{Kind: TokenFloat, Num: r.Uint64("msgpack float")}
	case 0xcc, 0xcd, 0xce, 0xcf:
		n := r.uintOf(1<<(c-0xcc), "msgpack integer")
		if n > math.MaxInt64 {
			return Token{Kind: TokenUint, Num: n}
		}
		return Token{Kind: TokenInt, Num: n}
	case 0xd0, 0xd1, 0xd2, 0xd3:
		size := 1 << (c - 0xd0)
		shift := 64 - 8*size // extend the sign
		n := int64(r.uintOf(size, "msgpack integer")) << shift >> shift
		return Token{Kind: TokenInt, Num: uint64(n)}
	case 0xc4, 0xc5, 0xc6:
		return Token{Kind: TokenString, Data: r.sized(1<<(c-0xc4), "msgpack bytes")}
	case 0xd9, 0xda, 0xdb:
		return Token{Kind: TokenString, Data: r.sized(1<<(c-0xd9), "msgpack string")}
	case 0xdc, 0xdd:
		return r.container(TokenArray, r.uintOf(2<<(c-0xdc), "msgpack array count"), at)
	case 0xde, 0xdf:
		return r.container(TokenMap, r.uintOf(2<<(c-0xde), "msgpack map count"), at)
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
		return r.ext(1 << (c - 0xd4))
	case 0xc7, 0xc8, 0xc9:
		return r.ext(r.uintOf(1<<(c-0xc7), "msgpack extension size"))
	}
	r.off = at
	r.Fail("msgpack: format byte %#02x is reserved", c)
	return Token{}
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

func (r *Reader) ext(size uint64) Token {
	kind := r.Uint8("msgpack extension type")
	return Token{Kind: TokenExt, Ext: kind, Data: r.bounded(size, "msgpack extension")}
}

// container checks a count against what is left: an element takes a byte or more.
func (r *Reader) container(kind TokenKind, n uint64, at int) Token {
	need := n
	if kind == TokenMap {
		need = 2 * n
	}
	if left := r.Len(); need > uint64(left) {
		if r.err == nil {
			r.off = at
		}
		r.Fail("msgpack: %d elements, but only %d bytes follow", need, left)
	}
	return Token{Kind: kind, Num: n}
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
