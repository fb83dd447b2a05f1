package metrics

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// lived returns the metrics of a client to which everything has happened that is measured.
func lived(t testing.TB) *Metrics {
	srv := aerospiketest.Start(t)
	c, m := measured(t, srv, Options{Stages: true}, func(cfg *aerospike.Config) {
		cfg.Limits.MaxCalls, cfg.TendInterval = 100, 100*time.Millisecond
	})
	m.Watch(c)
	ctx := t.Context()
	key := aerospike.NewKey("test", "users", "alice")
	require.NoError(t, c.Put(ctx, key, aerospike.Bins{"n": 1}))
	_, err := c.Get(ctx, key)
	require.NoError(t, err)
	_, err = c.Batch(ctx, []batch.Op{batch.Get(key), batch.Get(aerospike.NewKey("test", "users", 2)), batch.Delete(aerospike.NewKey("test", "users", 3))}).Collect()
	require.NoError(t, err)
	_, err = c.Scan(ctx, "test", "users").Results()
	require.NoError(t, err)
	waitForTheLimit(t, c, key)
	srv.Inject(aerospiketest.Answer(aerospike.ResultDeviceOverload), 1, aerospiketest.Reads())
	_, err = c.Get(ctx, key)
	require.NoError(t, err)
	srv.Inject(aerospiketest.CutReply(0), 1, aerospiketest.Writes())
	require.True(t, aerospike.InDoubt(c.Put(ctx, key, aerospike.Bins{"n": 1})))
	text := func() string {
		text, err := Text(m)
		require.NoError(t, err)
		return text
	}
	require.Contains(t, text(), `node_available{node_address="`+srv.Addr()+`"} 1`)
	srv.Node(0).Stop()
	require.Eventually(t, func() bool {
		return strings.Contains(text(), "aerospike_client_connections_failed_total")
	}, 10*time.Second, 10*time.Millisecond)
	return m
}

// sampleNames returns the series that an expression may name: a metric, or a part of a histogram.
func sampleNames(f *dto.MetricFamily) []string {
	if f.GetType() == dto.MetricType_HISTOGRAM {
		return []string{f.GetName() + "_bucket", f.GetName() + "_sum", f.GetName() + "_count"}
	}
	return []string{f.GetName()}
}

// checker knows what there is.
type checker struct {
	labels map[string][]string // by sample
	used   map[string]bool     // families
	family map[string]string   // by sample
}

func newChecker(t testing.TB, m *Metrics) *checker {
	c := &checker{labels: map[string][]string{}, used: map[string]bool{}, family: map[string]string{}}
	for name, f := range families(t, m) {
		for _, sample := range sampleNames(f) {
			c.labels[sample] = append(labelsOf(f), "job", "instance") // those of the scraper
			if strings.HasSuffix(sample, "_bucket") {
				c.labels[sample] = append(c.labels[sample], "le")
			}
			c.family[sample] = name
		}
	}
	return c
}

// check requires that an expression names only what there is.
func (c *checker) check(t testing.TB, where, expr string) {
	found, err := parseProm(expr)
	require.NoError(t, err, "%s: %s", where, expr)
	require.NotEmpty(t, found.metrics, where)
	var labels []string
	for _, name := range found.metrics {
		require.NotNil(t, c.labels[name], "%s: there is no metric %s", where, name)
		labels = append(labels, c.labels[name]...)
		c.used[c.family[name]] = true
	}
	for _, name := range found.labels {
		require.Contains(t, labels, name, "%s: the metrics have no such label: %s", where, expr)
	}
}

var placeholders = regexp.MustCompile(`\{\{\s*\$?(?:labels\.)?(\w+)`)

