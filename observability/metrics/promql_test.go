package metrics

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// names is what a PromQL expression names.
type names struct {
	metrics []string
	labels  []string // in matchers, and in lists after by, on and their kin
}

// The tokens of PromQL that matter here; durations are numbers with letters.
var promTokens = regexp.MustCompile(`\s+|"(?:[^"\\]|\\.)*"|\$\{?\w+\}?|[a-zA-Z_:][\w:]*|[0-9][\w.]*|=~|!~|!=|==|>=|<=|[-+*/%^(){}\[\],=<>:@]`)

var (
	labelLists = []string{"by", "without", "on", "ignoring", "group_left", "group_right"}
	keywords   = []string{"and", "or", "unless", "bool", "offset", "inf", "nan", "atan2"}
	functions  = []string{"rate", "increase", "sum", "min", "max", "count", "avg", "topk", "histogram_quantile", "vector", "clamp_min"}
)

// parseProm finds the names in an expression. It fails on what is not PromQL as far as it
// can see: characters that are none, brackets that do not match, functions unknown.
func parseProm(expr string) (*names, error) {
	var tokens []string
	for rest := expr; rest != ""; {
		at := promTokens.FindStringIndex(rest)
		if at == nil || at[0] != 0 {
			return nil, fmt.Errorf("what is %q?", rest)
		}
		if token := strings.TrimSpace(rest[:at[1]]); token != "" {
			tokens = append(tokens, token)
		}
		rest = rest[at[1]:]
	}
	p := &promParser{tokens: tokens}
	return &p.found, p.run()
}

type promParser struct {
	tokens []string
	found  names
	open   []string // brackets, by what is in them: "(", "{", "[" or "by(" for a list of labels
}

var closers = map[string]string{")": "(", "}": "{", "]": "["}

func (p *promParser) run() error {
	for i, token := range p.tokens {
		next := ""
		if i+1 < len(p.tokens) {
			next = p.tokens[i+1]
		}
		switch {
		case token == "(" && i > 0 && slices.Contains(labelLists, p.tokens[i-1]):
			p.open = append(p.open, "by(")
		case token == "(" || token == "{" || token == "[":
			p.open = append(p.open, token)
		case closers[token] != "":
			if strings.TrimPrefix(p.inside(), "by") != closers[token] {
				return fmt.Errorf("%q closes %q", token, p.inside())
			}
			p.open = p.open[:len(p.open)-1]
		case identifier(token):
			if err := p.name(token, next); err != nil {
				return err
			}
		}
	}
	if len(p.open) > 0 {
		return errors.New("brackets are open at the end")
	}
	return nil
}

func (p *promParser) inside() string {
	if len(p.open) == 0 {
		return ""
	}
	return p.open[len(p.open)-1]
}

func identifier(token string) bool {
	return regexp.MustCompile(`^[a-zA-Z_:]`).MatchString(token) && token != ":"
}

func (p *promParser) name(token, next string) error {
	switch inside := p.inside(); {
	case inside == "by(":
		p.found.labels = append(p.found.labels, token)
	case inside == "{":
		if !slices.Contains([]string{"=", "!=", "=~", "!~"}, next) {
			return fmt.Errorf("label %q is not compared", token)
		}
		p.found.labels = append(p.found.labels, token)
	case inside == "[", slices.Contains(keywords, token), slices.Contains(labelLists, token):
	case next == "(" || slices.Contains(labelLists, next):
		if !slices.Contains(functions, token) {
			return fmt.Errorf("function %q", token)
		}
	default:
		p.found.metrics = append(p.found.metrics, token)
	}
	return nil
}

func TestNamesInExpressionsAreFound(t *testing.T) {
	for _, test := range []struct {
		expr            string
		metrics, labels []string
	}{
		{`up`, []string{"up"}, nil},
		{`sum by (job) (rate(a_total{x="y", z=~"by (b)"}[5m])) / sum(b) > 0.5`, []string{"a_total", "b"}, []string{"job", "x", "z"}},
		{`sum(rate(a{x!=""}[$__rate_interval])) by (x, y)`, []string{"a"}, []string{"x", "x", "y"}},
		{`a and on (job) b == 0 or vector(0)`, []string{"a", "b"}, []string{"job"}},
		{`-a offset 5m`, []string{"a"}, nil},
		{`max(job:a:rate5m)`, []string{"job:a:rate5m"}, nil},
	} {
		got, err := parseProm(test.expr)
		require.NoError(t, err, test.expr)
		require.Equal(t, test.metrics, got.metrics, test.expr)
		require.Equal(t, test.labels, got.labels, test.expr)
	}
	for _, wrong := range []string{`sum(a`, `sum(a]`, `a)`, `rat(a[5m])`, `a{x}`, `a ? b`, `a{x="}`} {
		_, err := parseProm(wrong)
		require.Error(t, err, wrong)
	}
}
