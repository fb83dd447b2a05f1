package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// app is the program with its connection.
type app struct {
	out       io.Writer
	client    *aerospike.Client
	namespace string
}

var errUsage = errors.New("usage: leaderboard submit BOARD PLAYER SCORE | top BOARD [N] | around BOARD PLAYER [N] | stats BOARD | players BOARD [BOARD]")

// do executes one command of the command line.
func (a *app) do(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return errUsage
	}
	board, rest := a.board(args[1]), args[2:]
	switch {
	case args[0] == "submit" && len(rest) == 2:
		score, err := strconv.ParseInt(rest[1], 10, 64)
		if err != nil {
			return fmt.Errorf("the score %q is not an integer", rest[1])
		}
		return a.submit(ctx, board, rest[0], score)
	case args[0] == "top" && len(rest) <= 1:
		n, err := number(rest)
		if err != nil {
			return err
		}
		list, err := board.Top(ctx, n)
		return a.show(list, "", err)
	case args[0] == "around" && (len(rest) == 1 || len(rest) == 2):
		n, err := number(rest[1:])
		if err != nil {
			return err
		}
		list, err := board.Around(ctx, rest[0], n)
		return a.show(list, rest[0], err)
	case args[0] == "stats" && len(rest) == 0:
		return a.stats(ctx, board)
	case args[0] == "players":
		boards := []*Board{board}
		for _, name := range rest {
			boards = append(boards, a.board(name))
		}
		return a.players(ctx, boards)
	}
	return errUsage
}

func (a *app) board(name string) *Board { return NewBoard(a.client, a.namespace, name) }

// number reads an optional count of lines.
func number(args []string) (int, error) {
	if len(args) == 0 {
		return 10, nil
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 || n > keep {
		return 0, fmt.Errorf("%q is not a number from 1 to %d", args[0], keep)
	}
	return n, nil
}

func (a *app) submit(ctx context.Context, b *Board, player string, score int64) error {
	o, err := b.Submit(ctx, player, score)
	switch {
	case err != nil:
		return err
	case o.Place == 0:
		_, err = fmt.Fprintf(a.out, "%s is not among the best %d\n", player, keep)
	case o.Improved:
		_, err = fmt.Fprintf(a.out, "%s has a new best of %d: place %d\n", player, o.Score, o.Place)
	default:
		_, err = fmt.Fprintf(a.out, "%s stays at %d: place %d, %d games\n", player, o.Score, o.Place, o.Games)
	}
	return err
}

// show prints standings, with a mark at one player.
func (a *app) show(list []Standing, marked string, err error) error {
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err = fmt.Fprintln(a.out, "nobody")
		return err
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, s := range list {
		mark := ""
		if s.Player == marked {
			mark = "←"
		}
		fmt.Fprintf(w, "%d.\t%s\t%d\t%s\t%s\t\n", s.Place, s.Player, s.Score, s.At.Format(time.TimeOnly), mark)
	}
	return w.Flush()
}

func (a *app) stats(ctx context.Context, b *Board) error {
	s, err := b.Stats(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "about %d players, %d on the board; last games:", s.Players, s.Listed)
	for _, g := range s.Recent {
		fmt.Fprintf(a.out, " %s %d,", g.Player, g.Score)
	}
	_, err = fmt.Fprintln(a.out, " …")
	return err
}

func (a *app) players(ctx context.Context, boards []*Board) error {
	n, err := Players(ctx, boards...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "about %d different players\n", n)
	return err
}
