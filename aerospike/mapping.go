package aerospike

import (
	"context"
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// GetAs reads a record into a new T, which is a struct; see [types.BinsOf] for how
// fields and bins belong together. Fields tagged `as:",generation"` and `as:",ttl"` get
// the record's. A bin of another kind than its field is [ErrBinType]; the error names
// both. How a type is mapped is worked out once.
func GetAs[T any](ctx context.Context, c *Client, key Key, opts ...ReadOption) (T, error) {
	var v T
	if _, err := c.get(ctx, key, &v, opts); err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// PutFrom writes the bins of a struct, see [types.BinsOf]. Its fields for generation
// and time to live play no part, unless [IfUnchanged] or [FieldTTL] is given.
//
// So a struct that was read can be changed and written back safely:
//
//	user, err := aerospike.GetAs[User](ctx, client, key)
//	user.Visits++
//	err = aerospike.PutFrom(ctx, client, key, user, aerospike.IfUnchanged) // ErrGeneration if someone was faster
func PutFrom[T any](ctx context.Context, c *Client, key Key, v T, opts ...WriteOption) error {
	bins, err := types.BinsOf(v)
	if err == nil {
		opts, err = fromFields(v, opts)
	}
	if err != nil {
		r := c.newWrite("put", &key, nil)
		defer r.release()
		return r.refuse(ctx, c, err)
	}
	return c.PutBins(ctx, key, bins, opts...)
}

// fromFields replaces the options that stand for fields of v by what the fields say.
func fromFields(v any, opts []WriteOption) ([]WriteOption, error) {
	copied := false
	for i, opt := range opts {
		o, ok := opt.(StructOption)
		if !ok {
			continue
		}
		meta, err := types.MetaOf(v)
		if err != nil {
			return nil, err
		}
		if !copied {
			opts, copied = slices.Clone(opts), true
		}
		switch {
		case o == IfUnchanged:
			opts[i] = IfGeneration(meta.Generation)
		case meta.TTL == 0:
			opts[i] = WritePolicy{}
		case meta.TTL < 0:
			opts[i] = TTLNever
		default:
			opts[i] = TTL(meta.TTL)
		}
	}
	return opts, nil
}
