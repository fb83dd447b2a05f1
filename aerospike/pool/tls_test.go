package pool

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// certificate returns a self-signed certificate for name and a pool that trusts it.
func certificate(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// F7: on TLS each request is a write, and so a record, of its own: the first read
// of a request ends with it, even when the next has been sent already.
func TestTLSWritesOneRequestAtATime(t *testing.T) {
	cert, roots := certificate(t, "node.example")
	var torn atomic.Int64
	p := newPeer(func(p *peer, c net.Conn) {
		s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}})
		buf := make([]byte, 64<<10)
		for {
			n, err := s.Read(buf) // returns at most one record
			if err != nil {
				return
			}
			tag, frame, err := readRequest(&oneRead{b: buf[:n]})
			if err != nil || len(frame) != n {
				torn.Add(1)
				return
			}
			if _, err := s.Write(reply(tag, 0)); err != nil {
				return
			}
		}
	})
	pool := New(Config{Addr: p.listen(t), TLS: &tls.Config{RootCAs: roots, ServerName: "node.example"}, MaxConns: 2})
	defer pool.Close()
	var wg sync.WaitGroup
	for i := range 500 {
		wg.Go(func() { require.NoError(t, call(t.Context(), t, pool, uint64(i), 10*time.Second)) })
	}
	wg.Wait()
	require.Zero(t, torn.Load(), "requests shared a record")
	require.LessOrEqual(t, pool.Stats().Conns, 2)
}

type oneRead struct{ b []byte }

func (r *oneRead) Read(p []byte) (int, error) {
	n := copy(p, r.b)
	r.b = r.b[n:]
	return n, nil
}

func TestTLSFaultsAreNamed(t *testing.T) {
	cert, roots := certificate(t, "node.example")
	secure := func(p *peer, c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake()
	}
	cases := map[string]struct {
		serve func(*peer, net.Conn)
		cfg   *tls.Config
		want  string
	}{
		"wrong name":     {secure, &tls.Config{RootCAs: roots, ServerName: "other.example"}, "other.example"},
		"unknown issuer": {secure, &tls.Config{ServerName: "node.example"}, "unknown authority"},
		"a clear port":   {nil, &tls.Config{RootCAs: roots, ServerName: "node.example"}, "TLS handshake"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPeer(tc.serve)
			pool := New(Config{Addr: p.listen(t), TLS: tc.cfg, DialTimeout: time.Second})
			defer pool.Close()
			err := call(t.Context(), t, pool, 1, 5*time.Second)
			require.ErrorIs(t, err, ErrDial)
			require.ErrorContains(t, err, tc.want)
			require.False(t, Sent(err))
		})
	}
}
