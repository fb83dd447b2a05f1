package wire

import (
	"strconv"
	"strings"
)

// maxEndpoints bounds how many addresses one list may have; a cluster has at most
// 256 nodes.
const maxEndpoints = 1 << 14

// Endpoint is an address that a node can be reached at.
type Endpoint struct {
	Host string // a name or an IP address, without brackets
	Port int    // 1 to 65535
}

// String returns host:port, with brackets around an IPv6 address.
func (e Endpoint) String() string { return string(appendEndpoint(nil, e, 0)) }

// appendEndpoint leaves the port out if it is the default one.
func appendEndpoint(dst []byte, e Endpoint, defaultPort int) []byte {
	if strings.Contains(e.Host, ":") {
		dst = append(append(append(dst, '['), e.Host...), ']')
	} else {
		dst = append(dst, e.Host...)
	}
	if e.Port == defaultPort {
		return dst
	}
	return strconv.AppendInt(append(dst, ':'), int64(e.Port), 10)
}

// AppendEndpoints appends the value of the service commands, a node's own
// addresses: "host:port,host:port", nothing if there are none.
func AppendEndpoints(dst []byte, list []Endpoint) []byte {
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendEndpoint(dst, e, 0)
	}
	return dst
}

// ParseEndpoints parses the value of the service commands (service-clear-std and
// its siblings). An empty value is an empty list. Each address needs a port.
func ParseEndpoints(value string) ([]Endpoint, error) {
	if value == "" {
		return nil, nil
	}
	p := listParser{text: value, what: "service list"}
	list := p.endpoints(0)
	if p.err == nil && p.off < len(p.text) {
		p.fail("text after the last address")
	}
	if p.err != nil {
		return nil, p.err
	}
	return list, nil
}

// listParser walks over the text of a service or peers list. As with [Reader], the
// first fault sticks and later reads return nothing.
type listParser struct {
	text  string
	off   int
	what  string // for errors
	err   error
	count int // of addresses, to bound them
}

func (p *listParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = newError(p.off, p.what+": "+format, args...)
	}
}

// accept consumes c if it comes next.
func (p *listParser) accept(c byte) bool {
	if p.err != nil || p.off >= len(p.text) || p.text[p.off] != c {
		return false
	}
	p.off++
	return true
}

// expect consumes c, or records that it is missing.
func (p *listParser) expect(c byte) {
	if !p.accept(c) {
		p.fail("expected %q", c)
	}
}

// word consumes what comes before the next delimiter.
func (p *listParser) word(delimiters string) string {
	if p.err != nil {
		return ""
	}
	rest := p.text[p.off:]
	n := strings.IndexAny(rest, delimiters)
	if n < 0 {
		n = len(rest)
	}
	p.off += n
	return rest[:n]
}

// number consumes a decimal number of at most limit.
func (p *listParser) number(name string, limit int) int {
	start := p.off
	n, err := strconv.ParseUint(p.word(",:[]"), 10, 63)
	if p.err == nil && (err != nil || n > uint64(limit)) {
		p.off = start
		p.fail("%s is not a number from 0 to %d", name, limit)
		return 0
	}
	return int(n)
}

// port consumes a port.
func (p *listParser) port() int {
	start := p.off
	n := p.number("port", 1<<16-1)
	if n == 0 {
		p.off = start
		p.fail("port 0")
	}
	return n
}

// endpoints consumes addresses as long as commas follow.
func (p *listParser) endpoints(defaultPort int) []Endpoint {
	var list []Endpoint
	for {
		e := p.endpoint(defaultPort)
		if p.err != nil {
			return nil
		}
		if p.count++; p.count > maxEndpoints {
			p.fail("more than %d addresses", maxEndpoints)
			return nil
		}
		list = append(list, e)
		if !p.accept(',') {
			return list
		}
	}
}

func (p *listParser) endpoint(defaultPort int) Endpoint {
	var e Endpoint
	start := p.off
	if p.accept('[') {
		e.Host = p.word("[],")
		p.expect(']')
	} else {
		e.Host = p.word("[],:")
	}
	if e.Host == "" || !visible(e.Host) {
		p.off = start
		p.fail("empty or illegal host")
		return Endpoint{}
	}
	switch {
	case p.accept(':'):
		e.Port = p.port()
	case defaultPort == 0:
		p.fail("address without a port")
	default:
		e.Port = defaultPort
	}
	return e
}

// visible reports whether s is made of visible ASCII: names and addresses are,
// and nothing else shall reach a log or a resolver.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
