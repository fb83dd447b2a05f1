package cdt

import (
	"encoding/base64"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestContextsAsBase64(t *testing.T) {
	for _, c := range []struct {
		ctx  []Ctx
		want string
	}{
		{[]Ctx{MapKey("a")}, "kiKiA2E="},
		{[]Ctx{MapKey("a"), ListIndex(-1)}, "lCKiA2EQ/w=="},
		{[]Ctx{MapRank(-1)}, "kiH/"},
		{[]Ctx{ListValue(5)}, "khMF"},
		{[]Ctx{MapIndex(0), ListRank(2), MapValue([]any{1, "a"}), MapKey([]byte{1})}, "mCAAEQIjkgGiA2EiogQB"},
	} {
		got, err := EncodeContext(c.ctx...)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
		back, err := DecodeContext(got)
		require.NoError(t, err)
		require.Len(t, back, len(c.ctx))
		want, err := AppendContext(nil, c.ctx...)
		require.NoError(t, err)
		again, err := AppendContext(nil, back...)
		require.NoError(t, err)
		require.Equal(t, want, again)
	}
	back, err := DecodeContext(base64.StdEncoding.EncodeToString([]byte{0x92, 0x02, 0xa2, 0x03, 'a'}))
	require.NoError(t, err, "a step that leaves the type open")
	require.Equal(t, "93ccff9202a203619110", hexOf(t, List("l", back...).Size()))
}

func TestContextsThatAnIndexCannotHave(t *testing.T) {
	for what, ctx := range map[string][]Ctx{
		"the context is empty":                       nil,
		"only a list or map operation can create":    {MapKeyCreate("a", KeyOrdered)},
		"only a path expression takes it":            {AllChildren()},
		"step 1: invalid argument: only a path expr": {MapKey("a"), And(above1)},
		"cannot be stored":                           {ListValue(make(chan int))},
	} {
		_, err := EncodeContext(ctx...)
		require.ErrorIs(t, err, types.ErrInvalidArg)
		require.ErrorContains(t, err, what)
	}
	for packed, what := range map[string]string{
		"":                                     "want an array",
		"90":                                   "empty",
		"05":                                   "want an array",
		"9122":                                 "want an array",
		"9222a2":                               "context",
		"9222a2036100":                         "context",
		"9262a20361":                           "cannot be part of an index",
		"9204c3":                               "cannot be part of an index",
		"922aa0":                               "cannot be part of an index",
		"921205":                               "cannot be part of an index",
		"92ff05":                               "cannot be part of an index",
		"92cf000000010000002205":               "cannot be part of an index",
		"9213cc05":                             "not in the shortest form",
		"9213c70005":                           "cannot be",
		"dc00021305":                           "not in the shortest form",
		"9213" + "81cb3ff0000000000000" + "01": "map",
	} {
		_, err := DecodeContext(base64.StdEncoding.EncodeToString(must(hex.DecodeString(packed))))
		require.ErrorIs(t, err, types.ErrInvalidArg, packed)
		require.ErrorContains(t, err, what, packed)
	}
	_, err := DecodeContext("kiKiA2E")
	require.ErrorIs(t, err, types.ErrInvalidArg)
}

func TestInstructionsForExpressions(t *testing.T) {
	got, err := AppendPath([]byte{7}, wire.SelectTree|wire.SelectNoFail, nil, AllChildren())
	require.NoError(t, err)
	require.Equal(t, "0793ccfe9204c310", hex.EncodeToString(got))
	got, err = AppendPath(nil, wire.SelectApply, doubled, AllChildren())
	require.NoError(t, err)
	require.Equal(t, "94ccfe9204c3049316937a0701cb4000000000000000", hex.EncodeToString(got))
	for _, bad := range []Expression{nil, broken{}, nothing} {
		got, err = AppendPath([]byte{7}, wire.SelectApply, bad, AllChildren())
		require.Error(t, err)
		require.Equal(t, []byte{7}, got, "as it was")
	}
	got, err = AppendContext([]byte{7}, MapKey("a"), AllChildren())
	require.ErrorIs(t, err, types.ErrInvalidArg)
	require.Equal(t, []byte{7}, got, "as it was")
	_, err = AppendContext(nil)
	require.ErrorIs(t, err, types.ErrInvalidArg)
}

func FuzzDecodeContext(f *testing.F) {
	for _, seed := range []string{"kiKiA2E=", "lCKiA2EQ/w==", "khMF", "mCAAEQIjkgGiA2EiogQB"} {
		f.Add(must(base64.StdEncoding.DecodeString(seed)))
	}
	f.Fuzz(func(t *testing.T, packed []byte) {
		text := base64.StdEncoding.EncodeToString(packed)
		ctx, err := DecodeContext(text)
		if err != nil {
			require.ErrorIs(t, err, types.ErrInvalidArg)
			return
		}
		again, err := EncodeContext(ctx...)
		require.NoError(t, err)
		require.Equal(t, text, again)
	})
}
