package cdt

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// EncodeContext returns a context as the base64 text that the creation of a secondary
// index takes. Such a context only reads: steps that create and steps of path
// expressions are an error, for which errors.Is(err, types.ErrInvalidArg) holds.
func EncodeContext(ctx ...Ctx) (string, error) {
	packed, err := appendSteps(nil, ctx, index)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed), nil
}

// DecodeContext undoes [EncodeContext]. It refuses what EncodeContext would not make.
func DecodeContext(text string) ([]Ctx, error) {
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errOf("context: %v", err)
	}
	ctx, err := parseSteps(packed)
	if err != nil {
		return nil, err
	}
	// The server compares contexts byte by byte.
	if again, err := appendSteps(make([]byte, 0, len(packed)), ctx, index); err != nil {
		return nil, err
	} else if !bytes.Equal(again, packed) {
		return nil, errOf("context: not in the shortest form")
	}
	return ctx, nil
}

func parseSteps(packed []byte) ([]Ctx, error) {
	r := wire.NewReader(packed)
	head := r.Token()
	if r.Err() != nil || head.Kind != wire.TokenArray || head.Len()%2 != 0 {
		return nil, errOf("context: want an array of pairs")
	}
	ctx := make([]Ctx, 0, head.Len()/2) // the reader has checked that there are as many bytes
	for i := range cap(ctx) {
		id := r.Token()
		val := r.SkipMsgpack()
		if r.Err() != nil {
			return nil, errOf("context: %v", r.Err())
		}
		if id.Kind != wire.TokenInt || id.Int() < 0 || id.Int() > math.MaxUint16 || !indexable[uint16(id.Int())] {
			return nil, errOf("context step %d: cannot be part of an index", i)
		}
		v, err := types.DecodeMsgpack(val)
		if err != nil {
			return nil, fmt.Errorf("%w: context step %d: %w", types.ErrInvalidArg, i, err)
		}
		ctx = append(ctx, Ctx{id: uint16(id.Int()), val: v})
	}
	if err := r.Finish("context"); err != nil {
		return nil, errOf("%v", err)
	}
	return ctx, nil
}

// indexable are the steps that the server takes in the context of an index. Those
// without the bit of list or map leave open which of them it is.
var indexable = map[uint16]bool{
	wire.ContextIndex: true, wire.ContextRank: true, wire.ContextKey: true, wire.ContextValue: true,
	listIndexID: true, listRankID: true, listValueID: true,
	mapIndexID: true, mapRankID: true, mapKeyID: true, mapValueID: true,
}
