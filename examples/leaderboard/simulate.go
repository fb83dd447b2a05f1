package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// The simulated evening: players submit their scores from several processes at once.
const (
	simPlayers = 300
	simGames   = 2000
	simWorkers = 64
)

// simulate plays on two boards and shows what they have.
func (a *app) simulate(ctx context.Context) error {
	night := time.Now().Format("2006-01-02T15:04:05")
	arena, race := a.board("arena/"+night), a.board("race/"+night)
	begin := time.Now()
	improved, err := play(ctx, arena, race)
	if err != nil {
		return err
	}
	took := time.Since(begin)
	fmt.Fprintf(a.out, "%d games by %d players, %d at a time: %d best scores, %.0f games/s\n",
		simGames, simPlayers, simWorkers, improved, simGames/took.Seconds())

	fmt.Fprintln(a.out, "\nThe arena's best")
	top, err := arena.Top(ctx, 5)
	if err := a.show(top, "", err); err != nil {
		return err
	}
	fmt.Fprintln(a.out, "\nAround player-042")
	around, err := arena.Around(ctx, "player-042", 2)
	if err := a.show(around, "player-042", err); err != nil {
		return err
	}
	fmt.Fprintln(a.out)
	if err := a.stats(ctx, arena); err != nil {
		return err
	}
	if err := a.players(ctx, []*Board{arena, race}); err != nil {
		return err
	}
	changed, err := arena.Changed(ctx, time.Minute)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "news in the last minute: %v\n", changed)
	return err
}

// play submits the scores of the evening and returns how many were somebody's best. The
// last third of the players races only.
func play(ctx context.Context, arena, race *Board) (improved int64, err error) {
	var best atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(simWorkers)
	for range simGames {
		player := rand.IntN(simPlayers)
		board := arena
		if player >= simPlayers*2/3 || rand.IntN(4) == 0 {
			board = race
		}
		score := int64(rand.ExpFloat64() * 1000)
		g.Go(func() error {
			o, err := board.Submit(ctx, fmt.Sprintf("player-%03d", player), score)
			if err == nil && o.Improved {
				best.Add(1)
			}
			return err
		})
	}
	err = g.Wait()
	return best.Load(), err
}
