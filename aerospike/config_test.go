package aerospike

import (
	"context"
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConfigNeedsHostsOnly(t *testing.T) {
	cfg := Config{Hosts: []string{"h"}}
	require.NoError(t, cfg.Validate())
}

func TestConfigFaultsNameFieldValueAndRange(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Config)
		says   string
	}{
		{"no host", func(c *Config) { c.Hosts = nil }, "Config.Hosts: it is empty"},
		{"a bad host", func(c *Config) { c.Hosts = []string{"ok", "h:port"} }, `Config.Hosts[1]: seed "h:port"`},
		{"a bad port", func(c *Config) { c.Hosts = []string{"h:0"} }, "Config.Hosts[0]"},
		{"negative time", func(c *Config) { c.DialTimeout = -1 }, "Config.DialTimeout: -1ns, the range is 1ms to 24h0m0s, 0 for the default"},
		{"hasty tend", func(c *Config) { c.TendInterval = time.Millisecond }, "Config.TendInterval: 1ms, the range is 100ms to"},
		{"a day and more", func(c *Config) { c.IdleTimeout = 25 * time.Hour }, "Config.IdleTimeout: 25h0m0s"},
		{"connect", func(c *Config) { c.ConnectTimeout = 1 }, "Config.ConnectTimeout: 1ns"},
		{"stall", func(c *Config) { c.StallTimeout = 1 }, "Config.StallTimeout"},
		{"window", func(c *Config) { c.Breaker.Window = -1 }, "Config.Breaker.Window"},
		{"cool down", func(c *Config) { c.Breaker.CoolDown = -1 }, "Config.Breaker.CoolDown"},
		{"negative connections", func(c *Config) { c.MaxConnsPerNode = -1 }, "Config.MaxConnsPerNode: -1, the range is 1 to 4096, 0 for the default"},
		{"too many connections", func(c *Config) { c.MinConnsPerNode = 5000 }, "Config.MinConnsPerNode: 5000"},
		{"more at least than at most", func(c *Config) { c.MinConnsPerNode, c.MaxConnsPerNode = 9, 8 }, "Config.MinConnsPerNode: 9, the range is 0 to MaxConnsPerNode, which is 8"},
		{"bulk", func(c *Config) { c.MaxBulkConnsPerNode = -1 }, "Config.MaxBulkConnsPerNode"},
		{"depth", func(c *Config) { c.PipelineDepth = 1 << 20 }, "Config.PipelineDepth"},
		{"waiting", func(c *Config) { c.MaxWaiting = -2 }, "Config.MaxWaiting"},
		{"queued", func(c *Config) { c.MaxQueuedBytes = -2 }, "Config.MaxQueuedBytes"},
		{"reply", func(c *Config) { c.MaxReplyBytes = 1 << 30 }, "Config.MaxReplyBytes"},
		{"rack", func(c *Config) { c.Racks = []int{1, -3} }, "Config.Racks: -3"},
		{"racks", func(c *Config) { c.Racks = make([]int, 65) }, "Config.Racks: 65 racks, the limit is 64"},
		{"address map", func(c *Config) { c.AddressMap = map[string]string{"a": ""} }, "Config.AddressMap"},
		{"app name", func(c *Config) { c.AppName = "a b" }, `Config.AppName: "a b" has the character ' '`},
		{"long app name", func(c *Config) { c.AppName = strings.Repeat("a", 41) }, "Config.AppName: 41 bytes, the limit is 40"},
		{"auth mode", func(c *Config) { c.AuthMode = 7 }, "Config.AuthMode: 7"},
		{"external without TLS", func(c *Config) { c.AuthMode, c.User = AuthExternal, "u" }, "Config.AuthMode: external needs TLS"},
		{"external without user", func(c *Config) { c.AuthMode, c.TLS = AuthExternal, &tls.Config{} }, "Config.AuthMode: external needs User"},
		{"PKI without TLS", func(c *Config) { c.AuthMode = AuthPKI }, "Config.AuthMode: PKI needs TLS"},
		{"password without user", func(c *Config) { c.Password = "secret" }, "Config.Password: it is set, but User is not"},
		{"long user", func(c *Config) { c.User = strings.Repeat("u", 64) }, "Config.User: 64 bytes, the limit is 63"},
		{"read policy", func(c *Config) { c.ReadPolicy.Replica = 77 }, "Config.ReadPolicy: invalid argument: replica: 77"},
		{"write policy", func(c *Config) { c.WritePolicy.TTL = TTL(time.Millisecond) }, "Config.WritePolicy: invalid argument: ttl: 1ms"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := Config{Hosts: []string{"h"}}
			test.change(&cfg)
			_, err := Connect(context.Background(), cfg)
			require.ErrorIs(t, err, ErrInvalidArg)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "secret")
		})
	}
}

func TestConfigFaultsAreReportedTogether(t *testing.T) {
	cfg := Config{PipelineDepth: -1, TendInterval: -1}
	err := cfg.Validate()
	for _, field := range []string{"Hosts", "PipelineDepth", "TendInterval"} {
		require.ErrorContains(t, err, "Config."+field)
	}
}

func TestRacksMakePreferRackTheDefaultOfReads(t *testing.T) {
	cfg := Config{Hosts: []string{"h"}, Racks: []int{2}}
	require.Equal(t, ReplicaPreferRack, cfg.readSettings().Replica)
	cfg.ReadPolicy.Replica = ReplicaMaster
	require.Equal(t, ReplicaMaster, cfg.readSettings().Replica)
}

func TestReadModesOfTheReadPolicyHoldForWhatWritesReadToo(t *testing.T) {
	cfg := Config{ReadPolicy: ReadPolicy{ReadModeSC: ReadSCLinearize, ReadModeAP: ReadAPAll, Timeout: time.Minute}}
	s := cfg.writeSettings()
	require.Equal(t, ReadSCLinearize, s.ReadModeSC)
	require.Equal(t, ReadAPAll, s.ReadModeAP)
	require.Equal(t, time.Second, s.Timeout, "but nothing else of it")
}
