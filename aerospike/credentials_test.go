package aerospike

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const testPassword = "pass-word-of-the-test"

// However a Config is printed or logged, alone or in something else, the password is not
// told.
func TestConfigTellsNoPassword(t *testing.T) {
	cfg := Config{
		Hosts: []string{"db1:3000", "db2"}, User: "app", Password: testPassword, AuthMode: AuthExternal,
		TLS: &tls.Config{}, DialTimeout: 2 * time.Second, Racks: []int{1}, MaxConnsPerNode: 8,
	}
	hex := fmt.Sprintf("%x", testPassword)
	var out bytes.Buffer
	for _, v := range []any{cfg, &cfg, []Config{cfg}, map[string]Config{"a": cfg}, struct{ Config Config }{cfg}, struct{ C *Config }{&cfg}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		data, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(data)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("connecting", "config", v)
		slog.New(slog.NewTextHandler(&out, nil)).Info("connecting", "config", v)
	}
	require.NotContains(t, out.String(), testPassword)
	require.NotContains(t, out.String(), hex)
	require.NotContains(t, out.String(), fmt.Sprintf("%X", testPassword))
	require.Contains(t, out.String(), "[redacted]")

	require.Equal(t, "aerospike.Config{Hosts:[db1:3000 db2] User:app Password:[redacted] AuthMode:external TLS:set DialTimeout:2s "+
		"MaxConnsPerNode:8 Racks:[1]}", cfg.String())
	data, err := json.Marshal(cfg)
	require.NoError(t, err)
	require.JSONEq(t, `{"Hosts":["db1:3000","db2"],"User":"app","Password":"[redacted]","AuthMode":"external","TLS":"set",
		"DialTimeout":"2s","MaxConnsPerNode":8,"Racks":[1]}`, string(data))
	require.Equal(t, testPassword, cfg.Password, "it is only printed so")
	require.Equal(t, "aerospike.Config{}", Config{}.String())
}

func TestClientsTellNoPassword(t *testing.T) {
	cfg := Config{Hosts: []string{"127.0.0.1:1"}, User: "app", Password: testPassword}
	lower, err := cfg.cluster()
	require.NoError(t, err)
	hash, _ := lower.Pool.Auth.Credential("app")
	require.NotEmpty(t, hash)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(verb, lower) + fmt.Sprintf(verb, &Client{auth: lower.Pool.Auth})
		require.NotContains(t, text, testPassword)
		require.NotContains(t, text, hash)
	}
}

func TestFaultyWaysToLogIn(t *testing.T) {
	ask := func(context.Context) (string, string, error) { return "app", testPassword, nil }
	source := func(context.Context) (*tls.Config, error) { return &tls.Config{}, nil }
	for _, test := range []struct {
		name   string
		change func(*Config)
		says   string // empty for nothing
	}{
		{"credentials and user", func(c *Config) { c.Credentials, c.User = ask, "app" }, "Config.Credentials: it is set, and so is User"},
		{"credentials and PKI", func(c *Config) { c.Credentials, c.AuthMode, c.TLSSource = ask, AuthPKI, source }, "Config.Credentials: it is set, and AuthPKI"},
		{"both kinds of TLS", func(c *Config) { c.TLS, c.TLSSource = &tls.Config{}, source }, "Config.TLSSource: it is set, and so is TLS"},
		{"external without TLS", func(c *Config) { c.Credentials, c.AuthMode = ask, AuthExternal }, "Config.AuthMode: external needs TLS"},
		{"credentials alone", func(c *Config) { c.Credentials = ask }, ""},
		{"external with both functions", func(c *Config) { c.Credentials, c.AuthMode, c.TLSSource = ask, AuthExternal, source }, ""},
		{"PKI with a source", func(c *Config) { c.AuthMode, c.TLSSource = AuthPKI, source }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := Config{Hosts: []string{"h"}}
			test.change(&cfg)
			err := cfg.Validate()
			if test.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ErrInvalidArg)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), testPassword)
		})
	}
}

func TestPasswordThatCannotBeHashed(t *testing.T) {
	long := fmt.Sprintf("%073d", 7)
	_, err := Connect(t.Context(), Config{Hosts: []string{"h"}, User: "app", Password: long})
	require.ErrorIs(t, err, ErrInvalidArg)
	require.ErrorContains(t, err, "73 bytes")
	require.NotContains(t, err.Error(), long)
}
