package aerospiketest

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// fault is what an Action does to a request.
type fault int

const (
	faultNone fault = iota
	faultAnswer
	faultClose
	faultCut
	faultMute
	faultMuteReply
	faultReplace
	faultRows
)

// Action is what becomes of an intercepted request. The zero Action lets it pass.
type Action struct {
	fault  fault
	code   wire.ResultCode
	keep   int
	bytes  []byte
	pick   func(*Row) bool
	before time.Duration
	after  time.Duration
}

// Pass executes and answers the request as if it had not been intercepted. It does
// not count as an action taken.
func Pass() Action { return Action{} }

// Answer answers with a result code instead of executing: a record command with a
// message without bins, a batch with the end mark and no rows, an info command with an
// error, an admin command with its result.
func Answer(code wire.ResultCode) Action { return Action{fault: faultAnswer, code: code} }

// AnswerRows executes a batch except for the rows that pick accepts, which are answered
// with a result code. Any other request is executed.
func AnswerRows(code wire.ResultCode, pick func(*Row) bool) Action {
	return Action{fault: faultRows, code: code, pick: pick}
}

// Close closes the connection that the request came on, before it is executed. To
// close a server see [Server.Close].
func Close() Action { return Action{fault: faultClose} }

// CutReply executes the request, sends the first n bytes of the reply and closes
// the connection. With n = 0 the request was executed and nothing tells of it.
func CutReply(n int) Action { return Action{fault: faultCut, keep: n} }

// Mute neither executes nor answers the request, nor any other one that follows on
// the connection, which stays open.
func Mute() Action { return Action{fault: faultMute} }

// MuteReply is Mute, except that the request at hand is executed.
func MuteReply() Action { return Action{fault: faultMuteReply} }

// Garbage executes the request and sends b instead of the reply.
func Garbage(b []byte) Action { return Action{fault: faultReplace, bytes: b} }

// Delay waits before the request is executed. Closing the server ends the wait.
func Delay(d time.Duration) Action { return Action{before: d} }

// DelayReply executes the request and waits before the reply is sent.
func DelayReply(d time.Duration) Action { return Action{after: d} }

// Delayed returns the action with a wait before it.
func (a Action) Delayed(d time.Duration) Action {
	a.before = d
	return a
}

func (a *Action) passes() bool { return a.fault == faultNone && a.before <= 0 && a.after <= 0 }

// Hook is an interception in place.
type Hook struct {
	hooks  *hooks
	decide func(*Request) Action
	limit  int64 // 0 for none
	taken  atomic.Int64
}

// Taken returns how many actions the hook has taken.
func (h *Hook) Taken() int { return int(h.taken.Load()) }

// Remove ends the interception. A request under way is not affected.
func (h *Hook) Remove() { h.hooks.remove(h) }

// take decides on a request.
func (h *Hook) take(r *Request) (Action, bool) {
	if h.limit > 0 && h.taken.Load() >= h.limit {
		return Action{}, false
	}
	a := h.decide(r)
	if a.passes() {
		return Action{}, false
	}
	if n := h.taken.Add(1); h.limit > 0 && n > h.limit { // two connections at a time
		h.taken.Add(-1)
		return Action{}, false
	}
	return a, true
}

// hooks holds the interceptions of a server.
type hooks struct {
	mu     sync.Mutex
	active atomic.Pointer[[]*Hook] // nil without any, so that requests pay one load
}

func (hs *hooks) add(h *Hook) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var list []*Hook
	if p := hs.active.Load(); p != nil {
		list = slices.Clone(*p)
	}
	list = append(list, h)
	hs.active.Store(&list)
}

func (hs *hooks) remove(h *Hook) {
	hs.mu.Lock()
	defer hs.mu.Unlock()
	p := hs.active.Load()
	if p == nil {
		return
	}
	list := slices.DeleteFunc(slices.Clone(*p), func(other *Hook) bool { return other == h })
	if len(list) == 0 {
		hs.active.Store(nil)
		return
	}
	hs.active.Store(&list)
}

// Intercept asks decide what to do with each request, of any kind and on any node,
// before it is executed. decide may be called from many goroutines at a time, one
// for each connection; it must not call methods that stop nodes or the server.
// Of several hooks the first one that does not let a request pass has the say.
func (s *Server) Intercept(decide func(*Request) Action) *Hook {
	h := &Hook{hooks: &s.hooks, decide: decide}
	s.hooks.add(h)
	return h
}

// Inject applies action to the next n requests that all filters accept; with n < 1
// to all of them until the hook is removed.
func (s *Server) Inject(action Action, n int, filters ...Filter) *Hook {
	h := &Hook{hooks: &s.hooks, limit: int64(max(n, 0)), decide: func(r *Request) Action {
		for _, accept := range filters {
			if !accept(r) {
				return Pass()
			}
		}
		return action
	}}
	s.hooks.add(h)
	return h
}

// tamper does to a request what the hooks want done.
func (c *conn) tamper(hooks *[]*Hook, frame []byte, t wire.FrameType) error {
	r := newRequest(c, frame, t)
	var a Action
	for _, h := range *hooks {
		var taken bool
		if a, taken = h.take(r); taken {
			break
		}
	}
	if a.before > 0 || a.after > 0 || a.fault != faultNone {
		if err := c.flush(); err != nil { // replies to earlier requests are not affected
			return err
		}
	}
	if err := c.pause(a.before); err != nil {
		return err
	}
	return c.act(&a, frame, t)
}

func (c *conn) act(a *Action, frame []byte, t wire.FrameType) error {
	switch a.fault {
	case faultClose:
		return errCut
	case faultMute:
		return c.mute()
	case faultAnswer:
		c.out = c.refuse(c.out, frame, t, a.code)
		return c.pause(a.after)
	case faultRows:
		c.refusing = a
		defer func() { c.refusing = nil }()
	}
	if a.fault == faultNone && a.after <= 0 {
		return c.execute(frame, t)
	}
	// Nothing else is in c.out: tamper has sent it.
	c.outlet = newOutlet(a)
	defer func() { c.outlet = nil }()
	if err := c.execute(frame, t); err != nil {
		return err
	}
	switch a.fault {
	case faultMuteReply:
		c.out, c.outlet = c.out[:0], nil
		return c.mute()
	case faultReplace:
		c.out, c.outlet.room = append(c.out[:0], a.bytes...), len(a.bytes)
	}
	if err := c.flush(); err != nil {
		return err
	}
	if a.fault == faultCut {
		return errCut
	}
	return nil
}

// refuse appends a reply with nothing but a result code.
func (c *conn) refuse(out, frame []byte, t wire.FrameType, code wire.ResultCode) []byte {
	switch t {
	case wire.FrameAdmin:
		return wire.AppendAdminReply(out, code)
	case wire.FrameInfo:
		return refuseInfo(out, frame[wire.FrameHeaderSize:], code)
	}
	if isBatch(frame[wire.FrameHeaderSize:]) {
		return c.last(out, code)
	}
	return c.reply(out, store.Result{Code: code})
}
