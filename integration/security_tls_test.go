package integration

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// encrypted returns a server with TLS and the users of secured, and its authority.
func encrypted(t *testing.T, opts ...aerospiketest.Option) (*aerospiketest.Server, *aerospiketest.Authority) {
	t.Helper()
	ca := aerospiketest.NewAuthority(t)
	return secured(t, append(opts, aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")))...), ca
}

func with(cfg *tls.Config) func(*aerospike.Config) {
	return func(c *aerospike.Config) { c.TLS = cfg }
}

// failsAtOnce requires that a call fails at once, with the wanted error.
func failsAtOnce(t *testing.T, want error, call func() error) {
	t.Helper()
	start := time.Now()
	err := call()
	require.ErrorIs(t, err, want)
	require.False(t, aerospike.Retryable(err))
	require.Less(t, time.Since(start), 5*time.Second)
}

func TestEveryWayToLogIn(t *testing.T) {
	srv, ca := encrypted(t, aerospiketest.WithUsers(bob, aerospiketest.User{Name: "carol", Certificate: true, Roles: []string{"read-write"}}))
	key := aerospike.NewKey(namespace, set, "k")
	pki := func(c *aerospike.Config) { c.AuthMode = aerospike.AuthPKI }
	for name, c := range map[string]*aerospike.Client{
		"internal":         as(t, srv, bob.Name, bob.Password, with(ca.ClientTLS(""))),
		"external":         as(t, srv, bob.Name, bob.Password, with(ca.ClientTLS("")), func(c *aerospike.Config) { c.AuthMode = aerospike.AuthExternal }),
		"PKI":              as(t, srv, "", "", with(ca.ClientTLS("carol")), pki),
		"internal, mutual": as(t, srv, bob.Name, bob.Password, with(ca.ClientTLS("carol"))),
	} {
		require.NoError(t, c.Warmup(t.Context(), 3), name)
		require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}), name)
		for _, n := range c.Nodes() {
			require.True(t, n.Available, name)
		}
	}
	_, err := tryAs(t, srv, "", "", with(ca.ClientTLS("nobody")), pki)
	require.ErrorIs(t, err, aerospike.ErrInvalidUser)
	_, err = tryAs(t, srv, "", "", with(ca.ClientTLS("")), pki)
	require.ErrorIs(t, err, aerospike.ErrInvalidCredential)
	_, err = tryAs(t, srv, bob.Name, "wrong", with(ca.ClientTLS("")), func(c *aerospike.Config) { c.AuthMode = aerospike.AuthExternal })
	require.ErrorIs(t, err, aerospike.ErrInvalidCredential)
}

func TestCertificatesThatAreNotAccepted(t *testing.T) {
	ca, other := aerospiketest.NewAuthority(t), aerospiketest.NewAuthority(t)
	serve := func(c aerospiketest.Certificate) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{ca.Issue(c)}}
	}
	local := []string{"127.0.0.1"}
	mutual := ca.ServerTLS(local...)
	mutual.ClientAuth = tls.RequireAndVerifyClientCert
	old := ca.ClientTLS("")
	old.Certificates = []tls.Certificate{ca.Issue(aerospiketest.Certificate{Name: "bob", NotAfter: time.Now().Add(-time.Minute)})}
	tests := []struct {
		name           string
		server, client *tls.Config
		want           error
	}{
		{"expired", serve(aerospiketest.Certificate{Hosts: local, NotAfter: time.Now().Add(-time.Minute)}), ca.ClientTLS(""), aerospike.ErrCertificateExpired},
		{"not valid yet", serve(aerospiketest.Certificate{Hosts: local, NotBefore: time.Now().Add(time.Hour)}), ca.ClientTLS(""), aerospike.ErrCertificateExpired},
		{"another host", serve(aerospiketest.Certificate{Hosts: []string{"10.9.8.7", "node.example"}}), ca.ClientTLS(""), aerospike.ErrCertificateHost},
		{"unknown authority", serve(aerospiketest.Certificate{Hosts: local}), other.ClientTLS(""), aerospike.ErrCertificateIssuer},
		{"none of ours", mutual, ca.ClientTLS(""), aerospike.ErrCertificateRefused},
		{"a stranger's", mutual, mixed(ca, other), aerospike.ErrCertificateRefused},
		{"ours has expired", mutual, old, aerospike.ErrCertificateRefused},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for mode, opts := range map[aerospike.AuthMode][]aerospiketest.Option{
				aerospike.AuthInternal: nil, // no user, so no login
				aerospike.AuthPKI:      {aerospiketest.WithUsers(aerospiketest.User{Name: "bob", Certificate: true})},
			} {
				srv := aerospiketest.Start(t, append(opts, aerospiketest.WithTLS(tt.server))...)
				failsAtOnce(t, tt.want, func() error {
					_, err := tryAs(t, srv, "", "", with(tt.client), func(c *aerospike.Config) { c.AuthMode = mode })
					require.ErrorIs(t, err, aerospike.ErrCertificate)
					require.ErrorIs(t, err, aerospike.ErrCluster)
					return err
				})
			}
		})
	}
}

