package cluster

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// errOtherNode: another node answers at a node's address.
var errOtherNode = errors.New("another node answers at this address")

// generations are what a node counts its changes with. A negative one is unknown
// and differs from whatever the node says.
type generations struct{ peers, partitions int }

var unknownGenerations = generations{-1, -1}

// look is what one round of questions to a node has brought.
type look struct {
	err  error
	took time.Duration
	gens generations
	// peers is the node's list of the other nodes; nil if it has not changed.
	peers *wire.PeerList
	// replicas is what the node holds; nil if it has not changed.
	replicas []wire.NamespaceReplicas
	racks    map[string]int // by namespace; nil if not asked for or unknown
}

// observer asks one node about the cluster. Only one goroutine uses it at a time:
// the one that looks, or the tender.
type observer struct {
	cluster *Cluster
	name    string // the node that has to answer
	build   string // its version
	session *pool.Session
	greeted bool // over this session
	open    func(context.Context) (*pool.Session, error)
}

// look asks what has changed since known.
func (o *observer) look(ctx context.Context, known generations) (l look) {
	defer func() {
		if p := recover(); p != nil {
			l = look{err: panicError(p)}
		}
		if l.err != nil {
			o.close()
			l.err = explained(l.err)
		}
	}()
	resumed := o.session != nil
	l = o.ask(ctx, known)
	if l.err != nil && resumed && ctx.Err() == nil {
		o.close() // it may be the connection only: the server closes idle ones
		l = o.ask(ctx, known)
	}
	return l
}

// wantsLogin reports whether the next look may have to log in.
func (o *observer) wantsLogin() bool { return o.session == nil || o.session.RenewalDue() }

func (o *observer) close() {
	if o.session != nil {
		o.session.Close()
		o.session = nil
	}
}

func (o *observer) ask(ctx context.Context, known generations) look {
	if o.session != nil {
		if err := o.session.Renew(ctx); err != nil {
			return look{err: err}
		}
	} else {
		// What lies between the old connection and the new one is not known: the node
		// may have restarted and come to the same generations again.
		known = unknownGenerations
		if err := o.connect(ctx); err != nil {
			return look{err: err}
		}
	}
	commands := []string{"node", "peers-generation", "partition-generation"}
	if len(o.cluster.cfg.Racks) > 0 {
		commands = append(commands, rackIDs)
	}
	if greeting := o.greeting(); greeting != "" {
		commands = append(commands, greeting)
	}
	values, err := o.values(ctx, commands...)
	if err != nil {
		return look{err: err}
	}
	if values[0] != o.name {
		return look{err: fmt.Errorf("%w: %q", errOtherNode, values[0])}
	}
	l := look{}
	if l.gens, err = parseGenerations(values[1], values[2]); err != nil {
		return look{err: err}
	}
	o.greeted = true
	if len(commands) > 3 && commands[3] == rackIDs {
		l.racks = parseRacks(values[3])
	}
	if l.gens.peers != known.peers && !o.cluster.cfg.SeedOnly {
		if err := o.askPeers(ctx, &l); err != nil {
			return look{err: err}
		}
	}
	if l.gens.partitions != known.partitions && l.gens.partitions >= 0 {
		if err := o.askReplicas(ctx, &l); err != nil {
			return look{err: err}
		}
	}
	return l
}

// connect opens the session that looks use.
func (o *observer) connect(ctx context.Context) (err error) {
	o.session, err = o.open(ctx)
	o.greeted = false
	return err
}

// maxUserAgent is how long the decoded text of user-agent-set may be (protocol/02
// §7).
const maxUserAgent = 64

// Info commands that a server may refuse: the Community Edition does not know racks, and
// whether it takes our name does not matter.
const (
	rackIDs   = "rack-ids"
	userAgent = "user-agent-set:value="
)

// greeting returns the command that tells who we are, which goes along with the first
// questions on a session; empty if it is not to be sent. Servers before 8.1 do not know it.
// It is sent on the connections of looks only, as the official clients do: so a server
// counts clients by it and not connections (service.c counts those that are silent about
// it if they have asked for features, which is what other clients do there).
func (o *observer) greeting() string {
	if o.greeted || o.cluster.cfg.UserAgent == "" || !atLeast(o.build, 8, 1) {
		return ""
	}
	text := "1," + o.cluster.cfg.UserAgent // 1 is the format's version
	text = text[:min(len(text), maxUserAgent)]
	return userAgent + base64.StdEncoding.EncodeToString([]byte(text))
}

func (o *observer) askPeers(ctx context.Context, l *look) error {
	values, err := o.values(ctx, o.cluster.peersCommand)
	if err != nil {
		return err
	}
	list, err := wire.ParsePeers(values[0])
	if err != nil {
		return fmt.Errorf("%s: %w", o.cluster.peersCommand, err)
	}
	// The list is from after the generation was read. If it is newer, its own
	// generation says so.
	l.peers, l.gens.peers = &list, list.Generation
	return nil
}

func (o *observer) askReplicas(ctx context.Context, l *look) error {
	// The generation is read first: a change in between shows at the next look.
	values, err := o.values(ctx, "partition-generation", "replicas")
	if err != nil {
		return err
	}
	if l.gens.partitions, err = strconv.Atoi(values[0]); err != nil {
		return fmt.Errorf("partition-generation: %q is not a number", values[0])
	}
	if l.replicas, err = wire.ParseReplicas(values[1]); err != nil {
		return fmt.Errorf("replicas: %w", err)
	}
	return nil
}

// values asks commands and returns their values.
func (o *observer) values(ctx context.Context, commands ...string) ([]string, error) {
	replies, err := o.session.Info(ctx, commands...)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(commands))
	for i, r := range replies {
		if r.Command != commands[i] {
			return nil, fmt.Errorf("asked %s, the answer is for %q", commands[i], r.Command)
		}
		if err := wire.InfoError(r.Value); err != nil && r.Command != rackIDs && !strings.HasPrefix(r.Command, userAgent) {
			return nil, fmt.Errorf("%s: %w", commands[i], err)
		}
		values[i] = r.Value
	}
	return values, nil
}

func parseGenerations(peers, partitions string) (g generations, err error) {
	if g.peers, err = strconv.Atoi(peers); err != nil {
		return g, fmt.Errorf("peers-generation: %q is not a number", peers)
	}
	if g.partitions, err = strconv.Atoi(partitions); err != nil {
		return g, fmt.Errorf("partition-generation: %q is not a number", partitions)
	}
	return g, nil
}

// parseRacks parses the value of rack-ids, "namespace:rack;namespace:rack". What it
// cannot read it leaves out: racks are a preference.
func parseRacks(value string) map[string]int {
	racks := map[string]int{}
	for entry := range strings.SplitSeq(value, ";") {
		ns, rack, _ := strings.Cut(entry, ":")
		if n, err := strconv.Atoi(rack); err == nil && ns != "" {
			racks[ns] = n
		}
	}
	return racks
}

// atLeast reports whether a version such as "8.1.2.0-rc1" is major.minor or later.
// One that cannot be read is taken for a later one.
func atLeast(build string, major, minor int) bool {
	first, rest, _ := strings.Cut(build, ".")
	second, _, _ := strings.Cut(rest, ".")
	x, err := strconv.Atoi(first)
	if err != nil {
		return true
	}
	second, _, _ = strings.Cut(second, "-")
	y, err := strconv.Atoi(second)
	return x > major || x == major && (err != nil || y >= minor)
}
