package batch_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/batch"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// endless makes rows for ever, round the keys.
func endless(keys []aerospike.Key) iter.Seq[batch.Op] {
	return func(yield func(batch.Op) bool) {
		for i := 0; ; i++ {
			if !yield(batch.Get(keys[i%len(keys)])) {
				return
			}
		}
	}
}

// Leaving releases everything, wherever it happens; goleak looks for goroutines at the
// end of the package.
func TestLeavingTheLoopReleasesEverything(t *testing.T) {
	const n = 900
	f := start(t, 3, n)
	streams := map[string]func() *batch.Stream{
		"slice": func() *batch.Stream { return f.client.BatchGet(f.ctx, f.keys, aerospike.Chunk(50)) },
		"seq":   func() *batch.Stream { return f.client.BatchSeq(f.ctx, endless(f.keys), aerospike.Chunk(50)) },
	}
	for name, stream := range streams {
		for _, at := range []int{0, 1, 450, n - 1} {
			t.Run(fmt.Sprint(name, " break at ", at), func(t *testing.T) {
				seen := 0
				for _, err := range stream().All() {
					require.NoError(t, err)
					if seen == at {
						break
					}
					seen++
				}
				require.Equal(t, at, seen)
				f.released()
			})
			t.Run(fmt.Sprint(name, " panic at ", at), func(t *testing.T) {
				seen := 0
				require.PanicsWithValue(t, "body", func() {
					for range stream().All() {
						if seen == at {
							panic("body")
						}
						seen++
					}
				})
				f.released()
			})
			t.Run(fmt.Sprint(name, " close at ", at), func(t *testing.T) {
				s := stream()
				seen := 0
				for range s.All() {
					if seen == at {
						require.NoError(t, s.Close())
					}
					seen++
				}
				require.Equal(t, at+1, seen)
				f.released()
			})
			t.Run(fmt.Sprint(name, " channel closed at ", at), func(t *testing.T) {
				s := stream()
				c := s.C()
				for range at {
					<-c
				}
				require.NoError(t, s.Close())
				require.NoError(t, s.Close())
				f.released()
				for range c { // closed, after what it holds
				}
			})
			t.Run(fmt.Sprint(name, " channel cancelled at ", at), func(t *testing.T) {
				ctx, cancel := context.WithCancel(f.ctx)
				defer cancel()
				s := f.client.BatchSeq(ctx, endless(f.keys), aerospike.Chunk(50))
				c := s.C()
				for range at {
					<-c
				}
				cancel()
				for range c {
				}
				require.ErrorIs(t, s.Err(), context.Canceled)
				require.NoError(t, s.Close())
				f.released()
			})
		}
	}
}

func TestStreamsThatNobodyConsumesDoNothing(t *testing.T) {
	f := start(t, 1, 10)
	hook := f.srv.Intercept(func(*aerospiketest.Request) aerospiketest.Action { return aerospiketest.Pass() })
	defer hook.Remove()
	before := f.srv.Node(0).Requests()
	unused := f.client.BatchDelete(f.ctx, f.keys)
	require.NoError(t, f.client.BatchDelete(f.ctx, f.keys).Close())
	for range 3 {
		require.NoError(t, unused.Err())
	}
	f.values(0)
	require.Equal(t, before+1, f.srv.Node(0).Requests(), "the reads of values alone")
}

func TestStreamsAreConsumedOnce(t *testing.T) {
	f := start(t, 2, 100)
	s := f.client.BatchOperate(f.ctx, f.keys, []aerospike.Op{aerospike.Add("n", 1)})
	f.good(s.Collect())
	used := func(err error) { require.ErrorIs(t, err, aerospike.ErrInvalidArg) }
	_, err := s.Collect()
	used(err)
	count := 0
	for res, err := range s.All() {
		used(err)
		require.Equal(t, -1, res.Index)
		count++
	}
	require.Equal(t, 1, count)
	for range s.C() {
		require.Fail(t, "there are no results")
	}
	used(s.Err())
	f.values(1)

	all := f.client.BatchGet(f.ctx, f.keys).All()
	for range all {
		break
	}
	for _, err := range all {
		used(err)
	}
	closed := f.client.BatchGet(f.ctx, f.keys)
	require.NoError(t, closed.Close())
	_, err = closed.Collect()
	used(err)
	f.released()
}

