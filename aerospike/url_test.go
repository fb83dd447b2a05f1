package aerospike

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseURL(t *testing.T) {
	cfg, err := ParseURL("aerospike://al%40ice:p%3Aw@h1:3000,h2,[::1]:3100,h3:name:4333/test?" +
		"cluster-name=prod&app-name=shop&tls=true&auth=external&connect-timeout=2s&dial-timeout=1s&tend-interval=500ms&" +
		"idle-timeout=30s&stall-timeout=4s&min-conns=1&max-conns=16&max-bulk-conns=2&depth=64&max-waiting=100&" +
		"services-alternate=true&seed-only=false&racks=2,1&timeout=250ms&attempt-timeout=100ms&" +
		"read-retries=0&write-retries=4&send-key=true&compress=false")
	require.NoError(t, err)
	require.NotNil(t, cfg.TLS)
	cfg.TLS = nil
	require.Equal(t, Config{
		Hosts: []string{"h1:3000", "h2", "[::1]:3100", "h3:name:4333"}, Namespace: "test",
		User: "al@ice", Password: "p:w", ClusterName: "prod", AppName: "shop", AuthMode: AuthExternal,
		ConnectTimeout: 2 * time.Second, DialTimeout: time.Second, TendInterval: 500 * time.Millisecond,
		IdleTimeout: 30 * time.Second, StallTimeout: 4 * time.Second,
		MinConnsPerNode: 1, MaxConnsPerNode: 16, MaxBulkConnsPerNode: 2, PipelineDepth: 64, MaxWaiting: 100,
		UseServicesAlternate: true, Racks: []int{2, 1},
		ReadPolicy:  ReadPolicy{Timeout: 250 * time.Millisecond, AttemptTimeout: 100 * time.Millisecond, Retries: None, Compress: Off},
		WritePolicy: WritePolicy{Timeout: 250 * time.Millisecond, AttemptTimeout: 100 * time.Millisecond, Retries: 4, SendKey: On, Compress: Off},
	}, cfg)
}

func TestParseURLOfAHostAlone(t *testing.T) {
	for _, text := range []string{"aerospike://h", "aerospike://h/", "aerospike://h?", "aerospike://h/?"} {
		cfg, err := ParseURL(text)
		require.NoError(t, err, text)
		require.Equal(t, Config{Hosts: []string{"h"}}, cfg, text)
	}
}

func TestParseURLFaults(t *testing.T) {
	for _, test := range []struct{ text, says string }{
		{"", "does not begin with aerospike://"},
		{"redis://h", "does not begin with aerospike://"},
		{"aerospike://", "it names no host"},
		{"aerospike://?tls=true", "it names no host"},
		{"aerospike://h,", "Config.Hosts[1]"},
		{"aerospike://h:port", "Config.Hosts[0]"},
		{"aerospike://h/a/b", "not the name of a namespace"},
		{"aerospike://h/%zz", "not the name of a namespace"},
		{"aerospike://h?colour=blue", `unknown parameter "colour"`},
		{"aerospike://h?depth=1&depth=2", "parameter depth comes 2 times"},
		{"aerospike://h?depth=x", `parameter depth: "x" is no number from 0`},
		{"aerospike://h?depth=-1", `parameter depth: "-1" is no number from 0`},
		{"aerospike://h?timeout=5", `parameter timeout: "5" is no duration above 0`},
		{"aerospike://h?timeout=0s", "is no duration above 0"},
		{"aerospike://h?tls=yes", `parameter tls: "yes" is neither true nor false`},
		{"aerospike://h?auth=ldap", `parameter auth: "ldap" is none of`},
		{"aerospike://h?racks=1,x", `parameter racks: "x" is no number`},
		{"aerospike://h?a=%zz", "parameters are not well formed"},
		{"aerospike://h?tend-interval=1ms", "Config.TendInterval"},
		{"aerospike://u:secret%z@h", "user or password"},
		{"aerospike://u:secret@", "it names no host"},
		{"aerospike://:secret@h", "Config.Password"},
		{"aerospike://u:secret@h:x", "Config.Hosts[0]"},
		{"aerospike://u:secret@h?auth=pki", "needs TLS"},
		{"aerospike://u:secret/x@h", "%2F"},
		{"aerospike://u:x/secret@h/test", "%2F"},
		{"aerospike://u:x?secret@h", "%3F"},
		{"aerospike://u:x@secret/x@h", "%2F"},
		{"aerospike://u:1/secret@h", "%2F"},
	} {
		t.Run(test.text, func(t *testing.T) {
			cfg, err := ParseURL(test.text)
			require.ErrorIs(t, err, ErrInvalidArg)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "secret")
			require.Equal(t, Config{}, cfg)
		})
	}
}

func FuzzParseURL(f *testing.F) {
	f.Add("aerospike://u:p@h1:3000,[::1]:1/ns?timeout=1s&racks=1,2&tls=true")
	f.Add("aerospike://%41%@,@::/?=&;")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, err := ParseURL(text)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalidArg)
			return
		}
		require.NoError(t, cfg.Validate())
		require.NotEmpty(t, cfg.Hosts)
	})
}
