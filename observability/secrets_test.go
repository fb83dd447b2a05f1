package observability

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospike/hook"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
	"github.com/aerospike-go/aerospike-go/observability/internal/collector"
	"github.com/aerospike-go/aerospike-go/observability/logging"
	"github.com/aerospike-go/aerospike-go/observability/metrics"
	"github.com/aerospike-go/aerospike-go/observability/tracing"
)

// Secrets of the test: none of them may turn up anywhere.
const (
	secretPassword = "pw-7Kx2vQ"
	wrongPassword  = "pw-wrong-9Tz"
	nextPassword   = "pw-next-4Lm"
	secretKey      = "key-jane.doe@example.com"
	secretNumber   = 918273645546372819 // a key and a value
	secretText     = "val-4111-1111-1111-1111"
	secretReason   = "vault-token-hvs.CAESI"
)

// secrets is what must not be told.
type secrets struct {
	mu   sync.Mutex
	list map[string]bool
}

// add takes a secret, in every form in which it may be printed.
func (s *secrets) add(secret []byte) {
	if len(secret) < 6 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, form := range []string{
		string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		base64.StdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret), fmt.Sprint(secret),
		strings.Trim(fmt.Sprintf("%q", secret), `"`),
	} {
		s.list[form] = true
	}
}

func (s *secrets) size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list)
}

// find returns the secrets in text.
func (s *secrets) find(text string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for secret := range s.list {
		if strings.Contains(text, secret) {
			found = append(found, secret)
		}
	}
	return found
}

// witness collects everything that is said about clients.
type witness struct {
	t       *testing.T
	secrets *secrets
	lines   bytes.Buffer
	logs    *logging.Hook
	spans   *collector.Collector
	tracer  *tracing.Tracing
	metrics *metrics.Metrics
	errors  []string
}

func newWitness(t *testing.T) *witness {
	w := &witness{t: t, secrets: &secrets{list: map[string]bool{}}, spans: collector.Start(t), metrics: metrics.New(metrics.Options{Stages: true})}
	for _, s := range []string{secretPassword, wrongPassword, nextPassword, secretKey, fmt.Sprint(secretNumber), secretText} {
		w.secrets.add([]byte(s))
	}
	core := zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.Lock(zapcore.AddSync(&w.lines)), zapcore.DebugLevel)
	w.logs = logging.New(zap.New(core), logging.WithLevel(logging.Trace))
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", w.spans.GRPC())
	var err error
	w.tracer, err = tracing.Init(t.Context())
	require.NoError(t, err)
	return w
}

func (w *witness) hook() hook.Hook { return Join(w.tracer.Hook(), w.metrics, w.logs) }

// failed takes note of the error of a call that must fail.
func (w *witness) failed(what string, err error) {
	w.t.Helper()
	require.Error(w.t, err, what)
	w.errors = append(w.errors, what+": "+fmt.Sprintf("%v | %+v | %q", err, err, err.Error()))
	if e, ok := errors.AsType[*aerospike.Error](err); ok {
		for _, a := range e.Attempts {
			w.errors = append(w.errors, fmt.Sprint(what, a.Node, a.Err))
		}
	}
}

// tap collects what clients log in with: hashes and session tokens.
func (w *witness) tap(srv *aerospiketest.Server) {
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type == wire.FrameAdmin {
			if m, err := wire.ParseAdminRequest(r.Frame[wire.FrameHeaderSize:]); err == nil {
				for _, field := range []wire.AdminFieldType{
					wire.AdminPassword, wire.AdminOldPassword, wire.AdminCredential, wire.AdminClearPassword, wire.AdminSessionToken,
				} {
					if data, ok := m.Field(field); ok {
						w.secrets.add(data)
					}
				}
			}
		}
		return aerospiketest.Pass()
	})
}

const spiteful = `
function quote(rec, arg) error("secret " .. tostring(rec["card"]) .. " and " .. tostring(arg)) end
function stumble(rec) local t = nil; return t.x end
`

