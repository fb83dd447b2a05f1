package types

import (
	"reflect"
	"sync"
)

// codecMode says what a codec does beyond the types that [ValueOf] documents.
type codecMode uint8

const (
	plainMode  codecMode = iota // structs are refused
	structMode                  // structs are maps, time.Time is an integer
	textMode                    // as structMode, but time.Time is RFC 3339 text
)

// codec converts between one Go type and Values. It is made once per type and mode
// and not changed afterwards.
type codec struct {
	enc func(v reflect.Value, n nesting) (Value, error)
	// dec sets v, which is settable. Nil sets the zero value whatever the type.
	dec func(val Value, v reflect.Value) error
}

type codecKey struct {
	t    reflect.Type
	mode codecMode
}

// codecs holds a *codec, or the error why there is none, for each codecKey met so
// far. It is the one cache of the package. What it holds follows from the type alone,
// is never changed, and is bounded by the types in the program: a cache for each
// client would do the same work again and gain nothing.
var codecs sync.Map

func codecOf(t reflect.Type, mode codecMode) (*codec, error) {
	found, ok := codecs.Load(codecKey{t, mode})
	if !ok {
		found = compile(t, mode)
	}
	if c, ok := found.(*codec); ok {
		return c, nil
	}
	return nil, found.(error)
}

// compile makes the codec of t and of all types within, and publishes them together:
// those of recursive types refer to one another.
func compile(t reflect.Type, mode codecMode) any {
	b := builder{made: map[codecKey]*codec{}}
	if _, err := b.codec(t, mode); err != nil {
		found, _ := codecs.LoadOrStore(codecKey{t, mode}, err)
		return found
	}
	for key, c := range b.made {
		codecs.LoadOrStore(key, c)
	}
	found, _ := codecs.Load(codecKey{t, mode})
	return found
}

// builder makes codecs. made holds those that are finished and those in the making,
// which a recursive type meets again.
type builder struct {
	made map[codecKey]*codec
}

func (b *builder) codec(t reflect.Type, mode codecMode) (*codec, error) {
	key := codecKey{t, mode}
	if c, ok := b.made[key]; ok {
		return c, nil
	}
	c := new(codec)
	b.made[key] = c
	if err := b.fill(c, t, mode); err != nil {
		delete(b.made, key)
		return nil, err
	}
	dec := c.dec
	c.dec = func(val Value, v reflect.Value) error {
		if val.kind == KindNil {
			v.SetZero()
			return nil
		}
		return dec(val, v)
	}
	return c, nil
}

// fill makes the codec of a type that is not in the cache.
func (b *builder) fill(c *codec, t reflect.Type, mode codecMode) error {
	switch t {
	case valueType, geoJSONType, hllType, entriesType:
		ownCodec(c, t)
		return nil
	case timeType:
		if mode == plainMode {
			break
		}
		timeCodec(c, mode)
		return nil
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		scalarCodec(c, t)
		return nil
	case reflect.Interface:
		if t.NumMethod() == 0 {
			anyCodec(c, mode)
			return nil
		}
	case reflect.Pointer:
		return b.pointer(c, t, mode)
	case reflect.Slice, reflect.Array:
		return b.list(c, t, mode)
	case reflect.Map:
		return b.mapping(c, t, mode)
	case reflect.Struct:
		if mode != plainMode {
			return b.structure(c, t)
		}
	}
	return refuse("type %v cannot be stored", t)
}

func (b *builder) pointer(c *codec, t reflect.Type, mode codecMode) error {
	elem, err := b.codec(t.Elem(), mode)
	if err != nil {
		return err
	}
	if leadsToItself(t) {
		return refuse("type %v consists of pointers only", t)
	}
	c.enc = func(v reflect.Value, n nesting) (Value, error) {
		if v.IsNil() {
			return Value{}, nil
		}
		n, err := n.follow()
		if err != nil {
			return Value{}, err
		}
		return elem.enc(v.Elem(), n)
	}
	c.dec = func(val Value, v reflect.Value) error {
		p := reflect.New(t.Elem())
		if err := elem.dec(val, p.Elem()); err != nil {
			return err
		}
		v.Set(p)
		return nil
	}
	return nil
}

// leadsToItself finds types such as "type P *P": decoding one would never end.
func leadsToItself(t reflect.Type) bool {
	seen := map[reflect.Type]bool{}
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		if seen[t] {
			return true
		}
		seen[t] = true
	}
	return false
}

// anyCodec handles fields and elements of type any: what they hold decides.
func anyCodec(c *codec, mode codecMode) {
	c.enc = func(v reflect.Value, n nesting) (Value, error) {
		if v.IsNil() {
			return Value{}, nil
		}
		n, err := n.follow()
		if err != nil {
			return Value{}, err
		}
		v = v.Elem()
		if v.CanInterface() {
			if val, ok, err := scalarOf(v.Interface()); ok {
				return val, err
			}
		}
		dynamic, err := codecOf(v.Type(), mode)
		if err != nil {
			return Value{}, err
		}
		return dynamic.enc(v, n)
	}
	c.dec = func(val Value, v reflect.Value) error {
		v.Set(reflect.ValueOf(val.Any()))
		return nil
	}
}
