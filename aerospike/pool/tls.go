package pool

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// TLSFunc returns the TLS configuration of a new connection, for certificates that are
// replaced while the program runs. It is called for each connection and so should be
// fast; it must heed ctx, as a CredentialsFunc. Connections that are open keep what they began with.
type TLSFunc func(ctx context.Context) (*tls.Config, error)

// Encrypted reports whether connections speak TLS.
func (c *Config) Encrypted() bool { return c.TLS != nil || c.TLSFunc != nil }

// secure makes t speak TLS.
func (d *dialer) secure(ctx context.Context, t *transport) error {
	cfg := d.cfg.TLS
	if d.cfg.TLSFunc != nil {
		asking, cancel := inTime(ctx)
		err := guard(func() (err error) {
			if cfg, err = d.cfg.TLSFunc(asking); err == nil && cfg == nil {
				err = errors.New("there is none")
			}
			return err
		})
		cancel()
		if err != nil {
			err = fmt.Errorf("TLS configuration: %w", err)
			if ctx.Err() == nil { // else it is the time that was up
				err = &CredentialsError{err}
			}
			return err
		}
	}
	if cfg.ServerName == "" && !cfg.InsecureSkipVerify {
		name := d.cfg.ServerName
		if name == "" {
			host, _, err := net.SplitHostPort(d.cfg.Addr)
			if err != nil {
				return err
			}
			name = host
		}
		cfg = cfg.Clone()
		cfg.ServerName = name
	}
	c := tls.Client(t.raw, cfg)
	if err := c.HandshakeContext(ctx); err != nil {
		err = fmt.Errorf("TLS handshake with %s: %w", d.cfg.Addr, certificateFault(err))
		if hungUp(err) {
			err = fmt.Errorf("%w: is TLS switched on at that port?", err)
		}
		return err
	}
	t.nc, t.tls = c, true
	return nil
}

// unanswered adds to the end of a connection on which nothing was answered what may be behind
// it.
func unanswered(t *transport, err error) error {
	if t.tls || !hungUp(err) {
		return err
	}
	return fmt.Errorf("%w: does the port want TLS?", err)
}

// hungUp reports whether the peer has ended a connection that we read from, as one does that
// speaks TLS if the other does not, or the other way round.
func hungUp(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "read" && !op.Timeout() // a reset
}

// CertificateFault says what is wrong with a certificate.
type CertificateFault uint8

// Faults of certificates.
const (
	CertificateInvalid CertificateFault = iota // none of the others
	CertificateExpired                         // or it is not valid yet
	CertificateHost                            // it is for another host
	CertificateIssuer                          // nobody whom we trust has signed it
	CertificateRefused                         // the node does not accept ours, or wants one
)

var certificateFaults = [...]string{
	CertificateInvalid: "the node's certificate is not valid",
	CertificateExpired: "the node's certificate has expired or is not valid yet",
	CertificateHost:    "the node's certificate is for another host",
	CertificateIssuer:  "the node's certificate is signed by an unknown authority",
	CertificateRefused: "the node refuses our certificate",
}

func (f CertificateFault) String() string {
	if int(f) < len(certificateFaults) {
		return certificateFaults[f]
	}
	return fmt.Sprintf("CertificateFault(%d)", uint8(f))
}

// CertificateError is a certificate that was not accepted: the node's by us, or ours by
// the node. Retrying does not help.
type CertificateError struct {
	Fault CertificateFault
	Err   error // as package tls has it
}

func (e *CertificateError) Error() string { return e.Fault.String() + ": " + e.Err.Error() }
func (e *CertificateError) Unwrap() error { return e.Err }

// certificateFault makes a CertificateError of an error of a TLS connection, if it is
// about a certificate.
func certificateFault(err error) error {
	fault, ok := faultOf(err)
	if !ok {
		return err
	}
	return &CertificateError{Fault: fault, Err: err}
}

func faultOf(err error) (CertificateFault, bool) {
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return CertificateHost, true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return CertificateIssuer, true
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if invalid.Reason == x509.Expired {
			return CertificateExpired, true
		}
		return CertificateInvalid, true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return CertificateInvalid, true
	}
	// What the peer says about our certificate is an alert (RFC 8446, section 6.2), of a
	// type that package tls keeps to itself.
	op, ok := errors.AsType[*net.OpError](err)
	return CertificateRefused, ok && op.Op == "remote error" && strings.Contains(op.Err.Error(), "certificate")
}
