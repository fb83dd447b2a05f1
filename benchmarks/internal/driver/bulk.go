package driver

import (
	"fmt"
	"math/rand/v2"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// Job is something that is done with many records at once.
type Job string

// The jobs.
const (
	BatchRead   Job = "read"            // all bins, one result for each key, in their order
	BatchStream Job = "read, as a loop" // the same, but results are taken as they arrive
	BatchWrite  Job = "write"           // all bins
	BatchMixed  Job = "mixed"           // reads and writes in turn
	Columns     Job = "columns"         // all bins, as a slice of Go values for each
	Scan        Job = "scan"            // all records of the set
	Query       Job = "query"           // those with an age in a range, by a secondary index
)

// Bulk is a driver that does jobs. It is used by one goroutine.
type Bulk interface {
	// Do does a job once. Those of batches take the keys from place from on, n of them, in an
	// order that has nothing to do with that in which they were written. It returns how many
	// records it has handled, each of which it has checked.
	Do(job Job, from, n int) (records int, err error)
	Close()
}

// Ages that Query asks for: a fifth of all.
const youngest, oldest = 20, 39

// OpenBulk connects the driver of that name for one job.
func OpenBulk(name string, job Job, o Options) (Bulk, error) {
	switch name {
	case Official:
		return openOfficialBulk(job, o)
	case Ours:
		return openOursBulk(job, o)
	}
	return nil, fmt.Errorf("no driver %q for many records", name)
}

// batched reports whether a job takes keys.
func (j Job) batched() bool { return j != Scan && j != Query }

// shuffled returns the numbers of the records in the order of the keys of batches, the
// same one for every driver.
func shuffled(d dataset.Dataset) []int {
	return rand.New(rand.NewPCG(1, 2)).Perm(d.Records)
}

// plausible checks the record of some person by what its bins have to do with each other.
func plausible(age, score int64) bool {
	return score%dataset.ScoreStep == 0 && score/dataset.ScoreStep%dataset.Ages == age
}

// young reports whether Query has to find a record of that age.
func young(age int64) bool { return age >= youngest && age <= oldest }

// expected is how many records a job has to find in the whole set.
func (j Job) expected(d dataset.Dataset) int {
	if j == Scan {
		return d.Records
	}
	persons := dataset.Persons()
	n := 0
	for i := range d.Records {
		if young(persons[i%len(persons)].Age) {
			n++
		}
	}
	return n
}
