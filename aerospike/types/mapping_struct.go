package types

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// FieldError tells which field of a struct cannot be mapped to which bin, and why.
type FieldError struct {
	Type  string // the struct's type
	Field string // the field, with those it is nested in
	Bin   string // the bin or map key; empty if the field has none
	Err   error
}

func (e *FieldError) Error() string {
	if e.Bin == "" {
		return fmt.Sprintf("%s, field %s: %v", e.Type, e.Field, e.Err)
	}
	return fmt.Sprintf("%s, field %s, bin %q: %v", e.Type, e.Field, e.Bin, e.Err)
}

// Unwrap returns the cause.
func (e *FieldError) Unwrap() error { return e.Err }

// structField is one field of a plan.
type structField struct {
	bin   string // the name of the bin or map key
	path  string // the field's name with those of embedded structs
	index []int  // see reflect.StructField.Index
	tag   fieldTag
	codec *codec
}

// structPlan says how the fields of a struct are stored. It is made once per type.
type structPlan struct {
	t          reflect.Type
	fields     []structField
	byBin      map[string]int // index into fields
	generation *structField
	ttl        *structField
}

// plan finds the fields of a struct, those of embedded structs included.
func (b *builder) plan(t reflect.Type) (*structPlan, error) {
	p := &structPlan{t: t, byBin: map[string]int{}}
	if err := b.collect(p, t, nil, "", map[reflect.Type]bool{}); err != nil {
		return nil, err
	}
	return p, nil
}

// collect adds the fields of t, which is found at index within the plan's struct.
// open holds the embedded types on the way, since a type may embed a pointer to itself.
func (b *builder) collect(p *structPlan, t reflect.Type, index []int, path string, open map[reflect.Type]bool) error {
	if open[t] {
		return &FieldError{Type: p.t.String(), Field: path, Err: errors.New("the struct embeds itself")}
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		f := t.Field(i)
		sf := structField{index: append(slices.Clone(index), i), path: path + f.Name}
		tag, err := parseTag(f)
		if err != nil {
			return &FieldError{Type: p.t.String(), Field: sf.path, Err: err}
		}
		sf.tag = tag
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		embedded := f.Anonymous && tag.name == "" && tag.role == roleBin && inner.Kind() == reflect.Struct && inner != timeType && inner != valueType
		switch {
		case tag.role == roleIgnored:
		case embedded && !f.IsExported() && f.Type.Kind() == reflect.Pointer:
			return &FieldError{Type: p.t.String(), Field: sf.path, Err: errors.New("reflection cannot set an embedded pointer to an unexported struct")}
		case embedded:
			err = b.collect(p, inner, sf.index, sf.path+".", open)
		case !f.IsExported():
			if f.Tag.Get(tagName) != "" {
				err = &FieldError{Type: p.t.String(), Field: sf.path, Err: errors.New("the field has a tag but is not exported")}
			}
		default:
			err = b.add(p, f, sf)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add puts a field into the plan. Of two fields with the same name the one that is
// less deeply embedded wins, as in Go; on the same level it is an error.
func (b *builder) add(p *structPlan, f reflect.StructField, sf structField) error {
	if sf.tag.role != roleBin {
		meta := &p.generation
		if sf.tag.role == roleTTL {
			meta = &p.ttl
		}
		if *meta != nil {
			return p.wrap(&sf, fmt.Errorf("field %s is for the same", (*meta).path))
		}
		*meta = &sf
		return nil
	}
	if sf.bin = sf.tag.name; sf.bin == "" {
		sf.bin = f.Name
	}
	mode := structMode
	if sf.tag.text {
		mode = textMode
	}
	var err error
	if sf.codec, err = b.codec(f.Type, mode); err != nil {
		return p.wrap(&sf, err)
	}
	at, taken := p.byBin[sf.bin]
	switch {
	case !taken:
		p.byBin[sf.bin] = len(p.fields)
		p.fields = append(p.fields, sf)
	case len(p.fields[at].index) == len(sf.index):
		return p.wrap(&sf, fmt.Errorf("field %s has the same bin", p.fields[at].path))
	case len(p.fields[at].index) > len(sf.index):
		p.fields[at] = sf
	}
	return nil
}

// structure makes the codec of a nested struct: a map with the fields' names as keys.
// Its generation and time to live mean nothing there, so that a type which is a record
// elsewhere can be nested too.
func (b *builder) structure(c *codec, t reflect.Type) error {
	p, err := b.plan(t)
	if err != nil {
		return err
	}
	p.sort() // the server's order of keys: maps are sent and received in it
	c.enc = func(v reflect.Value, n nesting) (Value, error) {
		n, err := n.down()
		if err != nil {
			return Value{}, err
		}
		entries := make([]MapEntry, 0, len(p.fields))
		err = p.each(v, n, func(f *structField, val Value) {
			entries = append(entries, MapEntry{String(f.bin), val})
		})
		if err != nil {
			return Value{}, err
		}
		return Map(entries...), nil
	}
	c.dec = func(val Value, v reflect.Value) error {
		entries, err := val.AsMap()
		if err != nil {
			return err
		}
		for i, e := range entries {
			if e.Key.kind != KindString {
				continue // no field has such a name
			}
			if err := p.set(v, i, e.Key.text(), e.Value); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// sort puts the fields in the order of their names.
func (p *structPlan) sort() {
	slices.SortFunc(p.fields, func(a, b structField) int { return strings.Compare(a.bin, b.bin) })
	for i := range p.fields {
		p.byBin[p.fields[i].bin] = i
	}
}

// each converts the fields of v that are to be stored, in the order of the struct.
func (p *structPlan) each(v reflect.Value, n nesting, use func(*structField, Value)) error {
	for i := range p.fields {
		f := &p.fields[i]
		fv, ok := f.of(v)
		if !ok || (f.tag.omitEmpty && isEmpty(fv)) {
			continue
		}
		val, err := f.codec.enc(fv, n)
		if err != nil {
			return p.wrap(f, err)
		}
		use(f, val)
	}
	return nil
}

// set stores val in the field for bin, if there is one. at is where the bin stands in
// the reply: it is often the field's place too, which saves looking it up.
func (p *structPlan) set(v reflect.Value, at int, bin string, val Value) error {
	if at >= len(p.fields) || p.fields[at].bin != bin {
		var ok bool
		if at, ok = p.byBin[bin]; !ok {
			return nil
		}
	}
	f := &p.fields[at]
	if err := f.codec.dec(val, f.in(v)); err != nil {
		return p.wrap(f, err)
	}
	return nil
}

// wrap names the field. A fault in a nested struct already has a name: the outer
// field is put before it.
func (p *structPlan) wrap(f *structField, err error) error {
	if inner, ok := err.(*FieldError); ok {
		return &FieldError{Type: p.t.String(), Field: joinPath(f.path, inner.Field), Bin: f.bin, Err: inner.Err}
	}
	return &FieldError{Type: p.t.String(), Field: f.path, Bin: f.bin, Err: err}
}

// of returns the field's value within v; ok is false if it lies in an embedded struct
// whose pointer is nil.
func (f *structField) of(v reflect.Value) (fv reflect.Value, ok bool) {
	if len(f.index) == 1 {
		return v.Field(f.index[0]), true
	}
	for i, n := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return reflect.Value{}, false
			}
			v = v.Elem()
		}
		v = v.Field(n)
	}
	return v, true
}

// in is of for writing: it makes the embedded structs on the way.
func (f *structField) in(v reflect.Value) reflect.Value {
	for i, n := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(n)
	}
	return v
}

// isEmpty is what omitempty leaves out: zero values, and slices and maps without
// elements.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}
