package aerospike

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// Bounds of Config.
const (
	minTendInterval = 100 * time.Millisecond
	maxConfigTime   = 24 * time.Hour
	maxConns        = 4096
	maxAppName      = 40
	maxRacks        = 64
)

// Validate reports all that is wrong with c, one line for each field: its name, its
// value unless that is secret, what is allowed. errors.Is(err, ErrInvalidArg) holds.
// [Connect] calls it.
func (c *Config) Validate() error {
	v := &validator{}
	v.hosts(c)
	v.security(c)
	v.app(c.AppName)

	v.span("ConnectTimeout", c.ConnectTimeout, time.Millisecond)
	v.span("DialTimeout", c.DialTimeout, time.Millisecond)
	v.span("TendInterval", c.TendInterval, minTendInterval)
	v.span("IdleTimeout", c.IdleTimeout, time.Second)
	v.span("StallTimeout", c.StallTimeout, time.Millisecond)
	v.span("Breaker.Window", c.Breaker.Window, time.Millisecond)
	v.span("Breaker.CoolDown", c.Breaker.CoolDown, time.Millisecond)

	v.count("MinConnsPerNode", c.MinConnsPerNode, maxConns)
	v.count("MaxConnsPerNode", c.MaxConnsPerNode, maxConns)
	v.count("MaxBulkConnsPerNode", c.MaxBulkConnsPerNode, maxConns)
	v.count("MaxStreamsPerNode", c.MaxStreamsPerNode, maxConns)
	v.count("PipelineDepth", c.PipelineDepth, 1<<16)
	v.count("MaxWaiting", c.MaxWaiting, math.MaxInt32)
	v.count("MaxQueuedBytes", c.MaxQueuedBytes, math.MaxInt)
	v.count("MaxReplyBytes", c.MaxReplyBytes, wire.MaxFrameBody)
	if limit := c.MaxConnsPerNode; limit > 0 && c.MinConnsPerNode > limit {
		v.fail("MinConnsPerNode", "%d, the range is 0 to MaxConnsPerNode, which is %d", c.MinConnsPerNode, limit)
	}
	v.limits(&c.Limits)
	if len(c.Racks) > maxRacks {
		v.fail("Racks", "%d racks, the limit is %d", len(c.Racks), maxRacks)
	}
	for _, rack := range c.Racks {
		if rack < 0 {
			v.fail("Racks", "%d, a rack is 0 or more", rack)
		}
	}
	v.policy("ReadPolicy", c.readSettings().Err)
	v.policy("WritePolicy", c.writeSettings().Err)
	v.policy("BatchPolicy", c.batchSettings().Err)
	v.policy("QueryPolicy", c.querySettings().Err)
	return errors.Join(v.faults...)
}

// readSettings returns the rules of reads without options.
func (c *Config) readSettings() policy.Settings {
	s := policy.ReadDefaults()
	if len(c.Racks) > 0 {
		s.Replica = ReplicaPreferRack
	}
	s.Read(&c.ReadPolicy)
	return s
}

// querySettings returns the rules of queries without options.
func (c *Config) querySettings() policy.QuerySettings {
	s := policy.QueryDefaults()
	if len(c.Racks) > 0 {
		s.Replica = ReplicaPreferRack
	}
	s.Query(&c.QueryPolicy)
	return s
}

// writeSettings returns the rules of writes without options. Operations that read
// among others that write have what ReadPolicy says about reading.
func (c *Config) writeSettings() policy.Settings {
	s := policy.WriteDefaults()
	s.Read(&ReadPolicy{ReadModeAP: c.ReadPolicy.ReadModeAP, ReadModeSC: c.ReadPolicy.ReadModeSC})
	s.Write(&c.WritePolicy)
	return s
}

// batchSettings returns the rules of batches without options.
func (c *Config) batchSettings() policy.BatchSettings {
	s := policy.BatchDefaults(c.readSettings(), c.writeSettings())
	s.Batch(&c.BatchPolicy)
	return s
}

// validator gathers faults.
type validator struct{ faults []error }

func (v *validator) fail(field, format string, args ...any) {
	v.faults = append(v.faults, invalidField(field, format, args...))
}

func invalidField(field, format string, args ...any) error {
	return fmt.Errorf("%w: Config.%s: %s", ErrInvalidArg, field, fmt.Sprintf(format, args...))
}

func (v *validator) hosts(c *Config) {
	if len(c.Hosts) == 0 {
		v.fail("Hosts", "it is empty, at least one address is needed")
	}
	for i, host := range c.Hosts {
		if _, err := cluster.ParseSeed(host); err != nil {
			v.fail(fmt.Sprintf("Hosts[%d]", i), "%v; want host, host:port or host:tls-name:port", err)
		}
	}
	for from, to := range c.AddressMap {
		for _, addr := range []string{from, to} {
			if addr == "" || strings.ContainsAny(addr, " \t\r\n,;/") {
				v.fail("AddressMap", "%q is no address", addr)
			}
		}
	}
}

func (v *validator) app(name string) {
	if fault := appFault(name); fault != "" {
		v.fail("AppName", "%s", fault)
	}
}

// span checks a duration whose zero means its default.
func (v *validator) span(field string, d, least time.Duration) {
	if d != 0 && (d < least || d > maxConfigTime) {
		v.fail(field, "%v, the range is %v to %v, 0 for the default", d, least, maxConfigTime)
	}
}

// count checks a number whose zero means its default.
func (v *validator) count(field string, n, most int) {
	if n < 0 || n > most {
		v.fail(field, "%d, the range is 1 to %d, 0 for the default", n, most)
	}
}

func (v *validator) limits(l *Limits) {
	if l.MaxCalls < 0 || l.MaxCalls > math.MaxInt32 {
		v.fail("Limits.MaxCalls", "%d, the range is 1 to %d, 0 for no limit", l.MaxCalls, math.MaxInt32)
	}
	v.span("Limits.MaxWait", l.MaxWait, time.Microsecond)
	v.count("Limits.MaxWaiting", l.MaxWaiting, math.MaxInt32)
}

func (v *validator) policy(field string, err error) {
	if err != nil {
		v.faults = append(v.faults, fmt.Errorf("%w: Config.%s: %w", ErrInvalidArg, field, err))
	}
}
