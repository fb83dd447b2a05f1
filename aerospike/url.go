package aerospike

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
)

// ParseURL reads a Config from one line of text, as in an environment variable:
//
//	aerospike://user:password@host1:3000,host2:3000/namespace?max-conns=16&timeout=500ms
//
// Only the hosts are required; they have the form of [Config.Hosts]. Characters of user
// and password that mean something in a URL are written as %XX, as is each @ of what follows.
// The path goes to [Config.Namespace]. Durations are as [time.ParseDuration] reads them,
// switches are true or false. The parameters are:
//
//	cluster-name, app-name, tls, auth (internal, external, pki)
//	connect-timeout, dial-timeout, tend-interval, idle-timeout, stall-timeout
//	min-conns, max-conns, max-bulk-conns, max-streams, depth, max-waiting (all for each node)
//	services-alternate, seed-only, racks (such as 1,2)
//	timeout, attempt-timeout (of reads and writes), read-retries, write-retries,
//	send-key, compress
//
// Anything else is an error, as is a parameter that comes twice. No error tells user
// or password. For each errors.Is(err, ErrInvalidArg) holds.
func ParseURL(text string) (Config, error) {
	var cfg Config
	rest, ok := strings.CutPrefix(text, "aerospike://")
	if !ok {
		return cfg, urlError("it does not begin with aerospike://")
	}
	// A password that is not escaped would be taken for hosts and parameters, which errors tell.
	if i := strings.IndexAny(rest, "/?"); i >= 0 && strings.Contains(rest[i:], "@") {
		return cfg, urlError("an @ behind a / or ?: of a password they are written as %%40, %%2F and %%3F, an @ of a parameter too")
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, path, _ := strings.Cut(rest, "/")
	named := false
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		named = true
		if err := parseUserinfo(&cfg, authority[:i]); err != nil {
			return Config{}, err
		}
		authority = authority[i+1:]
	}
	if authority == "" {
		return Config{}, urlError("it names no host")
	}
	cfg.Hosts = strings.Split(authority, ",")
	for i, host := range cfg.Hosts {
		if _, err := cluster.ParseSeed(host); err != nil && !named { // nothing is quoted: it may be user and password
			return Config{}, urlError("Config.Hosts[%d]: want host, host:port or host:tls-name:port, after user and password an @", i)
		}
	}
	var err error
	if cfg.Namespace, err = url.PathUnescape(path); err != nil || strings.Contains(cfg.Namespace, "/") {
		return Config{}, urlError("the path is not the name of a namespace")
	}
	if err := parseParams(&cfg, query); err != nil {
		return Config{}, err
	}
	if err := cfg.Validate(); err != nil {
		return Config{}, urlError("%w", err)
	}
	return cfg, nil
}

func urlError(format string, args ...any) error {
	return fmt.Errorf("%w: url: %w", ErrInvalidArg, fmt.Errorf(format, args...))
}

func parseUserinfo(cfg *Config, info string) error {
	user, password, _ := strings.Cut(info, ":")
	var err error
	if cfg.User, err = url.PathUnescape(user); err == nil {
		cfg.Password, err = url.PathUnescape(password)
	}
	// The package's own error would quote what it could not read.
	if err != nil {
		return urlError("user or password has a %% that two hexadecimal digits do not follow")
	}
	return nil
}

func parseParams(cfg *Config, query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return urlError("the parameters are not well formed")
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		list := values[name]
		set, known := urlParams[name]
		switch {
		case !known:
			return urlError("unknown parameter %.64q", name)
		case len(list) > 1:
			return urlError("parameter %s comes %d times", name, len(list))
		}
		if err := set(cfg, list[0]); err != nil {
			return urlError("parameter %s: %w", name, err)
		}
	}
	return nil
}

