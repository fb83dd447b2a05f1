package pool

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
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

func inYears(n int) func() time.Time {
	return func() time.Time { return time.Now().AddDate(n, 0, 0) }
}

func refuseAny(tls.ConnectionState) error { return errors.New("refused here") }

func TestTLSFaultsAreNamed(t *testing.T) {
	cert, roots := certificate(t, "node.example")
	secure := func(p *peer, c net.Conn) {
		_ = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake()
	}
	cases := map[string]struct {
		serve func(*peer, net.Conn)
		cfg   *tls.Config
		want  string
		fault int // a CertificateFault; negative for none
	}{
		"wrong name":     {secure, &tls.Config{RootCAs: roots, ServerName: "other.example"}, "other.example", int(CertificateHost)},
		"no name":        {secure, &tls.Config{RootCAs: roots}, "127.0.0.1", int(CertificateHost)},
		"unknown issuer": {secure, &tls.Config{ServerName: "node.example"}, "unknown authority", int(CertificateIssuer)},
		"expired":        {secure, &tls.Config{RootCAs: roots, ServerName: "node.example", Time: inYears(1)}, "has expired", int(CertificateExpired)},
		"not valid yet":  {secure, &tls.Config{RootCAs: roots, ServerName: "node.example", Time: inYears(-1)}, "not yet valid", int(CertificateExpired)},
		"not wanted":     {secure, &tls.Config{RootCAs: roots, ServerName: "node.example", VerifyConnection: refuseAny}, "refused here", -1},
		"a clear port":   {nil, &tls.Config{RootCAs: roots, ServerName: "node.example"}, "TLS handshake", -1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPeer(tc.serve)
			pool := New(Config{Addr: p.listen(t), TLS: tc.cfg, DialTimeout: 30 * time.Second})
			defer pool.Close()
			err := call(t.Context(), t, pool, 1, 30*time.Second)
			require.ErrorIs(t, err, ErrDial)
			require.ErrorContains(t, err, tc.want)
			require.False(t, Sent(err))
			certificate, ok := errors.AsType[*CertificateError](err)
			require.Equal(t, tc.fault >= 0, ok)
			if ok {
				require.EqualValues(t, tc.fault, certificate.Fault)
			}
		})
	}
}

// Whoever speaks TLS where the other does not is hung up on without a word. The error says
// what that may mean.
func TestPeerThatHangsUpAtOnceMayMissTLSOrWantIt(t *testing.T) {
	hangUps := map[string]func(*peer, net.Conn){
		"says nothing": func(_ *peer, c net.Conn) { _, _ = c.Read(make([]byte, 1<<10)) },
		"reads half":   func(_ *peer, c net.Conn) { _, _ = c.Read(make([]byte, 5)) }, // the rest makes it a reset
		"with an alert": func(_ *peer, c net.Conn) {
			_, _ = c.Read(make([]byte, 1<<10))
			_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, 70}) // of 7 bytes: protocol version
		},
	}
	configs := map[string]Config{
		"clear":            {},
		"clear with login": {Auth: testAuth(t, AuthInternal)},
		"encrypted":        {TLS: &tls.Config{ServerName: "node.example"}},
	}
	for how, serve := range hangUps {
		for name, cfg := range configs {
			t.Run(name+" "+how, func(t *testing.T) {
				cfg.Addr, cfg.DialTimeout = newPeer(serve).listen(t), 30*time.Second
				s, err := OpenSession(t.Context(), cfg)
				if err == nil {
					defer s.Close()
					_, err = s.Info(t.Context(), "build")
				}
				switch {
				case !cfg.Encrypted():
					require.ErrorContains(t, err, "does the port want TLS?")
				case how != "with an alert": // which says it itself
					require.ErrorContains(t, err, "is TLS switched on at that port?")
				}
			})
		}
	}
}

