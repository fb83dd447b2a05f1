package aerospiketest_test

import (
	"bufio"
	"net"
	"time"
)

// peer is a connection to a server under comparison. It may be used by one
// goroutine, of any kind: it fails no test.
type peer struct {
	addr string
	conn *rawConn
	err  error // why the last exchange was cut short
}

// exchange sends all frames at once and returns the replies, nil for those that did
// not come. After a fault the next exchange has a new connection.
func (p *peer) exchange(frames [][]byte) [][]byte {
	replies := make([][]byte, len(frames))
	if p.err = p.open(); p.err != nil {
		return replies
	}
	sent := make(chan error, 1)
	// It ends with its write, at the latest at the deadline; it is waited for below.
	go func(nc net.Conn) {
		var all []byte
		for _, f := range frames {
			all = append(all, f...)
		}
		_, err := nc.Write(all)
		sent <- err
	}(p.conn.nc)
	for i := range replies {
		if replies[i], p.err = p.conn.read(); p.err != nil {
			replies[i] = nil
			break
		}
	}
	if p.err != nil {
		p.close()
	}
	if err := <-sent; p.err == nil {
		p.err = err
	}
	return replies
}

func (p *peer) open() error {
	if p.conn == nil {
		nc, err := net.DialTimeout("tcp", p.addr, patience)
		if err != nil {
			return err
		}
		p.conn = &rawConn{nc: nc, r: bufio.NewReaderSize(nc, 1<<16)}
	}
	return p.conn.nc.SetDeadline(time.Now().Add(patience))
}

func (p *peer) close() {
	if p.conn != nil {
		_ = p.conn.nc.Close()
		p.conn = nil
	}
}
