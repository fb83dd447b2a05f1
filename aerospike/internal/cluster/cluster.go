package cluster

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Cluster is a connected cluster. Its methods may be called from several goroutines
// at once.
type Cluster struct {
	cfg             Config
	seeds           []Seed
	peersCommand    string // info commands, by TLS and Config.UseServicesAlternate
	serviceCommand  string
	discoverTimeout time.Duration

	current atomic.Pointer[snapshot]
	wake    chan struct{}         // capacity 1; makes the tender look sooner
	stale   atomic.Bool           // partition maps are to be asked for again
	outcast atomic.Pointer[error] // why the seeds refuse us, if all of them do: see NoNode
	tends   tendCounters
	name    atomic.Pointer[string] // what the first node called the cluster; nil until then

	cancel context.CancelFunc
	done   chan struct{} // closed when the tender has ended
}

// Name returns the cluster's name, as its first node has told it; empty if it has none or
// no node is known yet.
func (c *Cluster) Name() string {
	if name := c.name.Load(); name != nil {
		return *name
	}
	return ""
}

// New finds the cluster and returns once its nodes are known. ctx bounds New only.
//
// If no seed can be used, the error names each and why; errors.Is finds what stopped
// the last of them, such as types.ErrClusterName or a *pool.LoginError. With
// Config.StartDisconnected New does not wait, and fails on a faulty Config only.
func New(ctx context.Context, cfg Config) (*Cluster, error) {
	seeds, err := parseSeeds(cfg.Seeds)
	if err != nil {
		return nil, &cause{types.ErrInvalidArg, err}
	}
	if err := checkAddressMap(cfg.AddressMap); err != nil {
		return nil, &cause{types.ErrInvalidArg, err}
	}
	c := &Cluster{
		cfg: cfg.withDefaults(), seeds: seeds,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	c.peersCommand, c.serviceCommand = c.commands()
	c.discoverTimeout = c.cfg.InfoTimeout + pool.DefaultDialTimeout
	if cfg.Pool.DialTimeout > 0 {
		c.discoverTimeout = c.cfg.InfoTimeout + cfg.Pool.DialTimeout
	}
	c.publish(&snapshot{})
	own, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	t := &tender{
		cluster: c, ctx: own, start: newBootstrap(seeds),
		members: map[string]*member{}, searches: map[string]bool{}, tried: map[string]bool{},
		troubles: map[string]string{}, refusals: make([]error, len(seeds)),
		results: make(chan func()),
	}
	// Owned by the cluster; stopped and joined by Close.
	go func() {
		defer close(c.done)
		t.run()
	}()
	if cfg.StartDisconnected {
		return c, nil
	}
	if err := c.connect(ctx, t.start); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// connect waits until the cluster is known. Once there is a node, the rest gets one
// interval more: a node that hangs must not keep the others from being used.
func (c *Cluster) connect(ctx context.Context, b *bootstrap) error {
	select {
	case <-b.first:
	case <-b.failed:
		return b.err(nil)
	case <-ctx.Done():
		return b.err(contextError(ctx))
	}
	grace := time.NewTimer(c.cfg.TendInterval)
	defer grace.Stop()
	select {
	case <-b.ready:
	case <-grace.C:
	case <-ctx.Done():
	}
	return nil
}

// commands returns the info commands for the kind of addresses that we use.
func (c *Cluster) commands() (peers, service string) {
	suffix := "clear-std"
	switch {
	case c.cfg.Pool.Encrypted() && c.cfg.UseServicesAlternate:
		suffix = "tls-alt"
	case c.cfg.Pool.Encrypted():
		suffix = "tls-std"
	case c.cfg.UseServicesAlternate:
		suffix = "clear-alt"
	}
	return "peers-" + suffix, "service-" + suffix
}

func (c Config) withDefaults() Config {
	if c.TendInterval <= 0 {
		c.TendInterval = DefaultTendInterval
	}
	if c.InfoTimeout <= 0 {
		c.InfoTimeout = max(c.TendInterval, MinInfoTimeout)
	}
	var racks []int // each once, see ranked
	for _, r := range c.Racks {
		if !slices.Contains(racks, r) {
			racks = append(racks, r)
		}
	}
	c.Racks = racks
	if c.LookupHost == nil {
		c.LookupHost = net.DefaultResolver.LookupHost
	}
	return c
}

// Close fails the calls in flight with types.ErrClosed, closes every connection and
// returns when nothing of the cluster runs any more. It may be called more than
// once.
func (c *Cluster) Close() {
	c.cancel()
	<-c.done
}

// Ended reports whether Close has done its work: nothing is counted any more.
func (c *Cluster) Ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Nodes returns the nodes, sorted by name. The caller owns the slice.
func (c *Cluster) Nodes() []*Node { return slices.Clone(c.current.Load().nodes) }

// LastNodes returns the nodes, of a cluster that has been closed those that it had then.
func (c *Cluster) LastNodes() []*Node {
	s := c.current.Load()
	return slices.Concat(s.nodes, s.last)
}

// Node returns the node of that name, nil if there is none.
func (c *Cluster) Node(name string) *Node { return c.current.Load().byName[name] }

// RandomNode returns a node that answers, if one does. It fails with
// types.ErrNoNode or types.ErrClosed.
func (c *Cluster) RandomNode() (*Node, error) {
	s := c.current.Load()
	n := len(s.nodes)
	switch {
	case s.closed:
		return nil, types.ErrClosed
	case n == 0:
		return nil, c.NoNode()
	}
	start := rand.IntN(n)
	for i := range n {
		if node := s.nodes[(start+i)%n]; node.Available() {
			return node, nil
		}
	}
	return s.nodes[start], nil
}

// NoNode returns the error of those who find no node: types.ErrNoNode, and if there is none at
// all because every seed refuses us, that as well.
func (c *Cluster) NoNode() error {
	if why := c.outcast.Load(); why != nil && len(c.current.Load().nodes) == 0 {
		return fmt.Errorf("%w: %w", types.ErrNoNode, *why)
	}
	return types.ErrNoNode
}

// Locate returns the node that a command would be sent to after failed attempts
// have failed, for requests that Do does not cover. It takes nothing of the command
// but where it goes. It fails with types.ErrNoNode, types.ErrCircuitOpen or
// types.ErrClosed.
func (c *Cluster) Locate(cmd *Command, failed int) (*Node, error) {
	r := routing{sequence: failed}
	ch, err := c.current.Load().route(pick{c: c, look: true}, cmd, &r)
	return ch.node, err
}

// Knows reports whether some node has told of a namespace.
func (c *Cluster) Knows(namespace string) bool { return c.current.Load().parts[namespace] != nil }

// Changed returns a channel that is closed when nodes or partitions have changed
// since the call.
func (c *Cluster) Changed() <-chan struct{} { return c.current.Load().replaced }

// Refresh asks for a look at the cluster soon, partition maps included. Calls in a
// crowd cost one look.
func (c *Cluster) Refresh() { c.wakeTender(remap) }

func (c *Cluster) wakeTender(r refresh) {
	if r == remap {
		c.stale.Store(true)
	}
	select {
	case c.wake <- struct{}{}:
	default: // it has been woken already
	}
}

// IsConnected reports whether a node answered the last look at it.
func (c *Cluster) IsConnected() bool {
	for _, n := range c.current.Load().nodes {
		if !n.failing.Load() {
			return true
		}
	}
	return false
}

// Ping asks the nodes for a sign of life, one after another, until one answers.
func (c *Cluster) Ping(ctx context.Context) error {
	var faults []error
	s := c.current.Load()
	if s.closed {
		return types.ErrClosed
	}
	for _, n := range s.nodes {
		replies, err := n.Info(ctx, "status")
		if err == nil {
			err = wire.InfoError(replies[0].Value)
		}
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return contextError(ctx)
		}
		faults = append(faults, fmt.Errorf("node %s: %w", n.name, explained(err)))
	}
	if len(faults) == 0 {
		return c.NoNode()
	}
	return &cause{types.ErrConnection, errors.Join(faults...)}
}

// Warmup opens connections until each node has perNode, or as many as it may have,
// and tells which nodes it failed for.
func (c *Cluster) Warmup(ctx context.Context, perNode int) error {
	s := c.current.Load()
	if s.closed {
		return types.ErrClosed
	}
	nodes := s.nodes
	faults := make(chan error, len(nodes))
	for _, n := range nodes {
		// Owned and joined here; stopped by ctx and by the pool's Close.
		go func() {
			err := n.pool.Warmup(ctx, perNode)
			if err != nil {
				err = fmt.Errorf("node %s: %w", n.name, explained(err))
			}
			faults <- err
		}()
	}
	var all []error
	for range nodes {
		all = append(all, <-faults)
	}
	switch err := errors.Join(all...); {
	case err == nil:
		return nil
	case c.current.Load().closed:
		return &cause{types.ErrClosed, err}
	case ctx.Err() != nil:
		return &cause{contextError(ctx), err}
	default:
		return &cause{types.ErrConnection, err}
	}
}

func (c *Cluster) emit(e hook.Event) {
	if h := c.cfg.Pool.Hook; h != nil {
		h.Event(e)
	}
}

func (c *Cluster) reportBreaker(n *Node, change hook.EventKind) {
	if change != 0 {
		c.emit(hook.Event{Kind: change, Node: n.name, Addr: n.addr})
	}
}
