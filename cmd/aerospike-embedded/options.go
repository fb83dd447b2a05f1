package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// settings is what the command line says.
type settings struct {
	addr, namespaces, cluster    string
	build                        string
	nodes                        int
	enterprise, security, quotas bool
	users, roles                 string
	sessionTTL                   time.Duration
	files                        tlsFiles
	tlsName                      string
}

func parse(args []string, usage io.Writer) (*settings, error) {
	s := &settings{}
	flags := flag.NewFlagSet("aerospike-embedded", flag.ContinueOnError)
	flags.SetOutput(usage)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:3000", "address of the first node; the others take the ports that follow, port 0 takes free ones")
	flags.IntVar(&s.nodes, "nodes", 1, "number of nodes")
	flags.StringVar(&s.namespaces, "namespaces", "test", "names of the namespaces, separated by commas")
	flags.StringVar(&s.cluster, "cluster-name", aerospiketest.DefaultClusterName, "name of the cluster")
	flags.StringVar(&s.build, "build", aerospiketest.DefaultBuild, "version that the nodes tell")
	flags.BoolVar(&s.enterprise, "enterprise", false, "answer as the Enterprise Edition")
	flags.BoolVar(&s.security, "security", false, "switch security on; without -users there is one, admin with password admin and role user-admin")
	flags.StringVar(&s.users, "users", "", "name:password[:role+role],... switches security on; without roles a user may do everything")
	flags.StringVar(&s.roles, "roles", "", "name:privilege+privilege,... switches security on; a privilege is a name[.namespace[.set]]")
	flags.BoolVar(&s.quotas, "quotas", false, "switch security on and let roles have quotas")
	flags.DurationVar(&s.sessionTTL, "session-ttl", aerospiketest.DefaultSessionTTL, "life of the tokens of logins")
	flags.StringVar(&s.files.cert, "tls-cert", "", "file with the server's certificate, PEM; switches TLS on")
	flags.StringVar(&s.files.key, "tls-key", "", "file with the certificate's key, PEM")
	flags.StringVar(&s.files.clients, "tls-client-ca", "", "file with the authorities of clients' certificates, PEM; such a certificate names a user")
	flags.BoolVar(&s.files.require, "tls-require", false, "refuse clients without a certificate")
	flags.StringVar(&s.tlsName, "tls-name", "", "name of the server's certificate, as the nodes tell it")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return s, nil
}

// options makes the server's options of the settings.
func (s *settings) options() ([]aerospiketest.Option, error) {
	opts := []aerospiketest.Option{
		aerospiketest.WithAddr(s.addr),
		aerospiketest.WithNodes(s.nodes),
		aerospiketest.WithClusterName(s.cluster),
		aerospiketest.WithNamespaces(strings.Split(s.namespaces, ",")...),
		aerospiketest.WithSessionTTL(s.sessionTTL),
		aerospiketest.WithTLSName(s.tlsName),
		aerospiketest.WithBuild(s.build),
	}
	for _, o := range []struct {
		on     bool
		option func() aerospiketest.Option
	}{
		{s.enterprise, aerospiketest.WithEnterprise},
		{s.security, aerospiketest.WithSecurity},
		{s.quotas, aerospiketest.WithQuotas},
	} {
		if o.on {
			opts = append(opts, o.option())
		}
	}
	users, err := parseUsers(s.users)
	if err != nil {
		return nil, err
	}
	roles, err := parseRoles(s.roles)
	if err != nil {
		return nil, err
	}
	if len(users) > 0 {
		opts = append(opts, aerospiketest.WithUsers(users...))
	}
	if len(roles) > 0 {
		opts = append(opts, aerospiketest.WithRoles(roles...))
	}
	cfg, err := s.files.load()
	if err != nil {
		return nil, err
	}
	if cfg != nil {
		opts = append(opts, aerospiketest.WithTLS(cfg))
	}
	return opts, nil
}

// entries splits a list; an empty text is an empty one.
func entries(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func parseUsers(text string) ([]aerospiketest.User, error) {
	var users []aerospiketest.User
	for i, entry := range entries(text) {
		parts := strings.SplitN(entry, ":", 3)
		if len(parts) < 2 || parts[0] == "" {
			return nil, fmt.Errorf("-users: entry %d: want name:password[:role+role]", i+1)
		}
		u := aerospiketest.User{Name: parts[0], Password: parts[1]}
		if len(parts) == 3 {
			u.Roles = strings.FieldsFunc(parts[2], plus)
		}
		users = append(users, u)
	}
	return users, nil
}

func parseRoles(text string) ([]aerospiketest.Role, error) {
	var roles []aerospiketest.Role
	for i, entry := range entries(text) {
		name, privileges, ok := strings.Cut(entry, ":")
		if !ok || name == "" {
			return nil, fmt.Errorf("-roles: entry %d: want name:privilege+privilege", i+1)
		}
		roles = append(roles, aerospiketest.Role{Name: name, Privileges: strings.FieldsFunc(privileges, plus)})
	}
	return roles, nil
}

func plus(r rune) bool { return r == '+' }

// reload reads the certificates anew.
func (s *settings) reload(srv *aerospiketest.Server) error {
	cfg, err := s.files.load()
	if err == nil && cfg == nil {
		err = errors.New("there are no certificates to read again")
	}
	if err != nil {
		return err
	}
	return srv.SetTLS(cfg)
}