// urlParams reads each parameter of a URL into a Config. Not changed once initialised.
var urlParams = map[string]func(*Config, string) error{
	"cluster-name": textParam(func(c *Config) *string { return &c.ClusterName }),
	"app-name":     textParam(func(c *Config) *string { return &c.AppName }),
	"tls":          tlsParam,
	"auth":         authParam,

	"connect-timeout": timeParam(func(c *Config) *time.Duration { return &c.ConnectTimeout }),
	"dial-timeout":    timeParam(func(c *Config) *time.Duration { return &c.DialTimeout }),
	"tend-interval":   timeParam(func(c *Config) *time.Duration { return &c.TendInterval }),
	"idle-timeout":    timeParam(func(c *Config) *time.Duration { return &c.IdleTimeout }),
	"stall-timeout":   timeParam(func(c *Config) *time.Duration { return &c.StallTimeout }),

	"min-conns":      countParam(func(c *Config) *int { return &c.MinConnsPerNode }),
	"max-conns":      countParam(func(c *Config) *int { return &c.MaxConnsPerNode }),
	"max-bulk-conns": countParam(func(c *Config) *int { return &c.MaxBulkConnsPerNode }),
	"max-streams":    countParam(func(c *Config) *int { return &c.MaxStreamsPerNode }),
	"depth":          countParam(func(c *Config) *int { return &c.PipelineDepth }),
	"max-waiting":    countParam(func(c *Config) *int { return &c.MaxWaiting }),

	"services-alternate": boolParam(func(c *Config) *bool { return &c.UseServicesAlternate }),
	"seed-only":          boolParam(func(c *Config) *bool { return &c.SeedOnly }),
	"racks":              racksParam,

	"timeout": timeParam(
		func(c *Config) *time.Duration { return &c.ReadPolicy.Timeout },
		func(c *Config) *time.Duration { return &c.WritePolicy.Timeout }),
	"attempt-timeout": timeParam(
		func(c *Config) *time.Duration { return &c.ReadPolicy.AttemptTimeout },
		func(c *Config) *time.Duration { return &c.WritePolicy.AttemptTimeout }),
	"read-retries":  retriesParam(func(c *Config) *int { return &c.ReadPolicy.Retries }),
	"write-retries": retriesParam(func(c *Config) *int { return &c.WritePolicy.Retries }),
	"send-key":      toggleParam(func(c *Config) *Toggle { return &c.WritePolicy.SendKey }),
	"compress": toggleParam(
		func(c *Config) *Toggle { return &c.ReadPolicy.Compress },
		func(c *Config) *Toggle { return &c.WritePolicy.Compress }),
}

// param makes a reader of one parameter from a parser of its text and the fields that
// it goes to.
func param[T any](parse func(string) (T, error), fields ...func(*Config) *T) func(*Config, string) error {
	return func(c *Config, text string) error {
		v, err := parse(text)
		if err != nil {
			return err
		}
		for _, field := range fields {
			*field(c) = v
		}
		return nil
	}
}

func textParam(fields ...func(*Config) *string) func(*Config, string) error {
	return param(func(s string) (string, error) { return s, nil }, fields...)
}

func timeParam(fields ...func(*Config) *time.Duration) func(*Config, string) error {
	return param(func(s string) (time.Duration, error) {
		d, err := time.ParseDuration(s)
		if err != nil || d <= 0 {
			return 0, fmt.Errorf("%.32q is no duration above 0, such as 500ms", s)
		}
		return d, nil
	}, fields...)
}

func countParam(fields ...func(*Config) *int) func(*Config, string) error {
	return param(parseCount, fields...)
}

func parseCount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%.32q is no number from 0", s)
	}
	return n, nil
}

// retriesParam is countParam for fields whose zero value is not none.
func retriesParam(fields ...func(*Config) *int) func(*Config, string) error {
	return param(func(s string) (int, error) {
		n, err := parseCount(s)
		if err == nil && n == 0 {
			return None, nil
		}
		return n, err
	}, fields...)
}

func parseBool(s string) (bool, error) {
	if s != "true" && s != "false" {
		return false, fmt.Errorf("%.32q is neither true nor false", s)
	}
	return s == "true", nil
}

func boolParam(fields ...func(*Config) *bool) func(*Config, string) error {
	return param(parseBool, fields...)
}

func toggleParam(fields ...func(*Config) *Toggle) func(*Config, string) error {
	return param(func(s string) (Toggle, error) {
		on, err := parseBool(s)
		if on {
			return On, err
		}
		return Off, err
	}, fields...)
}

func tlsParam(c *Config, text string) error {
	on, err := parseBool(text)
	if on {
		c.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return err
}

func authParam(c *Config, text string) error {
	modes := []string{AuthInternal: "internal", AuthExternal: "external", AuthPKI: "pki"}
	i := slices.Index(modes, text)
	if i < 0 {
		return fmt.Errorf("%.32q is none of internal, external, pki", text)
	}
	c.AuthMode = AuthMode(i)
	return nil
}

func racksParam(c *Config, text string) error {
	for _, s := range strings.Split(text, ",") {
		n, err := parseCount(s)
		if err != nil {
			return err
		}
		c.Racks = append(c.Racks, n)
	}
	return nil
}
