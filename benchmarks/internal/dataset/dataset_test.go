package dataset

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLargeRecordsAreFewer(t *testing.T) {
	for _, c := range []struct{ size, records, want int }{
		{0, 100_000, 100_000},
		{100, 100_000, 100_000},
		{1_000_000, 100_000, 67},
		{1_000_000, 5, 5},
		{1 << 30, 100_000, 16},
	} {
		d := New(c.size, c.records)
		require.Equal(t, c.want, d.Records, "size %d", c.size)
		if c.size <= 1_000_000 {
			require.Len(t, d.Blob(), c.size)
		}
	}
}

func TestSizesHaveSetsOfTheirOwn(t *testing.T) {
	require.NotEqual(t, New(0, 1).Set(), New(100, 1).Set())
	require.NotEqual(t, New(10, 1).Set(), New(100, 1).Set())
}

func TestPersonsDifferInTheBinThatIsChecked(t *testing.T) {
	scores := map[int64]bool{}
	for _, p := range Persons() {
		scores[p.Score] = true
	}
	require.Len(t, scores, persons)
}

func TestSetsThatAreReadAsAWholeAreApart(t *testing.T) {
	sets := map[string]bool{}
	for _, d := range []Dataset{New(0, 10), NewSet(Many, 10), NewSet(Many, 100), NewSet(Indexed, 10)} {
		require.False(t, sets[d.Set()], d.Set())
		sets[d.Set()] = true
	}
	require.Empty(t, New(0, 10).Indexes())
	require.Len(t, NewSet(Many, 10).Indexes(), 1)
	require.Len(t, NewSet(Indexed, 10).Indexes(), 2)
}

func TestAgeFollowsFromScore(t *testing.T) {
	for _, p := range Persons() {
		require.Equal(t, p.Age, p.Score/ScoreStep%Ages)
	}
}
