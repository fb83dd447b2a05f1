package aerospiketest_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// difference is a round on which the servers do not agree, and where they part.
type difference struct {
	commands []command
	at       int      // the first command that is answered differently, or -1
	want     [][]byte // the real server's replies
	got      [][]byte
}

// pair sends the same to a real and to the embedded server.
type pair struct {
	t          testing.TB
	real, fake peer
}

// run executes commands on a record that does not exist before.
func (p *pair) run(commands []command) *difference {
	gone := remove("").on(commands[0].digest)
	gone.set = commands[0].set
	frames := [][]byte{gone.frame(p.t)}
	for _, c := range commands {
		frames = append(frames, c.frame(p.t))
	}
	done := make(chan [][]byte)
	// It ends when the real server has answered or the deadline is over.
	go func() { done <- p.real.exchange(frames) }()
	got := p.fake.exchange(frames)
	want := <-done
	d := &difference{commands: commands, want: want[1:], got: got[1:], at: -1}
	for i := range commands {
		if d.want[i] == nil || !bytes.Equal(d.want[i], d.got[i]) {
			d.at = i
			break
		}
	}
	return d
}

// minimise drops everything without which the servers still differ.
func (p *pair) minimise(d *difference) *difference {
	return minimise(d, func(commands []command) *difference {
		if found := p.run(commands); found.at >= 0 && p.real.err == nil {
			return found
		}
		return nil
	})
}

// minimise makes a difference smaller as long as run finds one in what is left.
func minimise(d *difference, run func([]command) *difference) *difference {
	try := func(commands []command) bool {
		if len(commands) == 0 {
			return false
		}
		found := run(commands)
		if found != nil {
			found.commands = found.commands[:found.at+1]
			d = found
		}
		return found != nil
	}
	d.commands = d.commands[:d.at+1]
	for n := len(d.commands) / 2; n > 0; n /= 2 { // runs of commands
		for i := 0; i+n < len(d.commands); {
			if !try(slices.Concat(d.commands[:i], d.commands[i+n:])) {
				i += n
			}
		}
	}
	for again := true; again; {
		again = false
		for i := len(d.commands) - 1; i >= 0; i-- {
			for n := 0; i < len(d.commands); n++ {
				smaller, ok := d.commands[i].smaller(n)
				if !ok {
					break
				}
				changed := slices.Clone(d.commands)
				changed[i] = smaller
				if try(changed) {
					again = true
					n = -1
				}
			}
		}
		for i := 0; i < len(d.commands)-1; i++ {
			again = try(slices.Delete(slices.Clone(d.commands), i, i+1)) || again
		}
	}
	return d
}

// smaller returns the n-th of the commands that have a little less in them.
func (c command) smaller(n int) (command, bool) {
	if n < len(c.ops) && len(c.ops) > 1 {
		c.ops = slices.Delete(slices.Clone(c.ops), n, n+1)
		return c, true
	}
	if len(c.ops) > 1 {
		n -= len(c.ops)
	}
	if n < len(c.fields) {
		c.fields = slices.Delete(slices.Clone(c.fields), n, n+1)
		return c, true
	}
	n -= len(c.fields)
	if c.Info2&wire.Info2RespondAllOps != 0 {
		if n == 0 {
			c.Info2 &^= wire.Info2RespondAllOps
			return c, true
		}
		n--
	}
	for i, o := range c.ops {
		if len(o.value) == 0 || o.t == wire.OpWrite && o.p != wire.ParticleList && o.p != wire.ParticleMap {
			continue
		}
		value, left := withoutElement(o.value, n)
		if value != nil {
			c.ops = slices.Clone(c.ops)
			c.ops[i].value = value
			return c, true
		}
		n = left
	}
	return c, false
}

// withoutElement returns packed without the n-th of the elements and pairs in it,
// counted depth first; nil if there are fewer, and how many are left to count.
func withoutElement(packed []byte, n int) ([]byte, int) {
	s := shrinker{r: wire.NewReader(packed), in: packed, n: n}
	s.value()
	if s.r.Err() != nil || !s.hit {
		return nil, s.n
	}
	return s.out, 0
}

type shrinker struct {
	r   wire.Reader
	in  []byte
	out []byte
	n   int
	hit bool
}

func (s *shrinker) value() {
	start := s.r.Offset()
	t := s.r.Token()
	switch t.Kind {
	case wire.TokenArray, wire.TokenMap:
	default:
		s.out = append(s.out, s.in[start:s.r.Offset()]...)
		return
	}
	size := 1
	if t.Kind == wire.TokenMap {
		size = 2
	}
	count, head := t.Len(), len(s.out)
	var kept []byte
	for range t.Len() {
		drop := !s.hit && s.n == 0
		s.n--
		if drop {
			s.hit, count = true, count-1
			for range size {
				s.r.SkipMsgpack()
			}
			continue
		}
		s.out = s.out[:head]
		for range size {
			s.value()
		}
		kept = append(kept, s.out[head:]...)
	}
	s.out = s.out[:head]
	if size == 2 {
		s.out = wire.AppendMsgpackMapHeader(s.out, count)
	} else {
		s.out = wire.AppendMsgpackArrayHeader(s.out, count)
	}
	s.out = append(s.out, kept...)
}
