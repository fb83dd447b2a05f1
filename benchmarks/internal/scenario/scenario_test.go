package scenario

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCasesHaveNamesOfTheirOwn(t *testing.T) {
	for _, scale := range []Scale{Full(), Quick()} {
		sections := append(Sections(scale, time.Millisecond), CeilingSection(scale))
		sections = append(sections, Bulk(scale, 100_000)...)
		var keys []string
		for _, s := range sections {
			keys = append(keys, s.Key)
			names := map[string]bool{}
			for _, c := range s.Cases {
				require.False(t, names[c.Name], "%s: %s twice", s.Key, c.Name)
				names[c.Name] = true
				require.NotEmpty(t, c.Drivers)
				require.Positive(t, c.Goroutines)
			}
			require.NotEmpty(t, names, s.Key)
		}
		require.Equal(t, Keys(), keys)
	}
}

// A case that needs the outcome of another one comes after it.
func TestBaseComesFirst(t *testing.T) {
	for _, s := range Sections(Full(), time.Millisecond) {
		seen := map[string]bool{"": true}
		for _, c := range s.Cases {
			require.True(t, seen[c.Base], "%s before %s", c.Name, c.Base)
			require.Equal(t, c.BriefPercent > 0, c.Base != "")
			seen[c.Name] = true
		}
	}
}
