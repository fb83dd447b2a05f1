// Package delayproxy forwards TCP connections and holds back what they carry for a
// fixed time in each direction, as a longer wire would. It limits the delay, not the
// throughput: while some bytes wait, the ones behind them are already being read.
package delayproxy

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	// chunkSize is the most that is read at once.
	chunkSize = 64 << 10
	// nap is the shortest sleep: what falls due within it leaves together.
	nap = 20 * time.Microsecond
	// windowSize bounds the bytes on the way in one direction of a connection.
	windowSize = 8 << 20
)

// Proxy is a running proxy.
type Proxy struct {
	listener net.Listener
	target   string
	line     *line

	goroutines sync.WaitGroup

	mu     sync.Mutex
	closed bool
	conns  map[net.Conn]struct{}
}

// Start listens on a free loopback port and forwards to target. Each byte is held
// back for delay in each direction, so that a round trip takes twice as long.
func Start(target string, delay time.Duration) (*Proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	naps, err := newSleeper()
	if err != nil {
		listener.Close()
		return nil, err
	}
	p := &Proxy{
		listener: listener, target: target,
		line: newLine(delay, naps), conns: map[net.Conn]struct{}{},
	}
	// Close stops and waits for these two and for those of each connection.
	p.goroutines.Go(p.line.run)
	p.goroutines.Go(p.accept)
	return p, nil
}

// Addr is where clients connect.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close drops all connections and waits until nothing of the proxy runs.
func (p *Proxy) Close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for conn := range p.conns {
		conn.Close()
	}
	p.mu.Unlock()
	p.line.close()
	p.goroutines.Wait()
}

// track remembers a connection for Close; false if the proxy is closed.
func (p *Proxy) track(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.conns[conn] = struct{}{}
	}
	return !p.closed
}

func (p *Proxy) drop(conn net.Conn) {
	p.mu.Lock()
	delete(p.conns, conn)
	p.mu.Unlock()
	conn.Close()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			p.goroutines.Go(func() { p.serve(client) })
		}
	}
}

// serve forwards one connection until either side ends it.
func (p *Proxy) serve(client net.Conn) {
	defer p.drop(client)
	if !p.track(client) {
		return
	}
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer p.drop(server)
	if !p.track(server) {
		return
	}
	there, back := newFlow(server), newFlow(client)
	var writers sync.WaitGroup
	writers.Go(there.write)
	writers.Go(back.write)
	writers.Go(func() { p.read(server, back) })
	p.read(client, there)
	writers.Wait()
}

// read puts what arrives at from on the line to its flow.
func (p *Proxy) read(from net.Conn, to *flow) {
	buf := make([]byte, chunkSize)
	for {
		n, err := from.Read(buf)
		if n > 0 && to.reserve(n) {
			p.line.put(to, append([]byte(nil), buf[:n]...))
		}
		if err != nil {
			p.line.put(to, nil) // the end of the stream travels behind the data
			return
		}
	}
}

// line holds chunks back. All wait equally long, so they leave in the order in which
// they came, whatever connection they belong to.
type line struct {
	delay   time.Duration
	sleeper *sleeper  // of run
	some    sync.Cond // closed, or waiting is not empty

	mu      sync.Mutex
	closed  bool
	waiting []parcel
}

type parcel struct {
	due  time.Time
	to   *flow
	data []byte // nil ends the stream
}

func newLine(delay time.Duration, naps *sleeper) *line {
	l := &line{delay: delay, sleeper: naps}
	l.some.L = &l.mu
	return l
}

func (l *line) put(to *flow, data []byte) {
	l.mu.Lock()
	closed := l.closed
	if !closed {
		l.waiting = append(l.waiting, parcel{time.Now().Add(l.delay), to, data})
	}
	l.mu.Unlock()
	if closed {
		to.deliver(nil)
	} else {
		l.some.Signal()
	}
}

// run delivers parcels when they are due.
func (l *line) run() {
	defer l.sleeper.close()
	var taken []parcel
	for {
		l.mu.Lock()
		for len(l.waiting) == 0 && !l.closed {
			l.some.Wait()
		}
		taken, l.waiting = l.waiting, taken[:0]
		closed := l.closed
		l.mu.Unlock()
		for _, p := range taken {
			if wait := time.Until(p.due); wait > 0 && !closed {
				if l.sleeper.sleep(max(wait, nap)) != nil {
					time.Sleep(wait) // less precise, but late rather than early
				}
			}
			p.to.deliver(p.data)
		}
		if closed {
			return
		}
		clear(taken)
	}
}

func (l *line) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.some.Signal()
}

// flow is one direction of a connection: chunks that were delivered and wait to be
// written, so that one slow peer holds up nobody else.
type flow struct {
	to   net.Conn
	some sync.Cond // room, chunks or ended changed

	mu     sync.Mutex
	room   int // bytes that may still be put on the line
	chunks [][]byte
	ended  bool
}

func newFlow(to net.Conn) *flow {
	f := &flow{to: to, room: windowSize}
	f.some.L = &f.mu
	return f
}

// reserve waits for room for n bytes; false if the flow has ended.
func (f *flow) reserve(n int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.room < n && !f.ended {
		f.some.Wait()
	}
	f.room -= n
	return !f.ended
}

// deliver hands a chunk to the writer; nil ends the flow.
func (f *flow) deliver(data []byte) {
	f.mu.Lock()
	if data == nil {
		f.ended = true
	} else {
		f.chunks = append(f.chunks, data)
	}
	f.mu.Unlock()
	f.some.Broadcast()
}

// write writes what was delivered. In the end it closes its side, which makes the
// reader of the other direction stop too.
func (f *flow) write() {
	defer f.to.Close()
	var taken net.Buffers
	for {
		f.mu.Lock()
		for len(f.chunks) == 0 && !f.ended {
			f.some.Wait()
		}
		taken = append(taken[:0], f.chunks...)
		clear(f.chunks)
		f.chunks = f.chunks[:0]
		ended := f.ended
		f.mu.Unlock()
		all := taken
		n, err := all.WriteTo(f.to)
		f.mu.Lock()
		f.room += int(n)
		if err != nil {
			f.ended = true
		}
		f.mu.Unlock()
		f.some.Broadcast()
		if err != nil || ended {
			return
		}
	}
}
