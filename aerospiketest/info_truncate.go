package aerospiketest

import (
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/store"
)

// truncateCommands remove all records of a set or a namespace, and forget that they
// have.
var truncateCommands = map[string]infoCommand{
	"truncate":                {answer: truncateSet, needs: security.Truncate},
	"truncate-namespace":      {answer: truncateNamespace, needs: security.Truncate},
	"truncate-undo":           {answer: undoTruncateSet, needs: security.Truncate},
	"truncate-namespace-undo": {answer: undoTruncateNamespace, needs: security.Truncate},
}

// maxTruncateTime is how long the text of a time can be.
const maxTruncateTime = 23

func truncateSet(c *infoCall) string {
	return c.truncation(true, true, func(ns *store.Namespace, set string, before, now store.Now) {
		ns.Truncate(set, before, now)
	})
}

func truncateNamespace(c *infoCall) string {
	return c.truncation(false, true, func(ns *store.Namespace, _ string, before, now store.Now) {
		ns.Truncate("", before, now)
	})
}

// undoTruncateSet forgets when the set was truncated. What is gone stays gone.
func undoTruncateSet(c *infoCall) string {
	return c.truncation(true, false, func(ns *store.Namespace, set string, _, _ store.Now) {
		ns.ForgetTruncation(set)
	})
}

func undoTruncateNamespace(c *infoCall) string {
	return c.truncation(false, false, func(ns *store.Namespace, _ string, _, _ store.Now) {
		ns.ForgetTruncation("")
	})
}

// truncation reads the parameters of a command and executes it. Without ofSet a set
// is refused: it would be another command's. An unknown namespace is answered as a
// known one.
func (c *infoCall) truncation(ofSet, timed bool, do func(ns *store.Namespace, set string, before, now store.Now)) string {
	params := &indexParams{infoCall: c}
	name := params.required(maxNamespace, "namespace")
	set := ""
	if ofSet {
		set = params.required(maxSetName, "set")
	} else if _, given := c.param("set"); given {
		params.fail(wire.ResultParameter, "unexpected set name")
	}
	now := c.server.clock.storeNow()
	before := store.Now(0)
	if timed {
		before = params.time(now)
	}
	if params.fault != "" {
		return params.fault
	}
	if ns := c.server.byName[name]; ns != nil {
		do(ns.store, set, before, now)
	}
	return infoOK
}

// time reads the parameter lut, nanoseconds since 1970 in decimal, octal or
// hexadecimal. Without it the time is 0. As in C, the number ends where the digits end.
func (p *indexParams) time(now store.Now) store.Now {
	text, given := p.optional(maxTruncateTime, "lut")
	if !given {
		return 0
	}
	nanos, _ := strconv.ParseUint(number(text), 0, 64) // 0 if it is none
	ms := nanos / uint64(time.Millisecond)
	const epoch = wire.Epoch * 1000
	switch {
	case ms <= epoch:
		p.fail(wire.ResultParameter, "would truncate to 0")
	case ms-epoch > uint64(now):
		p.fail(wire.ResultParameter, "would truncate in the future")
	default:
		return store.Now(ms - epoch)
	}
	return 0
}

// number returns the digits that a text begins with, with the prefix that tells their
// base.
func number(text string) string {
	digits := "0123456789"
	end := 0
	switch {
	case strings.HasPrefix(text, "0x"), strings.HasPrefix(text, "0X"):
		digits, end = "0123456789abcdefABCDEF", 2
	case strings.HasPrefix(text, "0"):
		digits = "01234567"
	}
	for end < len(text) && strings.IndexByte(digits, text[end]) >= 0 {
		end++
	}
	return text[:end]
}
