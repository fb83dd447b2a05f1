package scenario

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/driver"
)

// Keys of the sections about many records.
const (
	Batches = "batches"
	Columns = "columns"
	Streams = "streams"
	Sets    = "sets"
)

// Bulk lists all cases about many records at a scale. records is how many the usual set
// has; batches of more are left out.
func Bulk(s Scale, records int) []Section {
	many, indexed := dataset.NewSet(dataset.Many, records), dataset.NewSet(dataset.Indexed, records)
	var batches, columns, sets []Case
	for _, job := range []driver.Job{driver.BatchRead, driver.BatchStream, driver.BatchWrite, driver.BatchMixed} {
		batches = append(batches, byKeys(job, s.Batches, many)...)
	}
	columns = byKeys(driver.Columns, s.Batches, many)
	for _, n := range s.Sets {
		sets = append(sets, whole(driver.Scan, dataset.NewSet(dataset.Many, n)))
	}
	for _, n := range s.Sets {
		sets = append(sets, whole(driver.Query, dataset.NewSet(dataset.Indexed, n)))
	}
	return []Section{
		{
			Key: Batches, Title: "Batches",
			About: "One goroutine, one batch after another. Results of \"read, as a loop\" are taken as they arrive, " +
				"compared with the official client's read, which has no such thing.",
			Cases: batches,
		},
		{
			Key: Columns, Title: "Columns",
			About: "Batches are read into a Go slice for each of the five bins: by batch.Columns, and by hand from the records " +
				"of the official client, which has nothing for it.",
			Cases: columns,
		},
		{
			Key: Streams, Title: "Scan and query",
			About: "A scan of all records, a query for a fifth of them by a secondary index on an integer; one after another.",
			Cases: []Case{whole(driver.Scan, many), whole(driver.Query, indexed)},
		},
		{
			Key: Sets, Title: "Size of the set",
			About: "The same over sets of several sizes.",
			Cases: sets,
		},
	}
}

func byKeys(job driver.Job, keys []int, set dataset.Dataset) (cases []Case) {
	for _, n := range keys {
		if n <= set.Records {
			cases = append(cases, Case{
				Name: BatchName(job, n), Job: job, Keys: n, Goroutines: 1, Set: set,
				Drivers: []string{driver.Official, driver.Ours},
			})
		}
	}
	return cases
}

// whole is a case about a whole set.
func whole(job driver.Job, set dataset.Dataset) Case {
	return Case{
		Name: SetName(job, set.Records), Job: job, Goroutines: 1, Set: set,
		Drivers: []string{driver.Official, driver.Ours},
	}
}

// BatchName is the name of a case that is known by its job and its keys.
func BatchName(job driver.Job, keys int) string { return fmt.Sprintf("%s, %d keys", job, keys) }

// SetName is the name of a case that is known by its job and the size of the set.
func SetName(job driver.Job, records int) string { return fmt.Sprintf("%s, %d records", job, records) }