// mixed trusts one authority and shows a certificate of another.
func mixed(trusted, issuer *aerospiketest.Authority) *tls.Config {
	cfg := trusted.ClientTLS("")
	cfg.Certificates = issuer.ClientTLS("bob").Certificates
	return cfg
}

// A certificate that goes bad while the client works does no harm to the connections that
// stand; a new one tells why it could not be made.
func TestCertificateThatExpiresUnderway(t *testing.T) {
	srv, ca := encrypted(t, aerospiketest.WithUsers(aerospiketest.User{Name: "carol", Certificate: true}))
	c := as(t, srv, "", "", byCertificate(ca, "carol"))
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}))
	require.NoError(t, srv.SetTLS(&tls.Config{Certificates: []tls.Certificate{
		ca.Issue(aerospiketest.Certificate{Hosts: []string{"127.0.0.1"}, NotAfter: time.Now().Add(-time.Minute)}),
	}}))
	for range 20 {
		_, err := c.Get(t.Context(), key)
		require.NoError(t, err, "on a connection that stands")
	}
	failsAtOnce(t, aerospike.ErrCertificateExpired, func() error { return c.Warmup(t.Context(), 8) })
	failsAtOnce(t, aerospike.ErrCertificateExpired, func() error { _, err := c.InfoRandom(t.Context(), "node"); return err })
	failsAtOnce(t, aerospike.ErrCertificateExpired, func() error { return c.CreateUser(t.Context(), "x", "y") })
	failsAtOnce(t, aerospike.ErrCertificateExpired, func() error {
		for _, err := range c.Scan(t.Context(), namespace, set).All() {
			return err
		}
		return nil
	})
	for _, n := range srv.Nodes() {
		require.NoError(t, n.Restart())
	}
	time.Sleep(time.Second) // longer than a node may be silent before it is given up
	failsAtOnce(t, aerospike.ErrCertificateExpired, func() error { _, err := c.Get(t.Context(), key); return err })
	require.NoError(t, srv.SetTLS(ca.ServerTLS("127.0.0.1")))
	require.Eventually(t, func() bool { _, err := c.Get(t.Context(), key); return err == nil }, 20*time.Second, 20*time.Millisecond)
}

