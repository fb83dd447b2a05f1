// Package exampletest has what the examples of several packages begin with.
package exampletest

import (
	"context"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Connect starts an embedded server and returns a client of it. It panics if it cannot, since
// examples have no other way to fail. Stop closes both.
func Connect() (client *aerospike.Client, stop func()) {
	srv, err := aerospiketest.New()
	if err != nil {
		panic(err)
	}
	client, err = aerospike.Connect(context.Background(), aerospike.Config{Hosts: []string{srv.Addr()}})
	if err != nil {
		_ = srv.Close()
		panic(err)
	}
	return client, func() {
		_ = client.Close()
		_ = srv.Close()
	}
}
