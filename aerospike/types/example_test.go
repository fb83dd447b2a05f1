package types_test

import (
	"errors"
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func ExampleBinsOf() {
	type Address struct {
		City string `as:"city"`
	}
	type User struct {
		Name    string  `as:"name"`
		Age     int     `as:"age,omitempty"`
		Address Address `as:"addr"`
	}
	bins, err := types.BinsOf(User{Name: "Alice", Address: Address{City: "Oxford"}})
	fmt.Println(bins, err)

	var u User
	err = types.ScanRecord(&types.Record{Bins: bins}, &u)
	fmt.Println(u, err)

	err = types.ScanRecord(&types.Record{Bins: []types.Bin{{Name: "age", Value: types.String("30")}}}, &u)
	fmt.Println(err)
	// Output:
	// [{name "Alice"} {addr {"city":"Oxford"}}] <nil>
	// {Alice 0 {Oxford}} <nil>
	// types_test.User, field Age, bin "age": want int, have string
}

func ExampleError() {
	var err error = &types.Error{Op: "get", Namespace: "test", Set: "users", Node: "10.0.0.1:3000", Code: types.ResultNotFound}
	err = fmt.Errorf("loading the profile: %w", err)

	fmt.Println(err)
	fmt.Println(errors.Is(err, types.ErrRecordNotFound), errors.Is(err, types.ErrRecord), errors.Is(err, types.ErrTimeout))
	fmt.Println(types.Retryable(err), types.InDoubt(err))
	// Output:
	// loading the profile: aerospike: get test/users on 10.0.0.1:3000: record not found (NOT_FOUND, code 2)
	// true true false
	// false false
}

func ExampleRecord_Int() {
	rec := &types.Record{Bins: []types.Bin{{Name: "age", Value: types.Int(30)}}}
	age, err := rec.Int("age")
	fmt.Println(age, err)
	_, err = rec.String("age")
	fmt.Println(err, errors.Is(err, types.ErrBinType))
	// Output:
	// 30 <nil>
	// bin "age": want string, have int true
}
