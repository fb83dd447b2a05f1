package posix_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/posix"
)

func always(int) bool { return true }

// TestMatchesLikeTheRealServer repeats what a real server answered, which hands its
// expressions to the GNU C library.
func TestMatchesLikeTheRealServer(t *testing.T) {
	data, err := os.ReadFile("testdata/recorded.txt")
	require.NoError(t, err)
	var texts []string
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if line[0] == '#' {
			continue
		}
		kind, rest, _ := strings.Cut(line, "|")
		last := strings.LastIndexByte(rest, '|')
		if kind == "text" {
			text, err := strconv.Unquote(rest)
			require.NoError(t, err, line)
			texts = append(texts, text)
			continue
		}
		flags, err := strconv.Atoi(kind)
		require.NoError(t, err, line)
		pattern, err := strconv.Unquote(rest[:last])
		require.NoError(t, err, line)
		got := ""
		re, err := posix.Compile([]byte(pattern), flags)
		for _, text := range texts {
			if err != nil {
				got = "refused"
				break
			}
			matched, done := re.Match([]byte(text), always)
			require.True(t, done, line)
			if matched {
				got += "1"
			} else {
				got += "0"
			}
		}
		require.Equal(t, rest[last+1:], got, line)
	}
	require.NotEmpty(t, texts)
}

func TestTextAndPatternEndAtTheFirstNUL(t *testing.T) {
	re, err := posix.Compile([]byte("a$\x00b"), posix.Extended)
	require.NoError(t, err)
	matched, _ := re.Match([]byte("xa\x00b"), always)
	require.True(t, matched)
}

func TestMatchStopsWhenToldTo(t *testing.T) {
	for _, pattern := range []string{"(a|b)*c", "(a*)*\\1c"} {
		re, err := posix.Compile([]byte(pattern), posix.Extended)
		require.NoError(t, err)
		left := 10_000
		matched, done := re.Match([]byte(strings.Repeat("a", 1_000_000)), func(n int) bool {
			left -= n
			return left > 0
		})
		require.False(t, matched)
		require.False(t, done, pattern)
	}
}

func TestRefusesWhatGrowsTooBig(t *testing.T) {
	for _, pattern := range []string{
		"(a{1000}){1000}",
		"((((((){32767}){32767}){32767}){32767}){32767})",
		"((((((a{99}){99}){99}){99}){99}){99})",
		strings.Repeat("(", 2000) + strings.Repeat(")", 2000),
	} {
		_, err := posix.Compile([]byte(pattern), posix.Extended)
		require.Error(t, err)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add([]byte("^(a|b)*[[:alpha:]x-z]{2,3}\\1$"), []byte("abxx"), 7)
	f.Add([]byte("\\(l\\)\\{2\\}[^]a-]"), []byte("hello"), 0)
	f.Fuzz(func(t *testing.T, pattern, text []byte, flags int) {
		re, err := posix.Compile(pattern, flags)
		if err != nil {
			return
		}
		left := 100_000
		re.Match(text, func(n int) bool {
			left -= n
			return left > 0
		})
	})
}
