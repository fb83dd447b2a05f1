package aerospiketest

import (
	"math"
	"time"
)

// outlet is what a hook makes of one reply, which may be sent in many pieces. A nil
// outlet lets everything through.
type outlet struct {
	wait time.Duration // before the first byte
	room int           // how many more bytes may leave; the others are dropped
	cut  bool          // the connection ends with the reply
}

func newOutlet(a *Action) *outlet {
	o := &outlet{wait: a.after, room: math.MaxInt}
	switch a.fault {
	case faultMuteReply, faultReplace:
		o.room = 0
	case faultCut:
		o.room, o.cut = max(a.keep, 0), true
	}
	return o
}

// pass takes from c.out what must not be sent.
func (o *outlet) pass(c *conn) error {
	if o == nil {
		return nil
	}
	wait := o.wait
	o.wait = 0
	if err := c.pause(wait); err != nil {
		return err
	}
	c.out = c.out[:min(len(c.out), o.room)]
	o.room -= len(c.out)
	return nil
}

// spent reports whether the connection is about to be cut and nothing more of the
// reply will leave.
func (o *outlet) spent() bool { return o != nil && o.cut && o.room == 0 }
