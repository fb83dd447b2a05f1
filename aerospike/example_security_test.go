package aerospike_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// connectAs starts an embedded server with security and returns a client of its
// administrator, and how others connect.
func connectAs() (admin *aerospike.Client, as func(user, password string) (*aerospike.Client, error), stop func()) {
	srv, err := aerospiketest.New(aerospiketest.WithUsers(aerospiketest.User{Name: "admin", Password: "admin"}), aerospiketest.WithQuotas())
	if err != nil {
		panic(err)
	}
	as = func(user, password string) (*aerospike.Client, error) {
		return aerospike.Connect(context.Background(), aerospike.Config{Hosts: []string{srv.Addr()}, User: user, Password: password})
	}
	if admin, err = as("admin", "admin"); err != nil {
		panic(err)
	}
	return admin, as, func() {
		_ = admin.Close()
		_ = srv.Close()
	}
}

func ExampleClient_CreateRole() {
	admin, _, stop := connectAs()
	defer stop()
	ctx := context.Background()

	err := admin.CreateRole(ctx, aerospike.Role{
		Name: "orders-writer",
		Privileges: []aerospike.Privilege{
			{Code: aerospike.PrivilegeReadWrite, Namespace: "test", Set: "orders"},
			{Code: aerospike.PrivilegeRead, Namespace: "test"},
		},
		Whitelist: []string{"10.0.0.0/8", "127.0.0.1"},
		ReadQuota: 5000, WriteQuota: 1000, // records a second on each node
	})
	fmt.Println(err)
	fmt.Println(admin.CreateUser(ctx, "shop", "correct horse", "orders-writer"))

	role, err := admin.Role(ctx, "orders-writer")
	fmt.Println(role.Privileges, role.Whitelist, role.WriteQuota, err)
	fmt.Println(admin.SetQuotas(ctx, "orders-writer", 0, 0))
	user, err := admin.User(ctx, "shop")
	fmt.Println(user.Roles, user.Connections, err)
	// Output:
	// <nil>
	// <nil>
	// [read-write.test.orders read.test] [10.0.0.0/8 127.0.0.1] 1000 <nil>
	// <nil>
	// [orders-writer] 0 <nil>
}

func ExampleParsePrivilege() {
	for _, text := range []string{"read-write.test.orders", "sys-admin", "sys-admin.test"} {
		p, err := aerospike.ParsePrivilege(text)
		fmt.Println(p.Code, p.Namespace, p.Set, err)
	}
	// Output:
	// read-write test orders <nil>
	// sys-admin   <nil>
	// sys-admin test  invalid argument: privilege sys-admin holds everywhere, it cannot be bounded to a namespace
}

// A client that changes its own password goes on with it.
func ExampleClient_ChangePassword() {
	admin, as, stop := connectAs()
	defer stop()
	ctx := context.Background()
	if err := admin.CreateUser(ctx, "shop", "first", "read-write"); err != nil {
		panic(err)
	}
	shop, err := as("shop", "first")
	if err != nil {
		panic(err)
	}
	defer shop.Close()
	fmt.Println(shop.ChangePassword(ctx, "shop", "second"))
	fmt.Println(shop.Put(ctx, aerospike.NewKey("test", "orders", 1), aerospike.Bins{"state": "new"}))
	_, err = as("shop", "first")
	fmt.Println(errors.Is(err, aerospike.ErrInvalidCredential))
	// Output:
	// <nil>
	// <nil>
	// true
}

// Credentials come from a file that something else keeps up to date. They are asked for at
// each login.
func ExampleCredentials() {
	cfg := aerospike.Config{
		Hosts: []string{"db1.example:tls-name:4333"},
		Credentials: func(context.Context) (user, password string, err error) {
			text, err := os.ReadFile("/run/secrets/aerospike")
			user, password, _ = strings.Cut(strings.TrimSpace(string(text)), ":")
			return user, password, err
		},
	}
	fmt.Println(cfg)
	// Output: aerospike.Config{Hosts:[db1.example:tls-name:4333] Credentials:set}
}

// Certificates in files are read again when they change; open connections go on.
func ExampleTLSFiles_Source() {
	source, err := aerospike.TLSFiles{CA: "ca.pem", Cert: "client.pem", Key: "client.key"}.Source()
	if err != nil {
		fmt.Println(errors.Is(err, os.ErrNotExist)) // at the start files have to be there
		return
	}
	_ = aerospike.Config{
		Hosts:     []string{"db1.example:4333"},
		TLSSource: source,
		AuthMode:  aerospike.AuthPKI, // the certificate names the user
	}
	// Output: true
}