func TestWhatTheDashboardShowsExists(t *testing.T) {
	text, err := os.ReadFile("dashboard/aerospike-client.json")
	require.NoError(t, err)
	var board struct {
		UID, Title string
		Panels     []struct {
			ID          int
			Type, Title string
			GridPos     struct{ H, W, X, Y int }
			Targets     []struct{ Expr, LegendFormat, RefID string }
			Datasource  struct{ UID string }
			FieldConfig struct{ Defaults struct{ Unit string } }
			Options     map[string]any
			Description string
			Collapsed   bool
		}
		Templating struct {
			List []struct {
				Name, Type string
				Query      any
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &board))
	require.NotEmpty(t, board.UID)
	c := newChecker(t, lived(t))
	variables := map[string]bool{"__rate_interval": true}
	for _, v := range board.Templating.List {
		variables[v.Name] = true
		if q, ok := v.Query.(map[string]any); ok {
			inner := regexp.MustCompile(`^label_values\((.*), (\w+)\)$`).FindStringSubmatch(q["query"].(string))
			require.NotNil(t, inner, v.Name)
			c.check(t, v.Name, inner[1])
			found, _ := parseProm(inner[1])
			require.Contains(t, c.labels[found.metrics[0]], inner[2], v.Name)
		}
	}
	ids := map[int]bool{}
	for _, p := range board.Panels {
		require.False(t, ids[p.ID], "two panels have the id %d", p.ID)
		ids[p.ID] = true
		require.LessOrEqual(t, p.GridPos.X+p.GridPos.W, 24, p.Title)
		if p.Type == "row" {
			continue
		}
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			for _, v := range regexp.MustCompile(`\$\{?(\w+)`).FindAllStringSubmatch(target.Expr, -1) {
				require.True(t, variables[v[1]], "%s: variable %s", p.Title, v[1])
			}
			c.check(t, p.Title, target.Expr)
			found, _ := parseProm(target.Expr)
			for _, l := range placeholders.FindAllStringSubmatch(target.LegendFormat, -1) {
				require.Contains(t, found.labels, l[1], "%s: legend", p.Title)
			}
		}
	}
	for family := range families(t, lived(t)) {
		require.True(t, c.used[family], "no panel shows %s", family)
	}
}

func TestWhatTheAlertsAskForExists(t *testing.T) {
	file, err := os.Open("dashboard/alerts.yaml")
	require.NoError(t, err)
	defer file.Close()
	var rules struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr         string
				For                 string
				Labels, Annotations map[string]string
			}
		}
	}
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	require.NoError(t, decoder.Decode(&rules))
	c := newChecker(t, lived(t))
	seen := map[string]bool{}
	for _, g := range rules.Groups {
		require.NotEmpty(t, g.Name)
		for _, r := range g.Rules {
			require.Regexp(t, `^Aerospike[A-Za-z]+$`, r.Alert)
			require.False(t, seen[r.Alert], r.Alert)
			seen[r.Alert] = true
			c.check(t, r.Alert, r.Expr)
			if r.For != "" {
				_, err := time.ParseDuration(r.For)
				require.NoError(t, err, r.Alert)
			}
			require.Contains(t, []string{"critical", "warning"}, r.Labels["severity"], r.Alert)
			require.NotEmpty(t, r.Annotations["description"], r.Alert)
			found, _ := parseProm(r.Expr)
			for _, text := range r.Annotations {
				for _, l := range placeholders.FindAllStringSubmatch(text, -1) {
					require.True(t, l[1] == "value" || slices.Contains(found.labels, l[1]), "%s: %s", r.Alert, l[1])
				}
			}
		}
	}
	require.GreaterOrEqual(t, len(seen), 10)
}

// What promtool says of names, help texts and units.
func TestMetricsPassTheLint(t *testing.T) {
	problems, err := testutil.GatherAndLint(lived(t))
	require.NoError(t, err)
	require.Empty(t, problems)
}

// The table of metrics in the README of the dashboard has each of them, and no other.
func TestTheTableOfMetricsIsComplete(t *testing.T) {
	text, err := os.ReadFile("dashboard/README.md")
	require.NoError(t, err)
	var rows, want []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| `") {
			rows = append(rows, strings.TrimSpace(line))
		}
	}
	for _, f := range families(t, lived(t)) {
		labels := "-"
		if names := labelsOf(f); len(names) > 0 {
			labels = "`" + strings.Join(names, "`, `") + "`"
		}
		want = append(want, fmt.Sprintf("| `%s` | %s | %s | %s |", f.GetName(), strings.ToLower(f.GetType().String()), labels, f.GetHelp()))
	}
	slices.Sort(want)
	require.Equal(t, want, rows, strings.Join(want, "\n"))
}
