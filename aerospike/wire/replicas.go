package wire

import (
	"encoding/base64"
	"math/bits"
	"strconv"
	"strings"
)

const (
	bitmapSize  = Partitions / 8
	maxReplicas = 256 // a cluster has at most so many nodes (server: AS_CLUSTER_SZ)
)

// bitmapText is the length of a bitmap in base64.
var bitmapText = base64.StdEncoding.EncodedLen(bitmapSize)

// Bitmap is a set of partitions, in the order of bits that the server sends.
type Bitmap [bitmapSize]byte

// Has reports whether partition pid is in the set; one outside 0 to 4095 is not.
func (b *Bitmap) Has(pid int) bool {
	return uint(pid) < Partitions && b[pid>>3]&(0x80>>(pid&7)) != 0
}

// Set adds partition pid to the set, if it is within 0 to 4095.
func (b *Bitmap) Set(pid int) {
	if uint(pid) < Partitions {
		b[pid>>3] |= 0x80 >> (pid & 7)
	}
}

// Clear takes partition pid out of the set.
func (b *Bitmap) Clear(pid int) {
	if uint(pid) < Partitions {
		b[pid>>3] &^= 0x80 >> (pid & 7)
	}
}

// Count returns how many partitions the set has.
func (b *Bitmap) Count() int {
	n := 0
	for _, octet := range b {
		n += bits.OnesCount8(octet)
	}
	return n
}

// NamespaceReplicas tells which partitions of a namespace a node holds.
type NamespaceReplicas struct {
	Namespace string
	// Regime grows with every change of ownership in a namespace with strong
	// consistency; it is 0 in any other namespace.
	Regime uint32
	// Columns has one set for each copy that the namespace keeps: in column 0 the
	// partitions that the node is master of, in column i those that it holds the
	// i-th replica of.
	Columns []Bitmap
}

// AppendReplicas appends the value of the replicas command:
//
//	namespace:regime,columns,base64,base64;namespace:...
func AppendReplicas(dst []byte, list []NamespaceReplicas) []byte {
	for i := range list {
		ns := &list[i]
		if i > 0 {
			dst = append(dst, ';')
		}
		dst = append(append(dst, ns.Namespace...), ':')
		dst = append(strconv.AppendUint(dst, uint64(ns.Regime), 10), ',')
		dst = strconv.AppendInt(dst, int64(len(ns.Columns)), 10)
		for c := range ns.Columns {
			dst = base64.StdEncoding.AppendEncode(append(dst, ','), ns.Columns[c][:])
		}
	}
	return dst
}

// ParseReplicas parses the value of the replicas command. A node that does not
// know its partitions yet reports one empty column. It fails unless each namespace
// has 1 to 256 columns of 4096 partitions; what it allocates is smaller than the
// value.
func ParseReplicas(value string) ([]NamespaceReplicas, error) {
	var list []NamespaceReplicas
	for rest := value; rest != ""; {
		entry, tail, _ := strings.Cut(rest, ";")
		ns, err := parseNamespaceReplicas(entry, len(value)-len(rest))
		if err != nil {
			return nil, err
		}
		list = append(list, ns)
		rest = tail
	}
	return list, nil
}

// parseNamespaceReplicas parses one entry, which stands at offset in the value.
func parseNamespaceReplicas(entry string, offset int) (NamespaceReplicas, error) {
	end := offset + len(entry)
	name, rest, ok := strings.Cut(entry, ":")
	if !ok || name == "" {
		return NamespaceReplicas{}, newError(offset, "replicas: no namespace")
	}
	offset = end - len(rest)
	word, rest, _ := strings.Cut(rest, ",")
	regime, err := strconv.ParseUint(word, 10, 32)
	if err != nil {
		return NamespaceReplicas{}, newError(offset, "replicas: the regime is not a number of 32 bits")
	}
	offset = end - len(rest)
	word, rest, _ = strings.Cut(rest, ",")
	columns, err := strconv.Atoi(word)
	if err != nil || columns < 1 || columns > maxReplicas {
		return NamespaceReplicas{}, newError(offset, "replicas: the number of columns is not one from 1 to %d", maxReplicas)
	}
	// All bitmaps have the same length, so the length of the text shows whether they
	// are all there before anything is allocated for them.
	offset = end - len(rest)
	if len(rest) != columns*(bitmapText+1)-1 {
		return NamespaceReplicas{}, newError(offset, "replicas: want %d bitmaps of %d characters", columns, bitmapText)
	}
	ns := NamespaceReplicas{Namespace: name, Regime: uint32(regime), Columns: make([]Bitmap, columns)}
	for i := range ns.Columns {
		offset = end - len(rest)
		word, rest, _ = strings.Cut(rest, ",")
		if !decodeBitmap(&ns.Columns[i], word) {
			return NamespaceReplicas{}, newError(offset, "replicas: malformed bitmap")
		}
	}
	return ns, nil
}

func decodeBitmap(b *Bitmap, text string) bool {
	// Decode may write as many bytes as padding could hide, one more than a bitmap has.
	var buf [bitmapSize + 2]byte
	if len(text) != bitmapText {
		return false
	}
	n, err := base64.StdEncoding.Strict().Decode(buf[:], []byte(text))
	copy(b[:], buf[:])
	return err == nil && n == bitmapSize
}
