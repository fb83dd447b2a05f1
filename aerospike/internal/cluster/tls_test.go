package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// certificate makes a certificate that signs itself, and the pool that trusts it.
func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func TestServerTLSNamesComeFromSeedOrPeers(t *testing.T) {
	cert, roots := certificate(t, "cluster.example")
	for _, test := range []struct {
		name  string
		peers string // the TLS name in the lists of peers
	}{{"from the peers lists", "cluster.example"}, {"from the seed, the lists have none", ""}} {
		t.Run(test.name, func(t *testing.T) {
			srv := aerospiketest.StartCluster(t, 3,
				aerospiketest.WithTLS(&tls.Config{Certificates: []tls.Certificate{cert}}), aerospiketest.WithTLSName(test.peers))
			seed, err := ParseSeed(srv.Addr())
			require.NoError(t, err)
			seed.TLSName = "cluster.example"
			c, err := New(t.Context(), Config{Seeds: []string{seed.String()}, Pool: pool.Config{TLS: &tls.Config{RootCAs: roots}}})
			require.NoError(t, err)
			defer c.Close()
			require.Len(t, c.Nodes(), 3)
			for i := range 16 {
				require.NoError(t, newCounter(string(rune('a'+i))).add(t.Context(), c))
			}

			_, err = New(t.Context(), Config{Seeds: []string{srv.Addr()}, Pool: pool.Config{TLS: &tls.Config{RootCAs: roots}}})
			require.ErrorContains(t, err, "certificate")
		})
	}
}

func TestServerRackIsPreferred(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 2, aerospiketest.WithRacks(1, 2))
	for i, rack := range []int{1, 2} {
		c := dialServer(t, srv, func(cfg *Config) { cfg.Racks = []int{rack} })
		for k := range 16 {
			k := newCounter(string(rune('a' + k)))
			require.NoError(t, k.add(t.Context(), c))
			cmd := k.fetch()
			cmd.Replica = ReplicaPreferRack
			reply, err := c.Do(t.Context(), cmd)
			require.NoError(t, err)
			require.Equal(t, srv.Node(i).Name(), reply.Node.Name())
			reply.Release()
		}
	}
}
