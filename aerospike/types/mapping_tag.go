package types

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// tagName is the struct tag that says how a field is stored.
const tagName = "as"

// fieldRole is what a field of a struct holds.
type fieldRole uint8

const (
	roleBin        fieldRole = iota // a bin, or an entry of a nested struct's map
	roleGeneration                  // the record's generation
	roleTTL                         // the record's time to live
	roleIgnored                     // nothing
)

// fieldTag is a parsed struct tag.
type fieldTag struct {
	name      string // empty: the field's name
	role      fieldRole
	omitEmpty bool
	text      bool // times as RFC 3339
}

func parseTag(f reflect.StructField) (tag fieldTag, err error) {
	text := f.Tag.Get(tagName)
	if text == "-" {
		return fieldTag{role: roleIgnored}, nil
	}
	name, options, _ := strings.Cut(text, ",")
	tag.name = name
	for options != "" {
		var option string
		option, options, _ = strings.Cut(options, ",")
		switch option {
		case "omitempty":
			tag.omitEmpty = true
		case "rfc3339":
			tag.text = true
		case "generation":
			tag.role = roleGeneration
			err = checkMeta(f, name, reflect.TypeFor[uint32]())
		case "ttl":
			tag.role = roleTTL
			err = checkMeta(f, name, reflect.TypeFor[time.Duration]())
		default:
			err = fmt.Errorf("unknown option %q in the tag", option)
		}
		if err != nil {
			return fieldTag{}, err
		}
	}
	return tag, nil
}

// checkMeta checks a field for the generation or the time to live.
func checkMeta(f reflect.StructField, name string, want reflect.Type) error {
	switch {
	case name != "":
		return fmt.Errorf("the tag names a bin (%q) for what is not stored in one", name)
	case f.Type != want:
		return fmt.Errorf("type %v, want %v", f.Type, want)
	}
	return nil
}
