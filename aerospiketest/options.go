package aerospiketest

import (
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Defaults of the options.
const (
	DefaultBuild         = "8.1.2.0"
	DefaultClusterName   = "docker"
	DefaultMaxRecordSize = 1 << 20
	DefaultReapAfter     = 120 * time.Second
	DefaultSessionTTL    = 24 * time.Hour
)

const (
	maxNodes         = 64
	maxNamespaces    = 32
	maxNamespaceName = 31
)

// Namespace describes a namespace of the server.
type Namespace struct {
	// Name is 1 to 31 bytes long and has no ':', ';' or ','.
	Name string
	// ReplicationFactor is how many nodes hold a partition, at most all of them. 0
	// stands for 2.
	ReplicationFactor int
	// DefaultTTL is the life of records written without one, in whole seconds. 0
	// stands for forever.
	DefaultTTL time.Duration
	// DefaultReadTouch is the read-touch percentage, 0 to 100, of reads that do not
	// name one. 0 stands for none.
	DefaultReadTouch int
	// MaxRecordSize bounds the size of a record in bytes, as the server's storage
	// counts it. 0 stands for the one of [WithMaxRecordSize].
	MaxRecordSize int
	// ReapAfter is how long an expired record can still be deleted and still tells
	// its generation in error replies, in whole seconds: what the server's
	// nsup-period is on average. 0 stands for DefaultReapAfter, a negative value for
	// not at all.
	ReapAfter time.Duration
}

// Option changes how a server is set up.
type Option func(*config)

type config struct {
	nodes          int
	namespaces     []Namespace
	security       bool
	users          []User
	roles          []Role
	quotas         bool
	tls            *tls.Config
	tlsName        string
	clock          *Clock
	addr           string
	clusterName    string
	racks          []int
	maxRecordSize  int
	idleTimeout    time.Duration
	build          string
	sessionTTL     time.Duration
	maxConnections int
	enterprise     bool
}

// WithNodes sets the number of nodes, 1 to 64. The default is 1.
func WithNodes(n int) Option { return func(c *config) { c.nodes = n } }

// WithNamespaces sets the names of the namespaces, all with default settings. The
// default is one namespace, "test".
func WithNamespaces(names ...string) Option {
	return func(c *config) {
		for _, name := range names {
			c.namespaces = append(c.namespaces, Namespace{Name: name})
		}
	}
}

// WithNamespace adds a namespace with settings of its own.
func WithNamespace(ns Namespace) Option {
	return func(c *config) { c.namespaces = append(c.namespaces, ns) }
}

// secure switches security on.
func (c *config) secure() { c.security, c.enterprise = true, true }

// WithSecurity switches security on: connections have to log in. Without further users
// there is the one that a new cluster of the Enterprise Edition has: admin, with the
// password "admin" and the role user-admin.
func WithSecurity() Option { return (*config).secure }

// WithUsers switches security on and adds users. It is an error if a user has a role
// that is not known.
func WithUsers(users ...User) Option {
	return func(c *config) {
		c.users = append(c.users, users...)
		c.secure()
	}
}

// WithRoles switches security on and adds roles to those that the server has by itself:
// user-admin, sys-admin, data-admin, udf-admin, sindex-admin, read, read-write,
// read-write-udf, write and truncate, each with the privilege of its name.
func WithRoles(roles ...Role) Option {
	return func(c *config) {
		c.roles = append(c.roles, roles...)
		c.secure()
	}
}

// WithQuotas switches security and quotas on (enable-quotas). Without it roles cannot
// have quotas.
func WithQuotas() Option {
	return func(c *config) {
		c.quotas = true
		c.secure()
	}
}

// WithTLS makes the nodes speak TLS only. If the configuration verifies client
// certificates, their common name serves as the user of a certificate login.
func WithTLS(cfg *tls.Config) Option {
	return func(c *config) {
		c.tls = cfg
		c.enterprise = true
	}
}

// WithTLSName sets the certificate name that the peers lists tell. The default is
// none, and clients then use the name they were given for the seed.
func WithTLSName(name string) Option { return func(c *config) { c.tlsName = name } }

// WithClock sets the clock that records and sessions live by. The default is the
// real time.
func WithClock(clock *Clock) Option { return func(c *config) { c.clock = clock } }

// WithAddr sets the address, an IP address and a port, that the first node listens
// on; the others take the ports that follow. With port 0 each node takes a free
// one. The default is 127.0.0.1:0.
func WithAddr(addr string) Option { return func(c *config) { c.addr = addr } }

// WithClusterName sets what the nodes tell as the cluster's name.
func WithClusterName(name string) Option { return func(c *config) { c.clusterName = name } }

// WithRacks sets the rack of each node, in order; nodes without one are in rack 0.
// Replicas of a partition are spread over racks, as the Enterprise Edition does.
func WithRacks(racks ...int) Option {
	return func(c *config) {
		c.racks = racks
		c.enterprise = true
	}
}

// WithMaxRecordSize bounds the size of records in namespaces that do not set a
// bound themselves. The default is 1 MiB.
func WithMaxRecordSize(bytes int) Option { return func(c *config) { c.maxRecordSize = bytes } }

// WithIdleTimeout makes the server close connections that have sent nothing for so
// long, as servers before 8.1 do after a minute. The default is never.
func WithIdleTimeout(d time.Duration) Option { return func(c *config) { c.idleTimeout = d } }

// WithBuild sets the version that the nodes tell.
func WithBuild(version string) Option { return func(c *config) { c.build = version } }

// WithSessionTTL sets how long the token of a login is good for. The default is
// one day.
func WithSessionTTL(d time.Duration) Option { return func(c *config) { c.sessionTTL = d } }

// WithMaxConnections bounds the connections to a node. Further ones are accepted
// and closed at once, as the server does beyond proto-fd-max. The default is 15000.
func WithMaxConnections(n int) Option { return func(c *config) { c.maxConnections = n } }

// WithEnterprise makes the server answer as the Enterprise Edition without
// switching security on: it takes durable deletes and compressed requests.
func WithEnterprise() Option { return func(c *config) { c.enterprise = true } }

func newConfig(opts []Option) (*config, error) {
	c := &config{
		nodes:          1,
		addr:           "127.0.0.1:0",
		clusterName:    DefaultClusterName,
		maxRecordSize:  DefaultMaxRecordSize,
		build:          DefaultBuild,
		sessionTTL:     DefaultSessionTTL,
		maxConnections: 15000,
	}
	for _, o := range opts {
		o(c)
	}
	if len(c.namespaces) == 0 {
		c.namespaces = []Namespace{{Name: "test"}}
	}
	if c.clock == nil {
		c.clock = realClock()
	}
	if c.security && len(c.users) == 0 {
		c.users = []User{{Name: "admin", Password: "admin", Roles: []string{"user-admin"}}}
	}
	if err := c.validate(); err != nil {
		return nil, fmt.Errorf("aerospiketest: %w", err)
	}
	return c, nil
}

func (c *config) validate() error {
	switch {
	case c.nodes < 1 || c.nodes > maxNodes:
		return fmt.Errorf("%d nodes: want 1 to %d", c.nodes, maxNodes)
	case len(c.namespaces) > maxNamespaces:
		return fmt.Errorf("%d namespaces: want at most %d", len(c.namespaces), maxNamespaces)
	case len(c.racks) > c.nodes:
		return fmt.Errorf("%d racks for %d nodes", len(c.racks), c.nodes)
	case c.maxRecordSize < 1 || c.maxRecordSize > wire.MaxFrameBody:
		return fmt.Errorf("max record size %d: want 1 to %d", c.maxRecordSize, wire.MaxFrameBody)
	case c.maxConnections < 1:
		return fmt.Errorf("max connections %d: want at least 1", c.maxConnections)
	case c.sessionTTL < time.Second:
		return fmt.Errorf("session ttl %v: want at least 1s", c.sessionTTL)
	case c.idleTimeout < 0:
		return fmt.Errorf("idle timeout %v is negative", c.idleTimeout)
	}
	seen := make(map[string]bool)
	for i := range c.namespaces {
		ns := &c.namespaces[i]
		if seen[ns.Name] {
			return fmt.Errorf("namespace %q twice", ns.Name)
		}
		seen[ns.Name] = true
		if err := ns.complete(c); err != nil {
			return fmt.Errorf("namespace %q: %w", ns.Name, err)
		}
	}
	_, _, err := c.hostPort()
	return err
}

// complete puts the defaults in and checks the rest.
func (ns *Namespace) complete(c *config) error {
	if ns.ReplicationFactor == 0 {
		ns.ReplicationFactor = 2
	}
	if ns.MaxRecordSize == 0 {
		ns.MaxRecordSize = c.maxRecordSize
	}
	switch {
	case ns.ReapAfter == 0:
		ns.ReapAfter = DefaultReapAfter
	case ns.ReapAfter < 0:
		ns.ReapAfter = 0
	}
	if ns.Name == "" || len(ns.Name) > maxNamespaceName {
		return fmt.Errorf("the name has %d bytes: want 1 to %d", len(ns.Name), maxNamespaceName)
	}
	for _, r := range ns.Name {
		if r <= ' ' || r > '~' || r == ':' || r == ';' || r == ',' || r == '=' || r == '/' {
			return fmt.Errorf("character %q in the name", r)
		}
	}
	switch {
	case ns.ReplicationFactor < 1 || ns.ReplicationFactor > 256:
		return fmt.Errorf("replication factor %d: want 1 to 256", ns.ReplicationFactor)
	case ns.DefaultTTL < 0 || ns.DefaultTTL/time.Second > time.Duration(wire.MaxTTL) || ns.DefaultTTL%time.Second != 0:
		return fmt.Errorf("default ttl %v: want whole seconds, at most ten years", ns.DefaultTTL)
	case ns.DefaultReadTouch < 0 || ns.DefaultReadTouch > 100:
		return fmt.Errorf("default read touch %d: want 0 to 100", ns.DefaultReadTouch)
	case ns.MaxRecordSize < 1 || ns.MaxRecordSize > wire.MaxFrameBody:
		return fmt.Errorf("max record size %d: want 1 to %d", ns.MaxRecordSize, wire.MaxFrameBody)
	case ns.ReapAfter%time.Second != 0 || ns.ReapAfter/time.Second > time.Duration(wire.MaxTTL):
		return fmt.Errorf("reap after %v: want whole seconds, at most ten years", ns.ReapAfter)
	}
	return nil
}

func (c *config) hostPort() (host string, port int, err error) {
	host, text, err := net.SplitHostPort(c.addr)
	if err != nil {
		return "", 0, fmt.Errorf("address: %w", err)
	}
	if net.ParseIP(host) == nil {
		return "", 0, fmt.Errorf("address %q: want an IP address and a port", c.addr)
	}
	port, err = strconv.Atoi(text)
	if err != nil || port < 0 || port+c.nodes > 1<<16 {
		return "", 0, fmt.Errorf("address %q: no room for %d ports", c.addr, c.nodes)
	}
	return host, port, nil
}
