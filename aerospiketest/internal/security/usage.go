package security

import (
	"sync"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// usage is what a user does on one node.
type usage struct {
	mu          sync.Mutex
	connections uint32
	reads       meter
	writes      meter
}

// meter counts records by seconds of the clock. The real server takes a moving average
// over some seconds (tps-weight); whole seconds let a test foretell which command is one
// too many.
type meter struct {
	second   int64
	count    uint32 // in that second
	before   uint32 // in the one before it
	reserved uint64 // records a second, by queries with a limit
	free     uint32 // queries without one
}

// turn moves on to a second.
func (m *meter) turn(second int64) {
	switch {
	case second == m.second:
		return
	case second == m.second+1:
		m.before = m.count
	default:
		m.before = 0
	}
	m.second, m.count = second, 0
}

// full reports whether more records a second would exceed a quota, 0 for none.
func (m *meter) full(quota uint32, more uint64) bool {
	return quota != 0 && uint64(m.count)+m.reserved+more > uint64(quota)
}

func (m *meter) describe(second int64) wire.UserUsage {
	m.turn(second)
	rate := m.before
	if m.count > rate {
		rate = m.count
	}
	return wire.UserUsage{SingleTPS: rate, QueryRPS: uint32(min(m.reserved, 1<<32-1)), QueriesFree: m.free}
}

// meter returns the one for reads or writes.
func (u *usage) meter(write bool) *meter {
	if write {
		return &u.writes
	}
	return &u.reads
}

// spend counts a command about one record, unless the quota is used up.
func (u *usage) spend(write bool, quota uint32, second int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	m := u.meter(write)
	m.turn(second)
	if m.full(quota, 1) {
		return false
	}
	m.count++
	return true
}

// reserve counts a query for as long as it runs. One without a limit needs a user
// without a quota.
func (u *usage) reserve(write bool, rate, quota uint32, second int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	m := u.meter(write)
	m.turn(second)
	switch {
	case rate == 0 && quota != 0, m.full(quota, uint64(rate)):
		return false
	case rate == 0:
		m.free++
	default:
		m.reserved += uint64(rate)
	}
	return true
}

// release takes a reservation back.
func (u *usage) release(write bool, rate uint32) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if m := u.meter(write); rate == 0 {
		m.free--
	} else {
		m.reserved -= uint64(rate)
	}
}

// connected counts the connections up or down.
func (u *usage) connected(more int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.connections += uint32(more)
}

func (u *usage) describe(second int64) (reads, writes wire.UserUsage, connections uint32) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.reads.describe(second), u.writes.describe(second), u.connections
}
