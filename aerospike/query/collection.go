package query

import (
	"fmt"
	"slices"
)

// Collection says which part of a bin an index is about.
type Collection uint8

// Parts of a bin. The zero value is the bin's value itself.
const (
	Whole     Collection = iota // the value of the bin
	List                        // the elements of a list
	MapKeys                     // the keys of a map
	MapValues                   // the values of a map
	// WholeSet is no part of a bin: such an index is of the records of a set. Queries use it
	// without being told, so a predicate with it is refused.
	WholeSet
)

var collections = [...]string{Whole: "default", List: "list", MapKeys: "mapkeys", MapValues: "mapvalues", WholeSet: "set"}

// String returns the collection as the server calls it.
func (c Collection) String() string {
	if int(c) < len(collections) {
		return collections[c]
	}
	return fmt.Sprintf("unknown (%d)", c)
}

// CollectionOf returns the collection that the server calls so, Whole for an unknown name.
func CollectionOf(name string) Collection {
	return Collection(max(0, slices.Index(collections[:], name)))
}
