package aerospike

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"sync"
	"time"
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

// filesChecked is how long the files are not looked at again.
const filesChecked = time.Second

// Source reads the files and returns a function for [Config.TLSSource], which reads them
// again when they have changed; it looks at most once a second. New connections then use
// the new certificates, and those that are open go on. While the files cannot be read, or
// do not belong together as in the middle of a replacement, the last good ones are used.
// An error means that they are no good now.
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
	config *tls.Config // guarded by mu
	stamps []stamp     // guarded by mu; of the files that config was made of
	looked time.Time   // guarded by mu
}

// stamp is by what a change of a file shows.
type stamp struct {
	changed time.Time
	size    int64
}

func (s *tlsSource) get(context.Context) (*tls.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.looked) >= filesChecked {
		_ = s.load() // the last good one is still there
	}
	return s.config, nil
}

// load reads the files unless they are as they were. s.mu is held, or nobody else has s.
func (s *tlsSource) load() error {
	s.looked = time.Now()
	stamps, err := s.files.stamps()
	if err != nil || same(stamps, s.stamps) {
		return err
	}
	config, err := s.files.read()
	if err != nil {
		return err
	}
	s.config, s.stamps = config, stamps
	return nil
}

func same(a, b []stamp) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].changed.Equal(b[i].changed) || a[i].size != b[i].size {
			return false
		}
	}
	return true
}

// stamps looks at the files. There is one entry more, so that no file is not the same as
// nothing read yet.
func (f TLSFiles) stamps() ([]stamp, error) {
	list := []stamp{{}}
	for _, name := range []string{f.CA, f.Cert, f.Key} {
		if name == "" {
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		list = append(list, stamp{info.ModTime(), info.Size()})
	}
	return list, nil
}

func (f TLSFiles) read() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.ServerName}
	if f.CA != "" {
		pem, err := os.ReadFile(f.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s has no certificate", f.CA)
		}
	}
	if f.Cert != "" || f.Key != "" {
		pair, err := tls.LoadX509KeyPair(f.Cert, f.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
