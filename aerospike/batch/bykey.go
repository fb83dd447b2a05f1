package batch

import (
	"reflect"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// KeyType lists what the map of [ByKey] can be keyed by.
type KeyType interface {
	~string |
		~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// ByKey consumes a stream and returns its results by user key; of two rows with the same
// key the one that stands later counts. Every row is there, also those that found nothing or
// failed.
//
// The error is that of Collect, or ErrInvalidArg if there is a key that K cannot hold: one
// of another kind, one that is known by its digest only, or a number too large.
func ByKey[K KeyType](s *Stream) (map[K]Result, error) {
	results, err := s.Collect()
	byKey := make(map[K]Result, len(results))
	for i := range results {
		k, ok := keyAs[K](&results[i].Key)
		if !ok {
			return nil, &types.Error{Op: kindNames[kindNone], Err: refuse("row %d: the user key is no %T", results[i].Index, k)}
		}
		byKey[k] = results[i]
	}
	return byKey, err
}

// keyAs returns the user key as a K.
func keyAs[K KeyType](key *types.Key) (k K, ok bool) {
	v, ok := key.Value()
	if !ok {
		return k, false
	}
	to := reflect.ValueOf(&k).Elem()
	if to.Kind() == reflect.String {
		text, err := v.AsString()
		to.SetString(text)
		return k, err == nil
	}
	n, err := v.AsInt()
	switch {
	case err != nil:
		return k, false
	case to.CanInt():
		to.SetInt(n)
		return k, !to.OverflowInt(n)
	default:
		to.SetUint(uint64(n))
		return k, n >= 0 && !to.OverflowUint(uint64(n))
	}
}
