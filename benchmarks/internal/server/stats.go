package server

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Info is a connection that asks a server about itself.
type Info struct {
	socket net.Conn
}

// DialInfo connects to a server.
func DialInfo(addr string) (*Info, error) {
	socket, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, fmt.Errorf("info: %w", err)
	}
	return &Info{socket}, nil
}

// Close closes the connection.
func (n *Info) Close() { n.socket.Close() }

// Ask sends one info command and returns its value.
func (n *Info) Ask(command string) (string, error) {
	n.socket.SetDeadline(time.Now().Add(10 * time.Second)) // fails only on a closed socket, as what follows does
	if _, err := n.socket.Write(wire.AppendInfo(nil, command)); err != nil {
		return "", fmt.Errorf("info: %w", err)
	}
	head := make([]byte, wire.FrameHeaderSize)
	if _, err := io.ReadFull(n.socket, head); err != nil {
		return "", fmt.Errorf("info: %w", err)
	}
	_, size, err := wire.ParseFrameHeader(head)
	if err != nil {
		return "", err
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(n.socket, body); err != nil {
		return "", fmt.Errorf("info: %w", err)
	}
	replies, err := wire.ParseInfo(body)
	if err != nil {
		return "", err
	}
	if len(replies) != 1 {
		return "", fmt.Errorf("info %s: %d replies", command, len(replies))
	}
	if err := wire.InfoError(replies[0].Value); err != nil {
		return "", fmt.Errorf("info %s: %w", command, err)
	}
	return replies[0].Value, nil
}

// indexTime is how long building an index may take.
const indexTime = time.Minute

// Index makes a secondary index by an info command, unless there is one of that name, and
// waits until it is built.
func (n *Info) Index(namespace, name, command string) error {
	if _, err := n.Ask(command); err != nil {
		return err
	}
	for end := time.Now().Add(indexTime); ; time.Sleep(20 * time.Millisecond) {
		stat, err := n.Ask("sindex-stat:namespace=" + namespace + ";indexname=" + name)
		if err != nil {
			return err
		}
		if slices.Contains(strings.Split(stat, ";"), "load_pct=100") {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("index %s is not built: %s", name, stat)
		}
	}
}

// Objects returns how many records a set has.
func (n *Info) Objects(namespace, set string) (int, error) {
	text, err := n.Ask("sets/" + namespace + "/" + set)
	if err != nil {
		return 0, err
	}
	for pair := range strings.SplitSeq(strings.TrimSuffix(text, ";"), ":") {
		if count, ok := strings.CutPrefix(pair, "objects="); ok {
			return strconv.Atoi(count)
		}
	}
	return 0, nil // there is no such set
}

// Version names the server's edition and build.
func (n *Info) Version() (string, error) {
	edition, err := n.Ask("edition")
	if err != nil {
		edition = "edition unknown"
	}
	build, err := n.Ask("build")
	if err != nil {
		return "", err
	}
	return edition + " " + build, nil
}

// Connections returns how many client connections the server has besides this one,
// and how many it has ever taken; -1 for what it does not say.
func (n *Info) Connections() (now, ever int, err error) {
	statistics, err := n.Ask("statistics")
	if err != nil {
		return 0, 0, err
	}
	now, ever = -1, -1
	for pair := range strings.SplitSeq(statistics, ";") {
		name, text, _ := strings.Cut(pair, "=")
		var to *int
		switch name {
		case "client_connections":
			to = &now
		case "client_connections_opened":
			to = &ever
		default:
			continue
		}
		value, err := strconv.Atoi(text)
		if err != nil {
			return 0, 0, fmt.Errorf("info statistics: %s=%q", name, text)
		}
		*to = value
	}
	if now > 0 {
		now--
	}
	return now, ever, nil
}
