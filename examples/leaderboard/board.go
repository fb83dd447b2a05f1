package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
)

// The bins of a board's record.
const (
	scoresBin  = "scores"  // map: player → [best score, minus the time of it]
	gamesBin   = "games"   // map: player → games played
	historyBin = "history" // list: the last games, newest first, as [player, score]
	playersBin = "players" // HyperLogLog of everybody who ever played
)

// Limits of a board.
const (
	// keep is how many players stay on the board; it bounds the record's size. The
	// HyperLogLog counts those who fell off it, too.
	keep = 1000
	// recent is how many games the history has.
	recent = 10
	// precision of the count of players: 12 index bits err by 1.6 %.
	precision = 12
)

// Board is a leaderboard: one record. Everything that has to happen together happens in
// one call on the server, so any number of processes can use a board at the same time
// without locks and without reading before they write.
type Board struct {
	client *aerospike.Client
	key    aerospike.Key
	keep   int // keep, fewer in tests
	now    func() time.Time
}

// NewBoard returns the board of that name. It is created by the first score.
func NewBoard(client *aerospike.Client, namespace, name string) *Board {
	return &Board{client: client, key: aerospike.NewKey(namespace, "leaderboards", name), keep: keep, now: time.Now}
}

// Standing is a player's place on the board.
type Standing struct {
	Place  int // from 1
	Player string
	Score  int64
	At     time.Time // when the score was reached, to the millisecond
}

// Outcome is what a submitted score led to.
type Outcome struct {
	Standing
	Improved bool // it is the player's best
	Games    int64
}

// entry is a score as it is stored. Ranks compare lists element by element, so of two
// equal scores the one that was reached earlier, whose second element is greater, is
// ahead.
func entry(score int64, at time.Time) []any { return []any{score, -at.UnixMilli()} }

