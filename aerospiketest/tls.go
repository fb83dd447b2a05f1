package aerospiketest

import (
	"crypto/tls"
	"errors"
)

// SetTLS changes what the nodes serve TLS with, as an operator does who replaces
// certificates: connections opened from now on see the new configuration, those that are
// open go on. It fails on a server without TLS, as a real one cannot be switched over
// while it runs, and on nil.
func (s *Server) SetTLS(cfg *tls.Config) error {
	switch {
	case s.tls.Load() == nil:
		return errors.New("aerospiketest: set tls: the server has none")
	case cfg == nil:
		return errors.New("aerospiketest: set tls: no configuration")
	}
	s.tls.Store(cfg)
	return nil
}
