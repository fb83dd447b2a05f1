package lua

import (
	"context"
	"errors"
	"time"
)

// Limits bounds what one call may use up.
type Limits struct {
	// Deadline is when the call is stopped.
	Deadline time.Time
	// Memory is how many bytes it may take up, counted without what it gives back.
	// 0 is 256 MiB.
	Memory int64
	// Stop stops the call when it is closed. It may be nil.
	Stop <-chan struct{}
}

// Texts with which calls are stopped.
const (
	textTimeout  = "UDF Execution Timeout"
	textNoMemory = "not enough memory"
)

const defaultMemory = 256 << 20

var errTimeout = errors.New(textTimeout)

// budget watches over a call. The interpreter asks it before every instruction,
// taking it for a context: one that is never cancelled from elsewhere.
type budget struct {
	context.Context
	deadline time.Time
	stop     <-chan struct{}
	limit    int64 // bytes
	memory   int64 // of which are left
	steps    int
	spent    chan struct{} // closed
	over     bool
	caller   func() string // the place of whoever called the function that runs
}

// stepsPerLook is how many instructions pass between looks at the clock.
const stepsPerLook = 1024

func newBudget() *budget {
	spent := make(chan struct{})
	close(spent)
	return &budget{Context: context.Background(), spent: spent}
}

func (b *budget) start(l Limits) {
	b.deadline, b.stop, b.limit, b.steps, b.over = l.Deadline, l.Stop, l.Memory, 0, false
	if b.limit == 0 {
		b.limit = defaultMemory
	}
	b.memory = b.limit
}

// Done counts an instruction. A nil channel is never ready.
func (b *budget) Done() <-chan struct{} {
	if b.step(1); b.over {
		return b.spent
	}
	return nil
}

// Err says why the call is stopped. The interpreter puts the place in front; the real
// server tells that of the caller, which is behind the mark.
func (b *budget) Err() error { return errors.New(placeMark + b.caller() + textTimeout) }

// placeMark stands before a message that has a place of its own.
const placeMark = "\x00"

// step counts work that is worth n instructions, and reports whether there is time
// left.
func (b *budget) step(n int) bool {
	if b.steps += n; b.steps >= stepsPerLook {
		b.steps = 0
		b.over = b.over || !b.deadline.IsZero() && time.Now().After(b.deadline) || b.stopped()
	}
	return !b.over
}

func (b *budget) stopped() bool {
	select {
	case <-b.stop:
		return true
	default:
		return false
	}
}

// used returns how much memory was counted.
func (b *budget) used() int64 { return b.limit - b.memory }

// forget regards what was taken up as garbage, so that a call that works on one value
// after another can go on for ever.
func (b *budget) forget() { b.memory = max(b.memory, b.limit/2) }

// take counts memory, and reports whether there is enough.
func (b *budget) take(bytes int64) bool {
	b.memory -= bytes
	return b.memory >= 0
}
