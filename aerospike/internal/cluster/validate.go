package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// The oldest server that works: 4.9 brought queries by partition.
const minMajor, minMinor = 4, 9

// found is a node that has been reached and found fit, with all that is needed to
// make it a member.
type found struct {
	node     *Node
	observer *observer
	first    look // the first look at it
}

// discard closes a node that is not wanted after all.
func (f *found) discard() {
	f.observer.close()
	f.node.close()
}

// noClusterName is what nodes say whose cluster has no name.
const noClusterName = "null"

// identity is what a node says of itself.
type identity struct {
	name, build string
	cluster     string          // the name of its cluster, if it has one
	service     []wire.Endpoint // its own addresses, if asked for
}

// discover reaches the node at t, checks that it belongs to the cluster, opens its
// first connections and takes the first look at it. expect, if set, is the id that
// it must have. seed tells that t does not come from the cluster itself.
func (c *Cluster) discover(ctx context.Context, t target, expect string, seed bool) (_ *found, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
		err = explained(err)
	}()
	ctx, cancel := context.WithTimeout(ctx, c.discoverTimeout)
	defer cancel()
	session, id, err := c.identify(ctx, t, seed)
	if err != nil {
		return nil, err
	}
	if expect != "" && id.name != expect {
		session.Close()
		return nil, fmt.Errorf("%w: %q", errOtherNode, id.name)
	}
	if other, s, ok := c.behindBalancer(ctx, t, id); ok {
		session.Close()
		t, session = other, s
	}
	cfg := c.poolConfig(t)
	n := &Node{name: id.name, addr: t.addr(), build: id.build, pool: pool.New(cfg), breaker: newBreaker(c.cfg.Breaker)}
	o := &observer{cluster: c, name: id.name, build: id.build, session: session, open: n.pool.OpenSession}
	f := &found{node: n, observer: o}
	if f.first = o.look(ctx, unknownGenerations); f.first.err != nil {
		f.discard()
		return nil, f.first.err
	}
	n.setRacks(f.first.racks)
	c.name.CompareAndSwap(nil, &id.cluster)
	// The first commands must not pay for connections. A node that cannot have them
	// all is still a node.
	if err := n.pool.Warmup(ctx, cfg.MinConns); err != nil && ctx.Err() == nil && errors.Is(err, pool.ErrClosed) {
		f.discard()
		return nil, err
	}
	return f, nil
}

// poolConfig returns how to talk to the node at t.
func (c *Cluster) poolConfig(t target) pool.Config {
	cfg := c.cfg.Pool
	cfg.Addr = t.addr()
	if cfg.ServerName = t.tlsName; t.tlsName == "" {
		cfg.ServerName = t.host
	}
	return cfg
}

// identify asks the server at t who it is and whether it may be used (protocol/02
// §5.2).
func (c *Cluster) identify(ctx context.Context, t target, seed bool) (*pool.Session, identity, error) {
	session, err := pool.OpenSession(ctx, c.poolConfig(t))
	if err != nil {
		return nil, identity{}, err
	}
	id, err := c.askIdentity(ctx, session, seed && !t.loopback() && !c.cfg.SeedOnly)
	if err != nil {
		session.Close()
		return nil, identity{}, err
	}
	return session, id, nil
}

func (c *Cluster) askIdentity(ctx context.Context, session *pool.Session, service bool) (identity, error) {
	commands := []string{"node", "partition-generation", "build", "cluster-name"}
	if service {
		commands = append(commands, c.serviceCommand)
	}
	replies, err := session.Info(ctx, commands...)
	if err != nil {
		return identity{}, err
	}
	var id identity
	for i, r := range replies {
		command := commands[i]
		if r.Command != command {
			return identity{}, fmt.Errorf("asked %s, the answer is for %q", command, r.Command)
		}
		if err := wire.InfoError(r.Value); err != nil {
			if command == c.serviceCommand || command == "cluster-name" && c.cfg.ClusterName == "" {
				continue // they only serve to find out a load balancer, and to be told
			}
			return identity{}, fmt.Errorf("%s: %w", command, err)
		}
		if err := c.judgeIdentity(&id, command, r.Value); err != nil {
			return identity{}, err
		}
	}
	return id, nil
}

// judgeIdentity takes over one value, or says why the node cannot be used.
func (c *Cluster) judgeIdentity(id *identity, command, value string) (err error) {
	switch command {
	case "node":
		if id.name = value; value == "" {
			return errors.New("the node has no id")
		}
	case "partition-generation":
		generation, err := strconv.Atoi(value)
		if err != nil {
			return fmt.Errorf("partition-generation: %q is not a number", value)
		}
		if generation < 0 {
			return errors.New("the node has not joined its cluster yet")
		}
	case "build":
		if id.build = value; !atLeast(value, minMajor, minMinor) {
			return fmt.Errorf("server version %s is too old, %d.%d is the oldest that works", value, minMajor, minMinor)
		}
	case "cluster-name":
		if value != noClusterName {
			id.cluster = value
		}
		if c.cfg.ClusterName != "" && value != c.cfg.ClusterName {
			return fmt.Errorf("%w: it is %q, want %q", types.ErrClusterName, value, c.cfg.ClusterName)
		}
	case c.serviceCommand:
		if id.service, err = wire.ParseEndpoints(value); err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
	}
	return nil
}

// behindBalancer finds out whether t is the address of a load balancer: none of the
// node's own addresses then. If the same node can be reached at one of its own, that
// one is used, since through the balancer each connection may go to another node.
func (c *Cluster) behindBalancer(ctx context.Context, t target, id identity) (target, *pool.Session, bool) {
	var own []target
	for _, e := range id.service {
		host, port := c.translate(e.Host, e.Port)
		if host == t.host && port == t.port {
			return target{}, nil, false
		}
		own = append(own, target{host: host, port: port, tlsName: t.tlsName})
	}
	for _, other := range own {
		attempt, cancel := context.WithTimeout(ctx, c.cfg.InfoTimeout)
		session, there, err := c.identify(attempt, other, false)
		cancel()
		if err != nil {
			continue
		}
		if there.name == id.name {
			return other, session, true
		}
		session.Close()
	}
	return target{}, nil, false
}

// peerTargets returns where a peer may be found, in the order of its list.
func (c *Cluster) peerTargets(p *wire.Peer) []target {
	targets := make([]target, 0, len(p.Endpoints))
	for _, e := range p.Endpoints {
		host, port := c.translate(e.Host, e.Port)
		t := target{host: host, port: port, tlsName: p.TLSName}
		if ip := net.ParseIP(host); t.tlsName == "" && ip != nil && len(c.seeds) > 0 {
			// The certificate names the cluster, not the address; the seed's name is
			// the best we have (protocol/02 §3.2).
			t.tlsName = c.seeds[0].certificate()
		}
		targets = append(targets, t)
	}
	return targets
}