// Later it is an end like any other.
func TestPeerThatHangsUpLaterIsNotSuspected(t *testing.T) {
	p := newPeer(func(_ *peer, c net.Conn) {
		if _, err := readFrame(c); err != nil {
			return
		}
		_, _ = c.Write(wire.AppendInfo(nil, "build\t8.1"))
		_, _ = readFrame(c)
	})
	s, err := OpenSession(t.Context(), Config{Addr: p.listen(t)})
	require.NoError(t, err)
	defer s.Close()
	_, err = s.Info(t.Context(), "build")
	require.NoError(t, err)
	_, err = s.Info(t.Context(), "build")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "TLS")
}

// A node tells what it thinks of our certificate after the handshake only, and then it is
// a login or the first call that finds out.
func TestRefusedClientCertificateIsNamed(t *testing.T) {
	cert, roots := certificate(t, "node.example")
	stranger, _ := certificate(t, "stranger")
	for name, certs := range map[string][]tls.Certificate{"none": nil, "unknown": {stranger}} {
		for auth, mode := range map[string]*Auth{"without login": nil, "with login": testAuth(t, AuthPKI)} {
			t.Run(name+" "+auth, func(t *testing.T) {
				p := newPeer(func(p *peer, c net.Conn) {
					s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert})
					if s.Handshake() == nil {
						p.echo(s)
					}
				})
				pool := New(Config{
					Addr: p.listen(t), Auth: mode, DialTimeout: 5 * time.Second, MaxConns: 1,
					TLS: &tls.Config{RootCAs: roots, ServerName: "node.example", Certificates: certs},
				})
				defer pool.Close()
				err := call(t.Context(), t, pool, 1, 5*time.Second)
				fault, ok := errors.AsType[*CertificateError](err)
				require.True(t, ok, "%v", err)
				require.Equal(t, CertificateRefused, fault.Fault)
				_, err = pool.Admin(t.Context(), nil, false)
				fault, ok = errors.AsType[*CertificateError](err)
				require.True(t, ok, "%v", err)
				require.Equal(t, CertificateRefused, fault.Fault)
			})
		}
	}
}

// Each connection asks for its configuration; those that stand are left alone.
func TestTLSConfigurationIsAskedForEachConnection(t *testing.T) {
	first, firstRoots := certificate(t, "node.example")
	second, secondRoots := certificate(t, "node.example")
	var served, trusted atomic.Pointer[tls.Config]
	served.Store(&tls.Config{Certificates: []tls.Certificate{first}})
	trusted.Store(&tls.Config{RootCAs: firstRoots})
	p := newPeer(func(p *peer, c net.Conn) { p.echo(tls.Server(c, served.Load())) })
	var asked atomic.Int32
	pool := New(Config{
		Addr: p.listen(t), ServerName: "node.example",
		TLSFunc: func(context.Context) (*tls.Config, error) {
			asked.Add(1)
			if cfg := trusted.Load(); cfg != nil {
				return cfg, nil
			}
			return nil, errors.New("the file is gone")
		},
	})
	defer pool.Close()
	require.NoError(t, pool.Warmup(t.Context(), 2))
	require.EqualValues(t, 2, asked.Load())
	require.Empty(t, trusted.Load().ServerName, "what it returns is not changed")

	served.Store(&tls.Config{Certificates: []tls.Certificate{second}})
	trusted.Store(&tls.Config{RootCAs: secondRoots})
	for i := range 20 {
		require.NoError(t, call(t.Context(), t, pool, uint64(i), 5*time.Second))
	}
	require.EqualValues(t, 2, p.accepted.Load(), "connections go on")
	require.NoError(t, pool.Warmup(t.Context(), 3))
	require.EqualValues(t, 3, asked.Load())

	trusted.Store(nil)
	failures := pool.Stats().DialFailures
	err := pool.Warmup(t.Context(), 4)
	require.ErrorContains(t, err, "TLS configuration: the file is gone")
	_, ours := errors.AsType[*CredentialsError](err)
	require.True(t, ours, "%v", err)
	require.Equal(t, failures, pool.Stats().DialFailures, "the node is well")
	require.NoError(t, call(t.Context(), t, pool, 1, 5*time.Second))
}
