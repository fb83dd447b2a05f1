package aerospike

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
)

// TLSFiles are certificates in PEM files, which may be replaced while the program runs.
type TLSFiles struct {
	// CA has the certificates of the authorities to trust, instead of the system's.
	CA string
	// Cert and Key are the client's own certificate and its key, for servers that want
	// one; both or none.
	Cert, Key string
	// ServerName is the name that all nodes' certificates have. Without it the name of each
	// node is checked, see [Config.TLS].
	ServerName string
}

// Source reads the files and returns a function for [Config.TLSSource], which reads them
// again for each new connection, and so notices when they are replaced. Connections that are
// open go on. While the files cannot be read, or do not belong together as in the middle of
// a replacement, the last good ones are used. An error means that they are no good now.
func (f TLSFiles) Source() (func(context.Context) (*tls.Config, error), error) {
	s := &tlsSource{files: f}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("%w: TLS files: %w", ErrInvalidArg, err)
	}
	return s.get, nil
}

// tlsSource is what keeps the configuration made of files.
type tlsSource struct {
	files TLSFiles

	mu     sync.Mutex
	config *tls.Config       // guarded by mu
	sum    [sha256.Size]byte // guarded by mu; of the files that config was made of
}

func (s *tlsSource) get(context.Context) (*tls.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.load() // the last good one is still there
	return s.config, nil
}

// load reads the files, and takes them over if they are others than before: that costs far
// less than the handshake to come, while times and sizes tell little of files that are written
// by programs. s.mu is held, or nobody else has s.
func (s *tlsSource) load() error {
	pem, sum, err := s.files.read()
	if err != nil || s.config != nil && sum == s.sum {
		return err
	}
	config, err := s.files.config(pem)
	if err != nil {
		return err
	}
	s.config, s.sum = config, sum
	return nil
}

// pemFiles is what is in the files, nil for those that are not named.
type pemFiles struct{ ca, cert, key []byte }

func (f TLSFiles) read() (pem pemFiles, sum [sha256.Size]byte, err error) {
	if (f.Cert == "") != (f.Key == "") {
		return pem, sum, errors.New("of Cert and Key, one is named and the other is not")
	}
	h := sha256.New()
	for _, file := range []struct {
		name string
		to   *[]byte
	}{{f.CA, &pem.ca}, {f.Cert, &pem.cert}, {f.Key, &pem.key}} {
		if file.name == "" {
			continue
		}
		if *file.to, err = os.ReadFile(file.name); err != nil {
			return pem, sum, err
		}
		part := sha256.Sum256(*file.to)
		h.Write(part[:])
	}
	h.Sum(sum[:0])
	return pem, sum, nil
}

func (f TLSFiles) config(pem pemFiles) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.ServerName}
	if f.CA != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem.ca) {
			return nil, fmt.Errorf("%s has no certificate", f.CA)
		}
	}
	if f.Cert != "" {
		pair, err := tls.X509KeyPair(pem.cert, pem.key)
		if err != nil {
			return nil, fmt.Errorf("%s and %s: %w", f.Cert, f.Key, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
