package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// DefaultPort is the port of a seed that names none.
const DefaultPort = 3000

// Seed is an address to find a cluster by.
type Seed struct {
	Host    string // name or IP address, without brackets
	Port    int
	TLSName string // name in the node's certificate; empty for Host
}

// String returns the seed as ParseSeed takes it.
func (s Seed) String() string {
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if s.TLSName != "" {
		host += ":" + s.TLSName
	}
	return host + ":" + strconv.Itoa(s.Port)
}

// ParseSeed parses "host", "host:port" or "host:tls-name:port". A port that is left
// out is DefaultPort. An IPv6 address stands in brackets, unless it is alone.
func ParseSeed(s string) (Seed, error) {
	text := strings.TrimSpace(s)
	if strings.Contains(text, "@") { // it may be a URL: what stands before the @ is not to be told
		return Seed{}, errors.New("a seed with an @: user and password are not part of it")
	}
	if ip := net.ParseIP(text); ip != nil {
		return Seed{Host: text, Port: DefaultPort}, nil
	}
	host, rest := text, ""
	if strings.HasPrefix(text, "[") {
		var ok bool
		if host, rest, ok = strings.Cut(text[1:], "]"); !ok || net.ParseIP(host) == nil {
			return Seed{}, fmt.Errorf("seed %q: no IPv6 address between the brackets", s)
		}
		if rest != "" && rest[0] != ':' {
			return Seed{}, fmt.Errorf("seed %q: text after the bracket", s)
		}
		rest = strings.TrimPrefix(rest, ":")
	} else {
		host, rest, _ = strings.Cut(text, ":")
	}
	seed := Seed{Host: host, Port: DefaultPort}
	if host == "" || strings.ContainsAny(text, " \t\r\n,/") {
		return Seed{}, fmt.Errorf("seed %q: no host name", s)
	}
	if rest == "" {
		if strings.HasSuffix(text, ":") {
			return Seed{}, fmt.Errorf("seed %q: no port after the colon", s)
		}
		return seed, nil
	}
	name, port, named := strings.Cut(rest, ":")
	if !named {
		name, port = "", rest
	} else if name == "" {
		return Seed{}, fmt.Errorf("seed %q: empty TLS name; an IPv6 address needs brackets", s)
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return Seed{}, fmt.Errorf("seed %q: port %q is not a number from 1 to 65535", s, port)
	}
	seed.TLSName, seed.Port = name, int(n)
	return seed, nil
}

// certificate is the name that the certificate of a node found by the seed is for.
func (s Seed) certificate() string {
	if s.TLSName != "" {
		return s.TLSName
	}
	return s.Host
}

// parseSeeds parses all of them, and reports all that are wrong.
func parseSeeds(list []string) ([]Seed, error) {
	var seeds []Seed
	var faults []string
	for _, s := range list {
		seed, err := ParseSeed(s)
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		seeds = append(seeds, seed)
	}
	switch {
	case len(faults) > 0:
		return nil, fmt.Errorf("%s", strings.Join(faults, "; "))
	case len(seeds) == 0:
		return nil, fmt.Errorf("no seed addresses")
	}
	return seeds, nil
}

// target is an address where a node may be found.
type target struct {
	host, port string // host is an IP address, or a name for the dialer to resolve
	tlsName    string // for the certificate; empty for host
}

func (t target) addr() string { return net.JoinHostPort(t.host, t.port) }

func (t target) loopback() bool {
	ip := net.ParseIP(t.host)
	return t.host == "localhost" || ip != nil && ip.IsLoopback()
}

// resolve returns every address of a seed. Each may be another node.
func (c *Cluster) resolve(ctx context.Context, s Seed) ([]target, error) {
	name := s.certificate()
	port := strconv.Itoa(s.Port)
	if net.ParseIP(s.Host) != nil {
		return []target{{host: s.Host, port: port, tlsName: name}}, nil
	}
	hosts, err := c.cfg.LookupHost(ctx, s.Host)
	if err != nil {
		return nil, err
	}
	if len(hosts) == 0 {
		return nil, fmt.Errorf("%s has no address", s.Host)
	}
	targets := make([]target, len(hosts))
	for i, h := range hosts {
		targets[i] = target{host: h, port: port, tlsName: name}
	}
	return targets, nil
}

// translate applies Config.AddressMap to an address that a node has told.
func (c *Cluster) translate(host string, port int) (string, string) {
	p := strconv.Itoa(port)
	if to, ok := c.cfg.AddressMap[net.JoinHostPort(host, p)]; ok {
		if h, p, err := net.SplitHostPort(to); err == nil {
			return h, p
		}
	}
	if to, ok := c.cfg.AddressMap[host]; ok {
		return to, p
	}
	return host, p
}
