package query_test

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// A statement is a value: one can be the beginning of several.
func ExampleStatement() {
	users := query.New("test", "users").Select("name", "age")
	grown := users.Where(query.Between("age", 18, 120))
	inTown := users.Where(query.WithinRadius("home", 13.4, 52.5, 10_000)).MaxRecords(100)
	fmt.Println(grown.Set(), inTown.Namespace())
	// Output: users test
}
