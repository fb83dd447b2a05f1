package aerospike

import (
	"context"
	"crypto/tls"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// Config says how to reach a cluster and how calls are made by default. Only Hosts is
// required: the zero value of each other field means the default in its comment.
// [Connect] checks all fields together and reports every fault. A Config is not
// changed by the client, may be used for several and may be changed afterwards; see [ParseURL] for one as text.
type Config struct {
	// Hosts are the addresses to begin with: "host", "host:port" or
	// "host:tls-name:port", an IPv6 address in brackets. The default port is 3000. One
	// that answers is enough; the other nodes are learned from it.
	Hosts []string
	// Namespace is not looked at by the client. [ParseURL] puts here what the URL's
	// path says, for the program to make its keys with.
	Namespace string
	// ClusterName, if set, must be the name of the cluster; nodes of another one are
	// refused with [ErrClusterName].
	ClusterName string
	// AppName is told to servers of 8.1 and later, which count clients by it. Up to
	// 40 printable characters without spaces, ';' and ','. User, if it is that simple.
	AppName string

	// User and Password log in to a cluster with security (Enterprise). Without User
	// the client does not log in. Printing a Config does not tell the password.
	User, Password string
	// Credentials, if set, is asked for user and password at each login, in place of the
	// two above: for passwords that change while the program runs. See [Credentials].
	Credentials Credentials
	// AuthMode says who checks the password: [AuthInternal]. The others need TLS;
	// AuthPKI takes the user from the certificate.
	AuthMode AuthMode
	// TLS switches encryption on. It is cloned. Without a ServerName the name of each
	// node is checked: the tls-name of its address, else its host.
	TLS *tls.Config
	// TLSSource, if set, is asked for the configuration of each new connection, in place
	// of TLS: for certificates that are replaced while the program runs. Connections that
	// are open go on with what they began with. See [TLSFiles.Source] for files. It
	// should return soon, and must not change afterwards what it has returned. Its error
	// reaches the calls that want the connection as [ErrCredentials]; it should hold no secrets.
	TLSSource func(ctx context.Context) (*tls.Config, error)

	// ConnectTimeout bounds [Connect] as a whole: 10 s. The context of Connect may end
	// it earlier.
	ConnectTimeout time.Duration
	// DialTimeout bounds opening one connection, with TLS and login:
	// [pool.DefaultDialTimeout].
	DialTimeout time.Duration
	// TendInterval is the time between two looks at the nodes: 1 s; from 100 ms.
	TendInterval time.Duration
	// IdleTimeout closes a connection that has not been used for so long, down to
	// MinConnsPerNode: 55 s, since servers before 8.1 do it after 60 s.
	IdleTimeout time.Duration
	// StallTimeout replaces a connection on which a reply is overdue for so long: 3 s.
	// Calls on it fail or are repeated elsewhere.
	StallTimeout time.Duration

	// MinConnsPerNode is how many connections to each node are kept open: 0.
	MinConnsPerNode int
	// MaxConnsPerNode bounds the connections to each node for ordinary calls: 32. They
	// are shared: a call does not have a connection to itself.
	MaxConnsPerNode int
	// MaxBulkConnsPerNode bounds further connections to each node, for requests of
	// 128 kB and more, which would hold up the others: 4.
	MaxBulkConnsPerNode int
	// MaxStreamsPerNode bounds further connections to each node, one for each part of a
	// batch and each query that is under way: 64. Further ones wait.
	MaxStreamsPerNode int
	// PipelineDepth bounds the unanswered calls on one connection: 128. Calls beyond
	// MaxConnsPerNode x PipelineDepth wait.
	PipelineDepth int
	// MaxWaiting bounds the calls that wait for a place, for each node: 65536. Further
	// ones fail with [ErrOverloaded] at once.
	MaxWaiting int
	// MaxQueuedBytes bounds the requests that are not written yet, for each node:
	// 64 MiB. Further ones wait.
	MaxQueuedBytes int
	// MaxReplyBytes bounds one reply: 128 MiB. A longer one costs the connection.
	MaxReplyBytes int

	// UseServicesAlternate takes the nodes' alternate addresses
	// (alternate-access-address on the server), as from outside of a cloud's network.
	UseServicesAlternate bool
	// AddressMap translates the addresses that nodes tell of themselves into those that
	// can be reached from here: "host:port" to "host:port", or "host" to "host".
	AddressMap map[string]string
	// SeedOnly uses the nodes at Hosts and no others, as behind a proxy.
	SeedOnly bool
	// Racks are the racks that [ReplicaPreferRack] prefers, the best one first. Setting
	// it makes ReplicaPreferRack the default of reads, unless ReadPolicy says otherwise.
	Racks []int

	// Breaker shuts out a node that fails too often, so that calls fail fast with
	// [ErrCircuitOpen] or go to another replica.
	Breaker Breaker

	// ReadPolicy is the default of calls that read, WritePolicy of calls that write.
	// Operate has the one or the other, depending on its operations.
	ReadPolicy  ReadPolicy
	WritePolicy WritePolicy
	// BatchPolicy is the default of batches. What it does not say is as ReadPolicy and
	// WritePolicy have it, the time and the retries as ReadPolicy.
	BatchPolicy BatchPolicy
	// QueryPolicy is the default of queries.
	QueryPolicy QueryPolicy

	// Limits bound the calls that are under way at the same time, however many nodes they
	// go to; none by default. See [Client.SetLimits].
	Limits Limits

	// Hook watches what the client does; nil, or a nil pointer, for nobody. See package
	// observability for metrics, traces and logs.
	Hook Hook
	// Dial opens network connections, in place of a net.Dialer with keep-alive. It must
	// heed ctx.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// LookupHost resolves the names in Hosts, in place of the system's resolver. It is
	// asked again when nodes cannot be reached.
	LookupHost func(ctx context.Context, host string) ([]string, error)
}

// Breaker says when a node is shut out and for how long.
type Breaker struct {
	// MaxFailures is how many failures within Window are borne: 100. Negative switches
	// the breaker off.
	MaxFailures int
	// Window is the time over which failures are counted: 1 s.
	Window time.Duration
	// CoolDown is how long the node is not asked; then one call probes it: 1 s.
	CoolDown time.Duration
}

// AuthMode says who checks a user's password.
type AuthMode = pool.AuthMode

// Authentication modes.
const (
	AuthInternal = pool.AuthInternal // the server
	AuthExternal = pool.AuthExternal // a service that the server asks, such as LDAP; needs TLS
	AuthPKI      = pool.AuthPKI      // nobody: the TLS certificate names the user
)

// Default of Config.ConnectTimeout.
const DefaultConnectTimeout = 10 * time.Second

// userAgent names the client to servers: name and version, then the application.
const userAgent = "aerospike-go-" + Version

// cluster returns what the layer below needs. c has been checked.
func (c *Config) cluster() (cluster.Config, error) {
	out := cluster.Config{
		Seeds: slices.Clone(c.Hosts),
		Pool: pool.Config{
			Dial:         c.Dial,
			Hook:         c.Hook,
			MinConns:     c.MinConnsPerNode,
			MaxConns:     c.MaxConnsPerNode,
			MaxBulkConns: c.MaxBulkConnsPerNode, MaxStreams: c.MaxStreamsPerNode,
			Depth:        c.PipelineDepth,
			MaxWaiting:   c.MaxWaiting,
			MaxQueued:    c.MaxQueuedBytes,
			MaxReply:     c.MaxReplyBytes,
			DialTimeout:  c.DialTimeout,
			IdleTimeout:  c.IdleTimeout,
			StallTimeout: c.StallTimeout,
		},
		ClusterName:          c.ClusterName,
		TendInterval:         c.TendInterval,
		UseServicesAlternate: c.UseServicesAlternate,
		AddressMap:           maps.Clone(c.AddressMap),
		SeedOnly:             c.SeedOnly,
		Racks:                slices.Clone(c.Racks),
		Breaker: cluster.BreakerConfig{
			MaxFailures: c.Breaker.MaxFailures, Window: c.Breaker.Window, CoolDown: c.Breaker.CoolDown,
		},
		UserAgent:  userAgent + "," + c.application(),
		LookupHost: c.LookupHost,
	}
	if c.TLS != nil {
		out.Pool.TLS = c.TLS.Clone()
	}
	out.Pool.TLSFunc = c.TLSSource
	auth, err := c.login()
	out.Pool.Auth = auth
	return out, err
}