// A server that is silent holds a batch up; the caller leaves all the same.
func TestCancellingABlockedBatch(t *testing.T) {
	f := start(t, 2, 200)
	consume := map[string]func(s *batch.Stream) error{
		"all": func(s *batch.Stream) error {
			var last error
			for _, err := range s.All() {
				last = err
			}
			return last
		},
		"channel": func(s *batch.Stream) error {
			var last error
			for res := range s.C() {
				last = res.Err
			}
			return errors.Join(last, s.Err())
		},
		"collect": func(s *batch.Stream) error {
			results, err := s.Collect()
			require.Len(t, results, len(f.keys))
			return err
		},
	}
	for name, face := range consume {
		t.Run("cancel "+name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(f.ctx)
			defer context.AfterFunc(f.ctx, cancel)()
			blocked := f.blocked()
			go func() { // ends when the request is there, or the test's time is up
				<-blocked
				cancel()
			}()
			require.ErrorIs(t, face(f.client.BatchGet(ctx, f.keys)), context.Canceled)
			f.released()
		})
		t.Run("deadline "+name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(f.ctx, 50*time.Millisecond)
			defer cancel()
			f.blocked()
			err := face(f.client.BatchGet(ctx, f.keys))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.ErrorIs(t, err, aerospike.ErrTimeout)
			f.released()
		})
		t.Run("close "+name, func(t *testing.T) {
			s := f.client.BatchGet(f.ctx, f.keys)
			blocked := f.blocked()
			var wg sync.WaitGroup
			wg.Go(func() {
				<-blocked
				_ = s.Close()
			})
			_ = face(s)
			wg.Wait()
			f.released()
		})
	}
}

func TestPanicOfTheRowsIterator(t *testing.T) {
	f := start(t, 2, 100)
	for _, after := range []int{0, 1, 55, 100} {
		ends := func(how func()) *batch.Stream {
			return f.client.BatchSeq(f.ctx, func(yield func(batch.Op) bool) {
				for _, key := range f.keys[:after] {
					if !yield(batch.Get(key)) {
						return
					}
				}
				how()
			}, aerospike.Chunk(10))
		}
		panics := func() *batch.Stream { return ends(func() { panic("rows") }) }
		require.PanicsWithValue(t, "rows", func() {
			for range panics().All() {
			}
		})
		f.released()
		require.PanicsWithValue(t, "rows", func() { _, _ = panics().Collect() })
		f.released()

		for s, want := range map[*batch.Stream]any{panics(): "rows", ends(runtime.Goexit): nil} {
			count := 0
			for range s.C() { // it has a goroutine of its own
				count++
			}
			require.LessOrEqual(t, count, after)
			var p *batch.Panic
			require.ErrorAs(t, s.Err(), &p)
			require.Equal(t, want, p.Value)
			require.NotEmpty(t, p.Stack)
			require.NoError(t, s.Close())
			f.released()
		}
	}
}

func TestClosingTheClientEndsItsBatches(t *testing.T) {
	f := start(t, 2, 200)
	s := f.client.BatchGet(f.ctx, f.keys)
	blocked := f.blocked()
	var wg sync.WaitGroup
	wg.Go(func() {
		<-blocked
		_ = f.client.Close()
	})
	_, err := s.Collect()
	wg.Wait()
	require.ErrorIs(t, err, aerospike.ErrClosed)
}

func TestConnectionsOutliveTheConsumerOfTheLastRow(t *testing.T) {
	f := start(t, 1, 50)
	f.good(f.client.BatchGet(f.ctx, f.keys).Collect())
	opened := f.srv.Node(0).Accepted()
	for range 500 {
		n := 0
		for _, err := range f.client.BatchGet(f.ctx, f.keys).All() {
			require.NoError(t, err)
			if n++; n == len(f.keys) {
				break
			}
		}
	}
	require.Equal(t, opened, f.srv.Node(0).Accepted())
}
