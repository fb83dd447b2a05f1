package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func connect(t *testing.T) (*aerospike.Client, *aerospiketest.Server) {
	srv := aerospiketest.Start(t)
	client, err := aerospike.Connect(t.Context(), aerospike.Config{
		Hosts: []string{srv.Addr()}, WritePolicy: aerospike.WritePolicy{Timeout: 10 * time.Second},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client, srv
}

func TestTheSimulationRuns(t *testing.T) {
	for _, name := range []string{"AEROSPIKE_HOST", "AEROSPIKE_NAMESPACE"} {
		t.Setenv(name, "")
	}
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, nil))
	require.Regexp(t, `\n +1\.  player-\d\d\d +\d+`, out.String())
	require.Contains(t, out.String(), "news in the last minute: true")
	require.ErrorContains(t, run(t.Context(), &out, []string{"top", "b"}), "AEROSPIKE_HOST")
}

// TestBoardAgainstAModel submits many scores from many goroutines and compares the board
// with what a map under a lock would have.
func TestBoardAgainstAModel(t *testing.T) {
	client, _ := connect(t)
	b := NewBoard(client, "test", "model")
	const players, games = 40, 25
	best := make([]int64, players)
	g, ctx := errgroup.WithContext(t.Context())
	for p := range players {
		g.Go(func() error { // each player plays one game after the other
			for i := range games {
				score := int64((p*7919+i*104729)%1000*1000 + p) // no two players have the same
				o, err := b.Submit(ctx, playerName(p), score)
				if err != nil {
					return err
				}
				if o.Improved != (i == 0 || score > best[p]) || o.Games != int64(i+1) {
					return fmt.Errorf("player %d, game %d, score %d, best %d: %+v", p, i, score, best[p], o)
				}
				best[p] = max(best[p], score)
				if o.Score != best[p] {
					return fmt.Errorf("player %d has %d, not %+v", p, best[p], o)
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())

	all, err := b.Top(t.Context(), players+5)
	require.NoError(t, err)
	require.Len(t, all, players)
	for i, s := range all {
		require.Equal(t, i+1, s.Place)
		require.Equal(t, best[s.Score%1000], s.Score)
		require.Equal(t, playerName(int(s.Score%1000)), s.Player)
		require.WithinDuration(t, time.Now(), s.At, time.Minute)
		if i > 0 {
			require.Greater(t, all[i-1].Score, s.Score)
		}
	}
	for i := range all {
		around, err := b.Around(t.Context(), all[i].Player, 3)
		require.NoError(t, err)
		require.Equal(t, all[max(i-3, 0):min(i+4, players)], around, "place %d", i+1)
	}
	stats, err := b.Stats(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, players, stats.Listed)
	require.InDelta(t, players, stats.Players, 3)
	require.Len(t, stats.Recent, recent)
}

func playerName(p int) string { return fmt.Sprintf("p%02d", p) }

func TestTheEarlierOfEqualScoresIsAhead(t *testing.T) {
	client, _ := connect(t)
	b := NewBoard(client, "test", "ties")
	at := time.UnixMilli(1_800_000_000_000)
	b.now = func() time.Time { at = at.Add(time.Second); return at }
	for _, p := range []string{"zoe", "adam", "mia"} {
		_, err := b.Submit(t.Context(), p, 50)
		require.NoError(t, err)
	}
	o, err := b.Submit(t.Context(), "zoe", 50)
	require.NoError(t, err)
	require.False(t, o.Improved)
	top, err := b.Top(t.Context(), 3)
	require.NoError(t, err)
	require.Equal(t, []string{"zoe", "adam", "mia"}, []string{top[0].Player, top[1].Player, top[2].Player})
	require.Equal(t, time.UnixMilli(1_800_000_001_000), top[0].At)
}

func TestTheBoardKeepsTheBest(t *testing.T) {
	client, _ := connect(t)
	b := NewBoard(client, "test", "full")
	b.keep = 80
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(16)
	for p := range b.keep + 50 {
		g.Go(func() error {
			_, err := b.Submit(ctx, fmt.Sprint("player", p), int64(p))
			return err
		})
	}
	require.NoError(t, g.Wait())
	stats, err := b.Stats(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, b.keep, stats.Listed)
	require.InEpsilon(t, b.keep+50, stats.Players, 0.1)
	o, err := b.Submit(t.Context(), "late", 1)
	require.NoError(t, err)
	require.Equal(t, Outcome{Standing: Standing{Player: "late", Score: 1}, Improved: true, Games: 1}, o)
	top, err := b.Top(t.Context(), b.keep)
	require.NoError(t, err)
	require.EqualValues(t, 50, top[b.keep-1].Score)
}

func TestABoardThatDoesNotExist(t *testing.T) {
	client, _ := connect(t)
	b := NewBoard(client, "test", "nowhere")
	top, err := b.Top(t.Context(), 3)
	require.NoError(t, err)
	require.Empty(t, top)
	around, err := b.Around(t.Context(), "x", 3)
	require.NoError(t, err)
	require.Empty(t, around)
	stats, err := b.Stats(t.Context())
	require.NoError(t, err)
	require.Zero(t, stats)
	changed, err := b.Changed(t.Context(), time.Hour)
	require.NoError(t, err)
	require.False(t, changed)
	n, err := Players(t.Context(), b, b)
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestNewsAndUnions(t *testing.T) {
	clock := aerospiketest.NewClock(time.Now())
	srv := aerospiketest.Start(t, aerospiketest.WithClock(clock))
	client, err := aerospike.Connect(t.Context(), aerospike.Config{
		Hosts: []string{srv.Addr()}, WritePolicy: aerospike.WritePolicy{Timeout: 10 * time.Second},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	a, b := NewBoard(client, "test", "a"), NewBoard(client, "test", "b")
	for board, names := range map[*Board][]string{a: {"x", "y"}, b: {"y", "z"}} {
		for _, name := range names {
			_, err := board.Submit(t.Context(), name, 1)
			require.NoError(t, err)
		}
	}
	n, err := Players(t.Context(), a, b, NewBoard(client, "test", "nobody's"))
	require.NoError(t, err)
	require.EqualValues(t, 3, n)

	changed, err := a.Changed(t.Context(), time.Minute)
	require.NoError(t, err)
	require.True(t, changed)
	clock.Advance(2 * time.Minute)
	changed, err = a.Changed(t.Context(), time.Minute)
	require.NoError(t, err)
	require.False(t, changed)
}

func TestCommands(t *testing.T) {
	client, _ := connect(t)
	var out strings.Builder
	a := &app{out: &out, client: client, namespace: "test"}
	do := func(line string) (string, error) {
		out.Reset()
		err := a.do(t.Context(), strings.Fields(line))
		return out.String(), err
	}
	for _, step := range [][2]string{
		{"top b", "nobody\n"},
		{"submit b ann 10", "ann has a new best of 10: place 1\n"},
		{"submit b bob 20", "bob has a new best of 20: place 1\n"},
		{"submit b ann 5", "ann stays at 10: place 2, 2 games\n"},
		{"stats b", "about 2 players, 2 on the board; last games: ann 5, bob 20, ann 10, …\n"},
		{"players b c", "about 2 different players\n"},
	} {
		got, err := do(step[0])
		require.NoError(t, err, step[0])
		require.Equal(t, step[1], got, step[0])
	}
	top, err := do("top b 1")
	require.NoError(t, err)
	require.Regexp(t, `^ *1\.  bob  20  \d\d:\d\d:\d\d`, top)
	around, err := do("around b ann 5")
	require.NoError(t, err)
	require.Regexp(t, `bob .*\n.* ann .* ←`, around)
	for _, bad := range []string{"top", "submit b x", "submit b x 1.5", "top b 0", "around b", "sing b", "top b 99999"} {
		_, err := do(bad)
		require.Error(t, err, bad)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, a.do(ctx, []string{"submit", "b", "ann", "1"}), context.Canceled)
}
