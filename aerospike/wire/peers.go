package wire

import (
	"math"
	"strconv"
)

// PeerList is the answer to the peers commands (peers-clear-std and its siblings):
// the other nodes of a cluster, as one node knows them.
type PeerList struct {
	// Generation grows with every change, and begins anew when the node restarts.
	Generation int
	// DefaultPort stands for the ports left out of the list, 0 if there is none. It
	// is the server's constant, not the port of any node in particular.
	DefaultPort int
	Peers       []Peer
}

// Peer is one node of a PeerList.
type Peer struct {
	ID        string     // upper-case hexadecimal
	TLSName   string     // the name in the node's certificate, maybe empty
	Endpoints []Endpoint // empty for a node that has left, in a list of changes
}

// AppendPeers appends the value of a peers command:
//
//	generation,default-port,[[id,tls-name,[host:port,host:port]],[id,,[host]]]
//
// A node that has left is [id,,] (server: service_list.c).
func AppendPeers(dst []byte, list PeerList) []byte {
	dst = append(strconv.AppendInt(dst, int64(list.Generation), 10), ',')
	if list.DefaultPort != 0 {
		dst = strconv.AppendInt(dst, int64(list.DefaultPort), 10)
	}
	dst = append(dst, ",["...)
	for i, p := range list.Peers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '['), p.ID...), ',')
		dst = append(append(dst, p.TLSName...), ',')
		if len(p.Endpoints) > 0 {
			dst = append(dst, '[')
			for j, e := range p.Endpoints {
				if j > 0 {
					dst = append(dst, ',')
				}
				dst = appendEndpoint(dst, e, list.DefaultPort)
			}
			dst = append(dst, ']')
		}
		dst = append(dst, ']')
	}
	return append(dst, ']')
}

// ParsePeers parses the value of a peers command. Addresses without a port get
// the default one; where the list has no default, each needs a port. It fails on
// more than 16384 peers or addresses.
func ParsePeers(value string) (PeerList, error) {
	p := listParser{text: value, what: "peers"}
	var list PeerList
	list.Generation = p.number("generation", math.MaxInt)
	p.expect(',')
	if !p.accept(',') {
		list.DefaultPort = p.port()
		p.expect(',')
	}
	p.expect('[')
	if !p.accept(']') {
		list.Peers = p.peers(list.DefaultPort)
		p.expect(']')
	}
	if p.err == nil && p.off < len(p.text) {
		p.fail("text after the list")
	}
	if p.err != nil {
		return PeerList{}, p.err
	}
	return list, nil
}

// peers consumes peers as long as commas follow.
func (p *listParser) peers(defaultPort int) []Peer {
	var list []Peer
	for {
		peer := p.peer(defaultPort)
		if p.err != nil {
			return nil
		}
		if list = append(list, peer); len(list) > maxEndpoints {
			p.fail("more than %d peers", maxEndpoints)
			return nil
		}
		if !p.accept(',') {
			return list
		}
	}
}

func (p *listParser) peer(defaultPort int) Peer {
	var peer Peer
	p.expect('[')
	peer.ID = p.word(",[]")
	if peer.ID == "" || !visible(peer.ID) {
		p.fail("empty or illegal node id")
	}
	p.expect(',')
	if peer.TLSName = p.word(",[]"); !visible(peer.TLSName) {
		p.fail("illegal tls name")
	}
	p.expect(',')
	if p.accept('[') && !p.accept(']') {
		peer.Endpoints = p.endpoints(defaultPort)
		p.expect(']')
	}
	p.expect(']')
	return peer
}