// A node that refuses us answers. One look without an answer is no reason to forget it; many are,
// and then calls tell that the seed refuses us, not that there is no node.
func TestNodesThatRefuseUsAreKnownToDoSo(t *testing.T) {
	srv, ca := encrypted(t, aerospiketest.WithUsers(aerospiketest.User{Name: "carol", Certificate: true}))
	good := ca.ServerTLS("127.0.0.1")
	c := as(t, srv, "", "", byCertificate(ca, "carol"))
	key := aerospike.NewKey(namespace, set, "k")
	require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": 1}))
	require.NoError(t, srv.SetTLS(&tls.Config{Certificates: []tls.Certificate{
		ca.Issue(aerospiketest.Certificate{Hosts: []string{"127.0.0.1"}, NotAfter: time.Now().Add(-time.Minute)}),
	}}))
	each := func(do func(*aerospiketest.Node)) {
		for _, n := range srv.Nodes() {
			do(n)
		}
	}
	each(func(n *aerospiketest.Node) { require.NoError(t, n.Restart()) })
	looks := func(more uint64) {
		t.Helper()
		failed := c.Stats().Tend.Failed
		require.Eventually(t, func() bool { return c.Stats().Tend.Failed >= failed+more }, 30*time.Second, time.Millisecond)
	}
	refused := func() {
		t.Helper()
		failsAtOnce(t, aerospike.ErrCertificateExpired, func() error { _, err := c.Get(t.Context(), key); return err })
		failsAtOnce(t, aerospike.ErrCertificateExpired, func() error { _, err := c.InfoRandom(t.Context(), "node"); return err })
		failsAtOnce(t, aerospike.ErrCertificateExpired, func() error {
			rows, err := c.Info(t.Context(), "node")
			if err == nil { // then each node has said so
				err = rows[len(rows)-1].Err
			}
			return err
		})
		failsAtOnce(t, aerospike.ErrCertificateExpired, func() error {
			for _, err := range c.Scan(t.Context(), namespace, set).All() {
				return err
			}
			return nil
		})
	}
	looks(30)
	each((*aerospiketest.Node).Freeze)
	looks(3)
	each((*aerospiketest.Node).Thaw)
	looks(3)
	require.Len(t, c.Nodes(), 3)
	refused()

	each((*aerospiketest.Node).Freeze)
	require.Eventually(t, func() bool { return len(c.Nodes()) == 0 }, 60*time.Second, time.Millisecond)
	each((*aerospiketest.Node).Thaw)
	require.Eventually(t, func() bool {
		_, err := c.Get(t.Context(), key)
		return errors.Is(err, aerospike.ErrCertificateExpired)
	}, 30*time.Second, time.Millisecond)
	refused()
	require.NoError(t, srv.SetTLS(good))
	require.Eventually(t, func() bool { return c.Put(t.Context(), key, aerospike.Bins{"a": 2}) == nil }, 30*time.Second, 10*time.Millisecond)
}

// The name in a seed is the one to be checked, for the nodes found from there, too.
func TestTLSNameOfTheSeed(t *testing.T) {
	ca := aerospiketest.NewAuthority(t)
	srv := aerospiketest.StartCluster(t, 3, aerospiketest.WithTLS(ca.ServerTLS("cluster.example")))
	named := func(name string) func(*aerospike.Config) {
		return func(c *aerospike.Config) {
			host, port, err := net.SplitHostPort(c.Hosts[0])
			require.NoError(t, err)
			c.Hosts = []string{host + ":" + name + ":" + port}
			c.TLSSource = func(context.Context) (*tls.Config, error) { return ca.ClientTLS(""), nil }
		}
	}
	c := as(t, srv, "", "", named("cluster.example"))
	require.Len(t, c.Nodes(), 3)
	require.NoError(t, c.Warmup(t.Context(), 2))
	failsAtOnce(t, aerospike.ErrCertificateHost, func() error {
		_, err := tryAs(t, srv, "", "", named("other.example"))
		return err
	})
}