// Submit records a game. The player's best score counts.
func (b *Board) Submit(ctx context.Context, player string, score int64) (Outcome, error) {
	scores := cdt.Map(scoresBin).KeyValueOrdered()
	history := cdt.List(historyBin)

	// On the server, in the same call: is this the player's best?
	stored := expr.Map(expr.MapBin(scoresBin))
	best := expr.Def("best", expr.Or(
		expr.Not(stored.ByKey(player).Exists()),
		expr.Lt(expr.List(expr.MapBin(scoresBin), cdt.MapKey(player)).ByIndex(0).Int(), expr.Int(score)),
	))
	write := expr.Let(
		expr.When(best.Get(), stored.Put(player, entry(score, b.now()))).Else(expr.MapBin(scoresBin)),
		best)

	rec, err := b.client.Operate(ctx, b.key, []aerospike.Op{
		scores.Create(aerospike.KeyValueOrdered),
		expr.Read("improved", expr.Let(best.Get(), best)),
		expr.Write(scoresBin, write),
		scores.RemoveByRankRange(-b.keep, b.keep, cdt.Nothing.Inverted()),
		scores.GetByKey(player, cdt.ReverseRanks),
		scores.GetByKey(player, cdt.Values),
		cdt.Map(gamesBin).Increment(player, 1),
		history.Insert(0, []any{player, score}),
		history.Trim(0, recent),
		cdt.HLL(playersBin).Bits(precision, 0).Add([]string{player}),
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("submitting a score: %w", err)
	}
	return outcome(rec.Ops, player, score)
}

// outcome reads the results of the operations of Submit.
func outcome(results []aerospike.Value, player string, score int64) (Outcome, error) {
	const improved, place, value, games = 1, 4, 5, 6 // where they stand
	out := Outcome{Standing: Standing{Player: player, Score: score}}
	var err, badPlace, badGames, badScore error
	out.Improved, err = results[improved].AsBool()
	out.Games, badGames = results[games].AsInt()
	if !results[value].IsNil() { // else the player is not among those who are kept
		var rank int64
		rank, badPlace = results[place].AsInt()
		out.Place = int(rank) + 1
		out.Score, out.At, badScore = parseEntry(results[value])
	}
	return out, errors.Join(err, badGames, badPlace, badScore)
}

// Top returns the first n players, the best first.
func (b *Board) Top(ctx context.Context, n int) ([]Standing, error) {
	rec, err := b.read(ctx, cdt.Map(scoresBin).GetByRankRange(-n, n, cdt.KeyValues))
	if err != nil || rec == nil {
		return nil, err
	}
	return standings(rec.Ops[0], 0)
}

// Around returns a player and up to n players before and behind, the best first. It
// returns none if the player is not on the board.
func (b *Board) Around(ctx context.Context, player string, n int) ([]Standing, error) {
	// The range depends on the rank, and both have to be of the same moment: so the
	// server computes it.
	scores := expr.Map(expr.MapBin(scoresBin))
	rank := expr.Def("rank", scores.ByKey(player).Rank())
	low := expr.Def("low", expr.Max(expr.Sub(rank.Get(), expr.Int(int64(n))), expr.Int(0)))
	count := expr.Add(expr.Sub(rank.Get(), low.Get()), expr.Int(int64(n)+1))
	around := scores.ByRankRange(low.Get(), count)

	rec, err := b.read(ctx,
		cdt.Map(scoresBin).GetByKey(player, cdt.Ranks),
		cdt.Map(scoresBin).Size(),
		expr.Read("around", expr.Let(around.Pairs(), rank, low), expr.EvalNoFail))
	if err != nil || rec == nil {
		return nil, err
	}
	at, err := rec.Ops[0].AsInt()
	if err != nil || at < 0 {
		return nil, err
	}
	size, err := rec.Ops[1].AsInt()
	if err != nil {
		return nil, err
	}
	highest := min(at+int64(n), size-1)
	return standings(rec.Ops[2], int(size-1-highest))
}

// Stats are figures of a board.
type Stats struct {
	Players int64 // who ever played, estimated
	Listed  int64 // who are on the board
	Recent  []Game
}

// Game is one submitted score.
type Game struct {
	Player string
	Score  int64
}

// Stats returns the board's figures and its last games, the newest first.
func (b *Board) Stats(ctx context.Context) (Stats, error) {
	rec, err := b.read(ctx,
		cdt.HLL(playersBin).Count(),
		cdt.Map(scoresBin).Size(),
		cdt.List(historyBin).GetRange(0, recent))
	if err != nil || rec == nil {
		return Stats{}, err
	}
	var s Stats
	var badSize, badList error
	s.Players, err = rec.Ops[0].AsInt()
	s.Listed, badSize = rec.Ops[1].AsInt()
	games, badList := rec.Ops[2].AsList()
	if err := errors.Join(err, badSize, badList); err != nil {
		return Stats{}, err
	}
	for _, g := range games {
		pair, err := g.AsList()
		if err != nil || len(pair) != 2 {
			return Stats{}, fmt.Errorf("the history has %v where a game should be", g)
		}
		player, err := pair[0].AsString()
		score, badScore := pair[1].AsInt()
		if err := errors.Join(err, badScore); err != nil {
			return Stats{}, err
		}
		s.Recent = append(s.Recent, Game{player, score})
	}
	return s, nil
}

// Changed reports whether a score has been submitted in the last d, without fetching
// anything: for those who show the board and ask again and again.
func (b *Board) Changed(ctx context.Context, d time.Duration) (bool, error) {
	_, err := b.client.Get(ctx, b.key, aerospike.HeaderOnly(),
		aerospike.Filter(expr.Lt(expr.SinceUpdate(), expr.Int(d.Milliseconds()))))
	switch {
	case errors.Is(err, aerospike.ErrFilteredOut), errors.Is(err, aerospike.ErrRecordNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("looking for news: %w", err)
	}
	return true, nil
}

// Players estimates how many different people played on any of the boards.
func Players(ctx context.Context, boards ...*Board) (int64, error) {
	if len(boards) == 0 {
		return 0, nil
	}
	var others []aerospike.HLL
	for _, b := range boards[1:] {
		rec, err := b.read(ctx, aerospike.Read(playersBin))
		if err != nil {
			return 0, err
		}
		if rec == nil || rec.Ops[0].IsNil() {
			continue
		}
		sketch, err := rec.Ops[0].AsBytes()
		if err != nil {
			return 0, err
		}
		others = append(others, sketch)
	}
	count := cdt.HLL(playersBin).Count()
	if len(others) > 0 {
		count = cdt.HLL(playersBin).UnionCount(others...)
	}
	rec, err := boards[0].read(ctx, count)
	if err != nil || rec == nil {
		return 0, err
	}
	return rec.Ops[0].AsInt()
}

// read does operations that only read; the record is nil if nobody has played yet.
func (b *Board) read(ctx context.Context, ops ...aerospike.Op) (*aerospike.Record, error) {
	rec, err := b.client.Operate(ctx, b.key, ops)
	if errors.Is(err, aerospike.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the board: %w", err)
	}
	return rec, nil
}

// standings turns pairs in ascending order into standings, the best first, of which the
// first has ahead players before it.
func standings(pairs aerospike.Value, ahead int) ([]Standing, error) {
	entries, err := pairs.AsMap()
	if err != nil {
		return nil, err
	}
	list := make([]Standing, 0, len(entries))
	for i, e := range slices.Backward(entries) {
		s := Standing{Place: ahead + len(entries) - i}
		var badKey, badValue error
		s.Player, badKey = e.Key.AsString()
		s.Score, s.At, badValue = parseEntry(e.Value)
		if err := errors.Join(badKey, badValue); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// parseEntry is the reverse of entry.
func parseEntry(v aerospike.Value) (score int64, at time.Time, err error) {
	pair, err := v.AsList()
	if err != nil || len(pair) != 2 {
		return 0, at, fmt.Errorf("the board has %v where a score and its time should be", v)
	}
	score, err = pair[0].AsInt()
	millis, badTime := pair[1].AsInt()
	return score, time.UnixMilli(-millis), errors.Join(err, badTime)
}
