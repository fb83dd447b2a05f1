package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// tlsFiles are the files that TLS needs.
type tlsFiles struct {
	cert, key, clients string
	require            bool
}

// load reads the files. It returns nil if there are none.
func (f *tlsFiles) load() (*tls.Config, error) {
	if f.cert == "" {
		if f.key != "" || f.clients != "" || f.require {
			return nil, errors.New("TLS without -tls-cert")
		}
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("-tls-cert, -tls-key: %w", err)
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if f.clients == "" {
		if f.require {
			return nil, errors.New("-tls-require needs -tls-client-ca")
		}
		return cfg, nil
	}
	if cfg.ClientCAs, err = loadPool(f.clients); err != nil {
		return nil, fmt.Errorf("-tls-client-ca: %w", err)
	}
	cfg.ClientAuth = tls.VerifyClientCertIfGiven
	if f.require {
		cfg.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return cfg, nil
}

// loadPool reads certificates of authorities.
func loadPool(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: no certificate in it", file)
	}
	return pool, nil
}
