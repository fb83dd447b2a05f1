package policy

import (
	"math"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Expiration is how long a record lives after a write. Zero inherits. It is an option
// of writes; make one with [TTL] or use a constant.
//
// The server counts in whole seconds. It refuses a time to live with ErrForbidden if
// the namespace has no expiry thread (nsup-period 0) and does not allow it
// (allow-ttl-without-nsup).
type Expiration int64

// Expirations that are no duration. TTLDefault is the default.
const (
	TTLDefault Expiration = math.MinInt64 + iota // the default of the set, else of the namespace
	TTLNever                                     // the record does not expire
	TTLKeep                                      // an update leaves the expiry as it is; a new record gets the default

	ttlInvalid // TTL was given nothing or less
)

// Bounds of [TTL].
const (
	MinTTL = time.Second
	MaxTTL = time.Duration(wire.MaxTTL) * time.Second // ten years of 365 days
)

// TTL lets the record expire d after the write: from [MinTTL] to [MaxTTL], a fraction
// of a second counts as a whole one. Anything else makes the call fail with
// ErrInvalidArg before it is sent.
func TTL(d time.Duration) Expiration {
	if d <= 0 {
		return ttlInvalid
	}
	return Expiration(d)
}

func (e Expiration) String() string {
	switch e {
	case 0:
		return "inherit"
	case TTLDefault:
		return "default"
	case TTLNever:
		return "never"
	case TTLKeep:
		return "keep"
	}
	if e < 0 {
		return "invalid"
	}
	return time.Duration(e).String()
}

// seconds returns e as a write's header has it.
func (e Expiration) seconds() (uint32, error) {
	switch {
	case e == TTLDefault:
		return wire.TTLDefault, nil
	case e == TTLNever:
		return wire.TTLNeverExpire, nil
	case e == TTLKeep:
		return wire.TTLDontUpdate, nil
	case e <= 0:
		return 0, invalid("ttl: it has to be positive; TTLDefault, TTLNever and TTLKeep say the rest")
	case e < Expiration(MinTTL):
		return 0, invalid("ttl: %v, the minimum is %v", e, MinTTL)
	case e > Expiration(MaxTTL):
		return 0, invalid("ttl: %v, the maximum is %v", e, MaxTTL)
	}
	return uint32((time.Duration(e) + time.Second - 1) / time.Second), nil
}

// ReadTouch is when a read renews the record's time to live. Zero inherits. It is an
// option of reads; make one with [ReadTouchTTL] or use a constant.
type ReadTouch int16

// Rules that are no percentage. ReadTouchDefault is the default.
const (
	ReadTouchDefault ReadTouch = -1 // as the server's default-read-touch-ttl-pct has it
	ReadTouchNever   ReadTouch = -2 // a read leaves the expiry as it is

	readTouchInvalid ReadTouch = math.MinInt16
)

// ReadTouchTTL renews the expiry of a record when a read finds at most percent of its
// time to live left: with 80 and a TTL of 10 hours, a read 2 hours or more after the
// write. The record then lives as long again as its last write said. percent is 1 to
// 100, anything else makes the call fail with ErrInvalidArg. The renewal happens just
// after the reply and does not change the generation.
func ReadTouchTTL(percent int) ReadTouch {
	if percent < 1 || percent > 100 {
		return readTouchInvalid
	}
	return ReadTouch(percent)
}

func (t ReadTouch) percent() (uint32, error) {
	switch {
	case t == ReadTouchDefault:
		return wire.ReadTouchDefault, nil
	case t == ReadTouchNever:
		return wire.ReadTouchNever, nil
	case t < 1 || t > 100:
		return 0, invalid("read touch: not a percentage from 1 to 100")
	}
	return uint32(t), nil
}
