package security

import (
	"net/netip"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// grants is all that a user's roles allow together. It does not change: the user gets
// new ones instead.
type grants struct {
	everywhere Permission
	spaces     map[string]Permission // by namespace
	sets       map[scope]Permission
	// networks is where the user may come from, nil for anywhere. Roles without a
	// whitelist do not widen those of others.
	networks   []netip.Prefix
	readQuota  uint32 // records a second on each node, 0 for no limit
	writeQuota uint32
}

type scope struct{ namespace, set string }

// collect puts together what roles allow. The largest quota counts, and a role without
// one sets no limit and lifts none.
func collect(roles []*role) *grants {
	g := &grants{spaces: make(map[string]Permission), sets: make(map[scope]Permission)}
	for _, r := range roles {
		for _, p := range r.Privileges {
			g.add(p)
		}
		g.networks = append(g.networks, r.networks...)
		g.readQuota = max(g.readQuota, r.ReadQuota)
		g.writeQuota = max(g.writeQuota, r.WriteQuota)
	}
	return g
}

func (g *grants) add(p wire.Privilege) {
	switch have := given[p.Code]; {
	case p.Set != "":
		g.sets[scope{p.Namespace, p.Set}] |= have
	case p.Namespace != "":
		g.spaces[p.Namespace] |= have
	default:
		g.everywhere |= have
	}
}

// allow reports whether all of need is there for a set of a namespace. Both may be
// empty: then only what holds everywhere, or in the whole namespace, counts.
func (g *grants) allow(need Permission, namespace string, set []byte) bool {
	have := g.everywhere
	if have&need == need {
		return true
	}
	if have |= g.spaces[namespace]; have&need == need {
		return true
	}
	if len(set) == 0 || len(g.sets) == 0 {
		return false
	}
	return (have|g.sets[scope{namespace, string(set)}])&need == need
}

// admits reports whether the user may come from an address.
func (g *grants) admits(from netip.Addr) bool {
	if len(g.networks) == 0 {
		return true
	}
	for _, n := range g.networks {
		if n.Contains(from) {
			return true
		}
	}
	return false
}
