package cdt

import (
	"encoding/hex"
	"errors"
)

// packed is an expression that is written by hand.
type packed string

func (p packed) AppendExpression(dst []byte) ([]byte, error) {
	b, err := hex.DecodeString(string(p))
	return append(dst, b...), err
}

// Expressions about the loop variables of path expressions.
const (
	above1  packed = "9303937a020101"                 // value > 1
	above2  packed = "9303937a020102"                 // value > 2
	doubled packed = "9316937a0701cb4000000000000000" // value * 2.0
	anyOf   packed = "c3"                             // true
	nothing packed = ""
)

var errBroken = errors.New("broken")

// broken is an expression that could not be made.
type broken struct{}

func (broken) AppendExpression(dst []byte) ([]byte, error) { return append(dst, 0xc1), errBroken }

// sketch is an empty HyperLogLog of 4 index bits.
var sketch = append([]byte{0, 4, 0}, make([]byte, 8+6*16/8)...)
