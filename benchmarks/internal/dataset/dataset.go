// Package dataset says what the benchmark's records hold, so that every client
// reads and writes the same ones.
package dataset

import (
	"bytes"
	"strconv"
)

// Namespace of all records.
const Namespace = "test"

// memoryLimit bounds the user data of one dataset: sets of large records have
// fewer of them.
const memoryLimit = 64 << 20

// Dataset is a set of numbered records of one shape. The zero Size stands for the
// usual record: two strings, two integers and a float, some 80 bytes; another one for
// a single blob of so many bytes.
type Dataset struct {
	Size int
	// Records is how many there are, keys 0 to Records-1.
	Records int
	// Use is what else the set is there for.
	Use Use
}

// Use is what a set is there for.
type Use string

// The uses. Sets that are read as a whole have the number of their records in the name, for
// those of another run may be there still, and an index of their own, for a scan of a set
// without one walks over the whole namespace.
const (
	Single  Use = ""        // records are used one by one
	Many    Use = "many"    // the set is read as a whole, or in large parts
	Indexed Use = "indexed" // it is queried too: BinAge has a secondary index
)

// NewSet returns a dataset of the usual records.
func NewSet(use Use, records int) Dataset { return Dataset{Records: records, Use: use} }

// Index is a secondary index: its name, and the info command that makes it.
type Index struct{ Name, Command string }

// Indexes lists those that the set needs.
func (d Dataset) Indexes() []Index {
	if d.Use == Single {
		return nil
	}
	index := func(suffix, what string) Index {
		name := d.Set() + suffix
		return Index{name, "sindex-create:namespace=" + Namespace + ";set=" + d.Set() + ";indexname=" + name + ";" + what}
	}
	all := []Index{index("-set", "indextype=set")}
	if d.Use == Indexed {
		all = append(all, index("-age", "bin="+BinAge+";type=numeric"))
	}
	return all
}

// New returns the dataset with up to records records of a size.
func New(size, records int) Dataset {
	if size > 0 {
		records = min(records, max(memoryLimit/size, 16))
	}
	return Dataset{Size: size, Records: records}
}

// Set is the set that holds the records.
func (d Dataset) Set() string {
	switch {
	case d.Use != Single:
		return "bench-" + string(d.Use) + "-" + strconv.Itoa(d.Records)
	case d.Size == 0:
		return "bench"
	}
	return "bench" + strconv.Itoa(d.Size)
}

// Person is the usual record.
type Person struct {
	Name, City string
	Age, Score int64
	Weight     float64
}

// Names of the bins.
const (
	BinName, BinCity, BinAge, BinScore, BinWeight = "name", "city", "age", "score", "weight"
	BinBlob                                       = "blob"
)

// Of a usual record, Score over ScoreStep has Age as its remainder by Ages.
const (
	Ages      = 100
	ScoreStep = 1_000_003
)

// persons is how many usual records differ; their values repeat after so many keys, so
// that a load generator can have them all at hand.
const persons = 1024

// Persons returns the usual records in turn: key i holds the one at i modulo their
// number.
func Persons() []Person {
	all := make([]Person, persons)
	for i := range all {
		all[i] = person(i)
	}
	return all
}

func person(i int) Person {
	number := strconv.Itoa(i)
	return Person{
		Name:   "person-" + number,
		City:   "a city with a long name " + number,
		Age:    int64(i % Ages),
		Score:  int64(i) * ScoreStep,
		Weight: float64(i) / 3,
	}
}

// Blob returns the value of the single bin of a record of Size bytes. It is the same
// for every key.
func (d Dataset) Blob() []byte {
	return bytes.Repeat([]byte("0123456789abcdef"), d.Size/16+1)[:d.Size]
}
