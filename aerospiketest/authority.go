package aerospiketest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"
)

// certificateLife is how long certificates are good for that do not say.
const certificateLife = 24 * time.Hour

// Authority is a certificate authority in memory, for tests of TLS:
//
//	ca := aerospiketest.NewAuthority(t)
//	srv := aerospiketest.Start(t, aerospiketest.WithTLS(ca.ServerTLS("127.0.0.1")))
//	cfg := ca.ClientTLS("alice") // for a client that shows a certificate of its own
//
// Its methods are safe for concurrent use. They end the test on failure, which only a
// broken source of random numbers or a foreign key could cause.
type Authority struct {
	t    TB
	cert *x509.Certificate
	key  crypto.Signer
}

// Certificate describes a certificate to be issued.
type Certificate struct {
	// Name is the common name. To a server that looks at certificates of clients it is
	// the user's.
	Name string
	// Hosts are the DNS names and IP addresses that a server's certificate is good for.
	Hosts []string
	// NotBefore and NotAfter bound its life. The default is from an hour ago to a day
	// from now.
	NotBefore, NotAfter time.Time
}

// NewAuthority returns a new authority that nobody else trusts.
func NewAuthority(t TB) *Authority {
	t.Helper()
	a := &Authority{t: t}
	template := template(Certificate{Name: "test authority"})
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	template.ExtKeyUsage = nil
	der, key, err := a.sign(template)
	if err == nil {
		a.key = key
		a.cert, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatalf("aerospiketest: authority: %v", err)
	}
	return a
}

// template returns what is to be signed, but for the serial number.
func template(c Certificate) *x509.Certificate {
	now := time.Now()
	if c.NotBefore.IsZero() {
		c.NotBefore = now.Add(-time.Hour)
	}
	if c.NotAfter.IsZero() {
		c.NotAfter = now.Add(certificateLife)
	}
	x := &x509.Certificate{
		Subject:     pkix.Name{CommonName: c.Name},
		NotBefore:   c.NotBefore,
		NotAfter:    c.NotAfter,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range c.Hosts {
		if ip := net.ParseIP(host); ip != nil {
			x.IPAddresses = append(x.IPAddresses, ip)
		} else {
			x.DNSNames = append(x.DNSNames, host)
		}
	}
	return x
}

// sign signs a certificate for a new key. As long as the authority has none itself, the
// certificate is its own.
func (a *Authority) sign(x *x509.Certificate) (der []byte, key crypto.Signer, err error) {
	if x.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return nil, nil, err
	}
	if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, nil, err
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = x, key
	}
	der, err = x509.CreateCertificate(rand.Reader, x, parent, key.Public(), signer)
	return der, key, err
}

// Issue returns a certificate with its key.
func (a *Authority) Issue(c Certificate) tls.Certificate {
	a.t.Helper()
	der, key, err := a.sign(template(c))
	if err != nil {
		a.t.Fatalf("aerospiketest: certificate %q: %v", c.Name, err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// Pool returns a pool with the authority's own certificate, for those who trust it.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// ServerTLS returns the configuration of a server with a certificate for the hosts. It
// takes clients without a certificate, and looks at that of others; to refuse the former
// set ClientAuth to tls.RequireAndVerifyClientCert.
func (a *Authority) ServerTLS(hosts ...string) *tls.Config {
	a.t.Helper()
	return &tls.Config{
		Certificates: []tls.Certificate{a.Issue(Certificate{Name: "server", Hosts: hosts})},
		ClientCAs:    a.Pool(),
		ClientAuth:   tls.VerifyClientCertIfGiven,
		MinVersion:   tls.VersionTLS12,
	}
}

// ClientTLS returns the configuration of a client that trusts the authority and, unless
// user is empty, shows a certificate of that user.
func (a *Authority) ClientTLS(user string) *tls.Config {
	a.t.Helper()
	cfg := &tls.Config{RootCAs: a.Pool(), MinVersion: tls.VersionTLS12}
	if user != "" {
		cfg.Certificates = []tls.Certificate{a.Issue(Certificate{Name: user})}
	}
	return cfg
}

// PEM returns the authority's own certificate as a file has it.
func (a *Authority) PEM() []byte { return encodePEM("CERTIFICATE", a.cert.Raw) }

// PEM returns a certificate with its chain and its key as files have them.
func PEM(cert tls.Certificate) (certificate, key []byte, err error) {
	if cert.PrivateKey == nil {
		return nil, nil, errors.New("aerospiketest: pem: no key")
	}
	der, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		return nil, nil, fmt.Errorf("aerospiketest: pem: %w", err)
	}
	for _, link := range cert.Certificate {
		certificate = append(certificate, encodePEM("CERTIFICATE", link)...)
	}
	return certificate, encodePEM("PRIVATE KEY", der), nil
}

func encodePEM(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
