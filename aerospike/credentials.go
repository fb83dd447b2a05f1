package aerospike

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/pool"
)

// Credentials returns user and password from where they are kept, such as a vault or a
// file. It is asked when the client logs in, which it does once for each node and again
// when a session ends, not for each connection; nodes that want a login at the same time
// share one call. It must heed ctx, which ends when three quarters of the time for opening a
// connection ([Config.DialTimeout]) are over. Its error reaches the calls that wait for the connection as
// [ErrCredentials], and the cause behind it; it should hold no secrets.
//
// When a password is rotated, sessions go on, so nothing has to be done at once. The
// function may return another user than before.
type Credentials func(ctx context.Context) (user, password string, err error)

// login returns who the client logs in as; nil for nobody.
func (c *Config) login() (auth *pool.Auth, err error) {
	switch {
	case c.Credentials != nil:
		auth, err = pool.NewAuthFunc(c.AuthMode, pool.CredentialsFunc(c.Credentials))
	case c.User != "" || c.AuthMode == AuthPKI:
		auth, err = pool.NewAuth(c.AuthMode, c.User, c.Password)
	}
	if err != nil {
		return nil, invalidField("User", "%v", err)
	}
	return auth, nil
}

// security checks what belongs to login and encryption.
func (v *validator) security(c *Config) {
	encrypted := c.TLS != nil || c.TLSSource != nil
	switch {
	case c.AuthMode > AuthPKI:
		v.fail("AuthMode", "%d, want AuthInternal, AuthExternal or AuthPKI", uint8(c.AuthMode))
	case c.AuthMode != AuthInternal && !encrypted:
		v.fail("AuthMode", "%v needs TLS", c.AuthMode)
	case c.AuthMode == AuthExternal && c.User == "" && c.Credentials == nil:
		v.fail("AuthMode", "%v needs User", c.AuthMode)
	}
	if c.TLS != nil && c.TLSSource != nil {
		v.fail("TLSSource", "it is set, and so is TLS")
	}
	if c.Credentials != nil {
		if c.User != "" || c.Password != "" {
			v.fail("Credentials", "it is set, and so is User or Password")
		}
		if c.AuthMode == AuthPKI {
			v.fail("Credentials", "it is set, and AuthPKI takes the user from the certificate")
		}
	}
	if c.User == "" && c.Password != "" {
		v.fail("Password", "it is set, but User is not")
	}
	if len(c.User) > maxAccountName {
		v.fail("User", "%d bytes, the limit is %d", len(c.User), maxAccountName)
	}
}

// application is what servers count us by: the last part of the user agent.
func (c *Config) application() string {
	if c.AppName != "" {
		return c.AppName
	}
	if c.User != "" && appFault(c.User) == "" {
		return c.User
	}
	return "not-set"
}

// appFault tells what is wrong with the name of an application.
func appFault(name string) string {
	if len(name) > maxAppName {
		return fmt.Sprintf("%d bytes, the limit is %d", len(name), maxAppName)
	}
	for _, r := range name {
		if r <= ' ' || r > '~' || r == ';' || r == ',' {
			return fmt.Sprintf("%q has the character %q", name, r)
		}
	}
	return ""
}

// redacted stands for a password.
const redacted = "[redacted]"

// attrs lists the fields of c that are set. Those that are not plain are only named.
func (c *Config) attrs() []slog.Attr {
	var list []slog.Attr
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		if field.IsZero() {
			continue
		}
		switch value := field.Interface().(type) {
		case time.Duration:
			list = append(list, slog.String(name, value.String()))
		case AuthMode, bool, int, []string, []int, map[string]string:
			list = append(list, slog.Any(name, value))
		case string:
			if name == "Password" {
				value = redacted
			}
			list = append(list, slog.String(name, value))
		default:
			list = append(list, slog.String(name, "set"))
		}
	}
	return list
}

// String lists the fields that are set, without secrets.
func (c Config) String() string {
	var b strings.Builder
	b.WriteString("aerospike.Config{")
	for i, a := range c.attrs() {
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "%s:%v", a.Key, a.Value)
	}
	return b.String() + "}"
}

// Format prints String, whatever the verb, so that no verb prints the password.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue is what package log/slog logs: the fields that are set, without secrets.
func (c Config) LogValue() slog.Value { return slog.GroupValue(c.attrs()...) }

// MarshalJSON writes the fields that are set, without secrets.
func (c Config) MarshalJSON() ([]byte, error) {
	fields := make(map[string]any)
	for _, a := range c.attrs() {
		if s, ok := a.Value.Any().(fmt.Stringer); ok {
			fields[a.Key] = s.String()
		} else {
			fields[a.Key] = a.Value.Any()
		}
	}
	return json.Marshal(fields)
}
