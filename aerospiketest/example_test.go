package aerospiketest_test

import (
	"fmt"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// A program starts a cluster, gives the addresses to clients, and closes it. A test
// calls Start instead, which closes the server by itself.
func ExampleNew() {
	clock := aerospiketest.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	srv, err := aerospiketest.New(aerospiketest.WithNodes(3), aerospiketest.WithClock(clock))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = srv.Close() }()

	// The next two writes find the device overloaded, on whatever node.
	srv.Inject(aerospiketest.Answer(wire.ResultDeviceOverload), 2, aerospiketest.Writes())
	// One node hangs, another one leaves the cluster.
	srv.Node(1).Freeze()
	if err := srv.Node(2).Stop(); err != nil {
		fmt.Println(err)
	}
	// An hour passes for the records.
	clock.Advance(time.Hour)

	for _, n := range srv.Nodes() {
		fmt.Println(n.Name(), n.Running())
	}
	// Output:
	// BB9A1 true
	// BB9A2 true
	// BB9A3 false
}

// A user who may read one set, ten records a second, and what becomes of it while it is
// connected.
func ExampleWithRoles() {
	srv, err := aerospiketest.New(
		aerospiketest.WithQuotas(),
		aerospiketest.WithRoles(aerospiketest.Role{Name: "reader", Privileges: []string{"read.test.users"}, ReadQuota: 10}),
		aerospiketest.WithUsers(
			aerospiketest.User{Name: "admin", Password: "admin"}, // may do everything
			aerospiketest.User{Name: "app", Password: "secret", Roles: []string{"reader"}},
		),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = srv.Close() }()

	// The next command of the user is refused, and then its next login.
	fmt.Println(srv.RevokeRoles("app", "reader"))
	srv.ExpireSessions()
	fmt.Println(srv.DropUser("app"))
	fmt.Println(srv.DropUser("app"))
	// Output:
	// <nil>
	// <nil>
	// aerospiketest: drop user "app": INVALID_USER: unknown or illegal user
}
