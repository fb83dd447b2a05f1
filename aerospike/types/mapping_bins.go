package types

import (
	"fmt"
	"reflect"
)

// StructBin is a field of a struct that stands for a bin; see [BinsOf].
type StructBin struct {
	Bin  string       // the bin's name
	Path string       // the field's name, with those of the structs it is embedded in
	Type reflect.Type // the field's
}

// BinsOfType lists the bins of a struct type, in the order of its fields. It fails if
// values of the type could not be mapped.
func BinsOfType(t reflect.Type) ([]StructBin, error) {
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%w: want a struct, have %v", ErrInvalidArg, t)
	}
	p, err := planOf(t)
	if err != nil {
		return nil, err
	}
	bins := make([]StructBin, len(p.fields))
	for i := range p.fields {
		f := &p.fields[i]
		bins[i] = StructBin{Bin: f.bin, Path: f.path, Type: t.FieldByIndex(f.index).Type}
	}
	return bins, nil
}
