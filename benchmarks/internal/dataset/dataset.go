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
	if d.Size == 0 {
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
		Age:    int64(i % 100),
		Score:  int64(i) * 1_000_003,
		Weight: float64(i) / 3,
	}
}

// Blob returns the value of the single bin of a record of Size bytes. It is the same
// for every key.
func (d Dataset) Blob() []byte {
	return bytes.Repeat([]byte("0123456789abcdef"), d.Size/16+1)[:d.Size]
}