// writePEM writes the files of a client: the authority that it trusts, its own certificate
// and key.
func writePEM(t *testing.T, dir string, trusted *aerospiketest.Authority, own tls.Certificate) aerospike.TLSFiles {
	t.Helper()
	cert, key, err := aerospiketest.PEM(own)
	require.NoError(t, err)
	files := aerospike.TLSFiles{CA: filepath.Join(dir, "ca.pem"), Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	for name, data := range map[string][]byte{files.CA: trusted.PEM(), files.Cert: cert, files.Key: key} {
		require.NoError(t, os.WriteFile(name, data, 0o600))
	}
	return files
}

// What a function for TLS cannot tell is no fault of the nodes: a call that would need a new
// connection ends at once, those that have one go on.
func TestCallsDoNotWaitForAFaultyTLSSource(t *testing.T) {
	ca := aerospiketest.NewAuthority(t)
	srv := secured(t, aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")),
		aerospiketest.WithUsers(aerospiketest.User{Name: "carol", Certificate: true, Roles: []string{"read-write"}}))
	sealed := errors.New("the vault is sealed")
	var closed atomic.Bool
	source := func(context.Context) (*tls.Config, error) {
		if closed.Load() {
			return nil, sealed
		}
		return ca.ClientTLS("carol"), nil
	}
	c := as(t, srv, "", "", func(c *aerospike.Config) { c.AuthMode, c.TLSSource = aerospike.AuthPKI, source })
	require.NoError(t, c.Warmup(t.Context(), 1))
	closed.Store(true)
	start := time.Now()
	for _, err := range c.Scan(t.Context(), namespace, set).All() {
		require.ErrorIs(t, err, aerospike.ErrCredentials)
		require.ErrorIs(t, err, sealed)
		require.True(t, aerospike.Retryable(err))
	}
	_, err := c.User(t.Context(), "carol")
	require.ErrorIs(t, err, aerospike.ErrCredentials)
	e, ok := errors.AsType[*aerospike.Error](err)
	require.True(t, ok)
	require.Len(t, e.Attempts, 1)
	require.Less(t, time.Since(start), 30*time.Second, "it does not wait for the time to be up")
	require.NoError(t, c.Put(t.Context(), aerospike.NewKey(namespace, set, "k"), aerospike.Bins{"a": 1}))
	closed.Store(false)
	_, err = c.User(t.Context(), "carol")
	require.NoError(t, err)
}

// Server and client get certificates of another authority while calls go on: no connection
// is given up, no call fails, and new connections use what is new.
func TestCertificatesAreReplacedUnderLoad(t *testing.T) {
	first, second := aerospiketest.NewAuthority(t), aerospiketest.NewAuthority(t)
	srv := secured(t, aerospiketest.WithTLS(first.ServerTLS("127.0.0.1")),
		aerospiketest.WithUsers(aerospiketest.User{Name: "carol", Certificate: true, Roles: []string{"read-write"}}))
	dir := t.TempDir()
	issue := func(ca *aerospiketest.Authority) tls.Certificate {
		return ca.Issue(aerospiketest.Certificate{Name: "carol"})
	}
	source, err := writePEM(t, dir, first, issue(first)).Source()
	require.NoError(t, err)
	c := as(t, srv, "", "", func(c *aerospike.Config) {
		c.AuthMode, c.TLSSource = aerospike.AuthPKI, source
	})
	require.NoError(t, c.Warmup(t.Context(), 2))
	lost := func() (n uint64) {
		for _, node := range c.Nodes() {
			n += node.Pool.Lost
		}
		return n
	}
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			key := aerospike.NewKey(namespace, set, i)
			for ctx.Err() == nil {
				require.NoError(t, c.Put(t.Context(), key, aerospike.Bins{"a": i}))
			}
		})
	}
	accepted := srv.Node(0).Accepted()
	require.NoError(t, srv.SetTLS(second.ServerTLS("127.0.0.1")))
	writePEM(t, dir, second, issue(second))
	require.NoError(t, c.Warmup(t.Context(), 8), "what is new is used at once")
	stop()
	wg.Wait()
	require.Zero(t, lost())
	require.LessOrEqual(t, srv.Node(0).Accepted()-accepted, int64(100), "those that are new, and those that came too soon: no storm")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "key.pem"), []byte("half a file"), 0o600))
	require.NoError(t, c.Warmup(t.Context(), 12), "with the last ones that were good")
	_, err = aerospike.TLSFiles{CA: filepath.Join(dir, "ca.pem"), Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}.Source()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	require.NotContains(t, err.Error(), "half a file")
	_, err = aerospike.TLSFiles{CA: filepath.Join(dir, "none.pem")}.Source()
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = aerospike.TLSFiles{Cert: filepath.Join(dir, "cert.pem")}.Source()
	require.ErrorIs(t, err, aerospike.ErrInvalidArg)
	require.ErrorContains(t, err, "of Cert and Key")
}