// Everything that is written about clients whose logins, calls, batches, queries, functions
// and certificates fail is searched for passwords, their hashes, session tokens, private keys,
// keys and values of records.
func TestSecretsAreNeverTold(t *testing.T) {
	w := newWitness(t)
	authority := aerospiketest.NewAuthority(t)
	srv := aerospiketest.StartCluster(t, 2,
		aerospiketest.WithTLS(authority.ServerTLS("127.0.0.1")), aerospiketest.WithQuotas(),
		aerospiketest.WithUsers(
			aerospiketest.User{Name: "boss", Password: secretPassword}, aerospiketest.User{Name: "app", Password: secretPassword},
			aerospiketest.User{Name: "guest", Password: secretPassword, Roles: []string{"read"}}))
	w.tap(srv)
	cfg := func(user, password string) aerospike.Config {
		return aerospike.Config{
			Hosts: srv.Addrs(), User: user, Password: password, TLS: authority.ClientTLS(user), Hook: w.hook(),
			TendInterval: 100 * time.Millisecond, ConnectTimeout: time.Minute, DialTimeout: 30 * time.Second,
		}
	}
	connect := func(c aerospike.Config) *aerospike.Client {
		client, err := aerospike.Connect(t.Context(), c)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, client.Close()) })
		w.metrics.Watch(client)
		return client
	}
	w.logins(srv, cfg)
	w.certificates(authority, cfg)
	app := connect(cfg("app", secretPassword))
	w.calls(srv, app)
	w.streams(srv, app)
	w.administration(srv, connect(cfg("boss", secretPassword)), connect(cfg("guest", secretPassword)), app, cfg("app", nextPassword))

	text, err := metrics.Text(w.metrics)
	require.NoError(t, err)
	require.NoError(t, w.tracer.Shutdown(t.Context()))
	require.NoError(t, w.logs.Close())
	for name, said := range map[string]struct {
		text string
		has  []string // or the test would look at nothing
	}{
		"logs": {w.lines.String(), []string{
			`"msg":"call failed"`, `"msg":"rows failed"`, `"msg":"seed failed"`, `"msg":"connection failed"`,
			`"INVALID_CREDENTIAL"`, `"ROLE_VIOLATION"`, `"UDF"`, `"Certificate"`, `"Credentials"`, `"in_doubt":true`,
		}},
		"spans": {w.spans.Text(), []string{
			`GET test.users`, `APPLY test.users`, `BATCH`, `QUERY test.users`, `a Lua function failed`, `ROLE_VIOLATION`, ` attempt`,
		}},
		"metrics": {text, []string{
			`db_client_operation_duration_seconds_count{`, `error_type="UDF"`, `error_type="GenerationError"`, `db_collection_name="users"`,
		}},
		"errors": {strings.Join(w.errors, "\n"), []string{"wrong password", "role", "expired"}},
	} {
		for _, part := range said.has {
			require.Contains(t, said.text, part, name)
		}
		for _, secret := range w.secrets.find(said.text) {
			at := strings.Index(said.text, secret)
			t.Errorf("%s tell %q: %s", name, secret, said.text[max(at-200, 0):min(at+100, len(said.text))])
		}
	}
	require.NotEmpty(t, w.secrets.find("x"+secretText+"x"+hex.EncodeToString([]byte(secretKey))))
	require.Greater(t, w.secrets.size(), 100, "hashes and tokens have been seen")
}

// logins fail.
func (w *witness) logins(srv *aerospiketest.Server, cfg func(user, password string) aerospike.Config) {
	ctx := w.t.Context()
	for _, c := range []aerospike.Config{cfg("app", wrongPassword), cfg("nobody", secretPassword)} {
		_, err := aerospike.Connect(ctx, c)
		w.failed("login", err)
		w.errors = append(w.errors, fmt.Sprintf("%v %+v", c, c))
	}
	own := cfg("", "")
	own.Credentials = func(context.Context) (string, string, error) { return "", "", errors.New(secretReason) }
	w.secretsOfLogs(secretReason)
	_, err := aerospike.Connect(ctx, own)
	require.ErrorIs(w.t, err, aerospike.ErrCredentials) // its text has that of the program, as documented
	for _, text := range []string{
		"aerospike://app:" + secretPassword + "@127.0.0.1:1/test?colour=blue", "aerospike://app:" + secretPassword + "@/test",
		"aerospike://app:" + secretPassword + "@:x", "aerospike://app:" + secretPassword, "aerospike://app:" + secretPassword + "/test", "http://app:" + secretPassword + "@h", "aerospike://app:%zz" + secretPassword + "@h",
	} {
		_, err := aerospike.ParseURL(text)
		w.failed("url", err)
	}
}

// secretsOfLogs adds a secret that only the error given to the program may hold.
func (w *witness) secretsOfLogs(s string) { w.secrets.add([]byte(s)) }

// certificates are refused.
func (w *witness) certificates(authority *aerospiketest.Authority, cfg func(user, password string) aerospike.Config) {
	stranger := aerospiketest.NewAuthority(w.t)
	issued := stranger.Issue(aerospiketest.Certificate{Name: "app"})
	public, private, err := aerospiketest.PEM(issued)
	require.NoError(w.t, err)
	for _, line := range strings.Split(string(private), "\n") {
		if !strings.HasPrefix(line, "---") {
			w.secrets.add([]byte(line))
		}
	}
	dir := w.t.TempDir()
	files := aerospike.TLSFiles{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	for _, cut := range []int{0, 40} { // whole, then damaged
		require.NoError(w.t, os.WriteFile(files.Cert, public, 0o600))
		require.NoError(w.t, os.WriteFile(files.Key, private[:len(private)-cut], 0o600))
		c := cfg("app", secretPassword)
		source, err := files.Source()
		if err == nil {
			c.TLS, c.TLSSource = nil, source
			_, err = aerospike.Connect(w.t.Context(), c)
		}
		w.failed("certificate", err)
	}
	c := cfg("app", secretPassword)
	c.TLS = &tls.Config{RootCAs: stranger.Pool(), Certificates: []tls.Certificate{authority.Issue(aerospiketest.Certificate{Name: "app"})}}
	_, err = aerospike.Connect(w.t.Context(), c)
	w.failed("authority", err)
}

// calls about one record fail in every way.
func (w *witness) calls(srv *aerospiketest.Server, c *aerospike.Client) {
	ctx := w.t.Context()
	card := aerospike.Bins{"card": secretText, "n": secretNumber}
	key, number := aerospike.NewKey("test", "users", secretKey), aerospike.NewKey("test", "users", secretNumber)
	digest := key.Digest()
	w.secrets.add(digest[:])
	require.NoError(w.t, c.Put(ctx, key, card, aerospike.SendKey(true)))
	require.NoError(w.t, c.Put(ctx, number, card, aerospike.SendKey(true)))
	task, err := c.PutUDF(ctx, "spite.lua", []byte(spiteful))
	require.NoError(w.t, err)
	require.NoError(w.t, task.Wait(ctx))
	fails := func(what string, err error) { w.t.Helper(); w.failed(what, err) }

	_, err = c.Get(ctx, aerospike.NewKey("test", "users", secretKey+"x"))
	fails("get", err)
	fails("create", c.Put(ctx, key, card, aerospike.CreateOnly))
	fails("generation", c.Put(ctx, key, card, aerospike.IfGeneration(77)))
	fails("filter", c.Put(ctx, key, card, aerospike.Filter(expr.Eq(expr.StringBin("card"), expr.String(secretText+"?")))))
	fails("add", c.Add(ctx, key, aerospike.Bins{"card": secretNumber}))
	fails("append", c.Append(ctx, key, aerospike.Bins{"n": secretText}))
	fails("bad operand", c.Add(ctx, key, aerospike.Bins{"n": secretText}))
	fails("bad value", c.Put(ctx, key, aerospike.Bins{"card": func() string { return secretText }}))
	fails("bad namespace", c.Put(ctx, aerospike.NewKey("nowhere", "users", secretKey), card))
	_, err = c.Operate(ctx, key, []aerospike.Op{aerospike.Write("card", secretText), aerospike.Add("card", 1)})
	fails("operate", err)
	_, err = aerospike.GetAs[struct {
		Card int `as:"card"`
	}](ctx, c, key)
	fails("decode", err)
	byCard := aerospike.Bins{"cards": map[string]any{secretText: func() {}}}
	fails("bad value of a map", c.Put(ctx, key, byCard))
	require.NoError(w.t, c.Put(ctx, key, aerospike.Bins{"cards": map[any]any{secretText: "x", secretNumber: "y"}}))
	_, err = aerospike.GetAs[struct {
		Cards map[any]int `as:"cards"`
	}](ctx, c, key)
	fails("decode a map", err)
	_, err = c.Apply(ctx, key, "spite", "stumble", []any{secretText})
	fails("apply", err)
	_, err = c.Apply(ctx, key, "spite", "quote", []any{secretNumber})
	require.ErrorContains(w.t, err, secretText) // the program's own function says so, and the program is told
	cancelled, cancel := context.WithCancelCause(ctx)
	cancel(errors.New(secretReason))
	_, err = c.Get(cancelled, key)
	require.ErrorIs(w.t, err, context.Canceled)

	srv.Inject(aerospiketest.CutReply(5), 1, aerospiketest.Writes())
	fails("in doubt", c.Put(ctx, key, card))
	srv.Inject(aerospiketest.Answer(aerospike.ResultDeviceOverload), 2, aerospiketest.Reads())
	_, err = c.Get(ctx, key)
	require.NoError(w.t, err)
	srv.Inject(aerospiketest.Mute(), 1, aerospiketest.Writes())
	fails("timeout", c.Put(ctx, key, card, aerospike.Timeout(50*time.Millisecond)))
	srv.Inject(aerospiketest.Garbage([]byte(secretText+secretText)), 1, aerospiketest.Writes())
	fails("garbage", c.Put(ctx, key, card))
}

// streams fail: batches and queries.
func (w *witness) streams(srv *aerospiketest.Server, c *aerospike.Client) {
	ctx := w.t.Context()
	key := aerospike.NewKey("test", "users", secretKey)
	rows := []batch.Op{
		batch.Put(key, aerospike.Bins{"card": secretText}).With(aerospike.CreateOnly),
		batch.Operate(aerospike.NewKey("test", "users", secretNumber), aerospike.Write("n", secretText), aerospike.Add("n", 1)),
		batch.Apply(key, "spite", "quote", secretNumber),
		batch.Get(aerospike.NewKey("test", "users", secretKey+"y")),
		batch.Delete(aerospike.NewKey("nowhere", "users", secretKey)),
	}
	res, err := c.Batch(ctx, rows).Collect()
	require.NoError(w.t, err)
	for i := range res {
		if i != 2 && res[i].Err != nil {
			w.failed("row", res[i].Err)
		}
	}
	srv.Inject(aerospiketest.CutReply(9), 2, aerospiketest.Writes())
	res, err = c.BatchPut(ctx, []aerospike.Key{key, aerospike.NewKey("test", "users", secretNumber)},
		[]aerospike.Bins{{"card": secretText}, {"card": secretText}}).Collect()
	for i := range res {
		if res[i].Err != nil {
			w.failed("row", res[i].Err)
		}
	}
	if err != nil {
		w.failed("batch", err)
	}
	_, err = c.Query(ctx, query.New("test", "users").Where(query.Equals("card", secretText))).Results()
	w.failed("query without an index", err)
	_, err = c.Query(ctx, query.New("nowhere", "users")).Results()
	w.failed("query of nothing", err)
	_, err = c.ExecuteUDF(ctx, query.New("nowhere", "users"), "spite", "quote", []any{secretText})
	w.failed("background", err)
}

// administration fails, and logins are taken away under a client's hands.
func (w *witness) administration(srv *aerospiketest.Server, boss, guest, app *aerospike.Client, late aerospike.Config) {
	ctx := w.t.Context()
	key := aerospike.NewKey("test", "users", secretKey)
	w.failed("role", guest.Put(ctx, key, aerospike.Bins{"card": secretText}))
	_, err := guest.BatchDelete(ctx, []aerospike.Key{key}).Collect()
	if err != nil {
		w.failed("role of a batch", err)
	}
	w.failed("user exists", boss.CreateUser(ctx, "app", nextPassword))
	w.failed("role unknown", boss.CreateUser(ctx, "new", nextPassword, "none"))
	w.failed("guest changes", guest.ChangePassword(ctx, "app", nextPassword))
	w.failed("password", boss.ChangePassword(ctx, "nobody", nextPassword))
	_, err = boss.Roles(ctx)
	require.NoError(w.t, err)
	require.NoError(w.t, app.ChangePassword(ctx, "app", nextPassword))
	srv.ExpireSessions()
	require.NoError(w.t, app.Put(ctx, key, aerospike.Bins{"card": secretText}))
	require.NoError(w.t, srv.ExpirePassword("app"))
	_, err = aerospike.Connect(ctx, late)
	w.failed("expired", err)
	require.NoError(w.t, srv.DropUser("guest"))
	require.Eventually(w.t, func() bool {
		_, err := guest.Get(ctx, key)
		if err != nil {
			w.failed("dropped", err)
		}
		return err != nil
	}, 10*time.Second, 10*time.Millisecond)
}
