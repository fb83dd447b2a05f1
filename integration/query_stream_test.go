package integration

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// Whoever leaves the loop early gets exactly the rest from the cursor.
func TestLoopsCanBeLeftAnywhere(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 1000
		stmt := query.New(namespace, e.fill(n))
		for _, stop := range []int{0, 1, 137, 999, n} {
			stream := e.client.Query(e.ctx, stmt, aerospike.QueueSize(64))
			var got []*aerospike.Record
			if stop > 0 {
				for rec, err := range stream.All() {
					require.NoError(e, err)
					if got = append(got, rec); len(got) == stop {
						break
					}
				}
			}
			e.noStreams()
			require.NoError(e, stream.Err())
			rest, err := e.client.Query(e.ctx, stmt.Resume(stream.Cursor())).Results()
			require.NoError(e, err)
			require.Equal(e, upTo(n), e.ids(append(got, rest...)), "left after %d", stop)
		}
	})
}

func TestPanicsInLoopsReleaseEverything(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(500)
		require.PanicsWithValue(e, "mine", func() {
			for range e.client.Scan(e.ctx, namespace, own).All() {
				panic("mine")
			}
		})
		e.noStreams()
	})
}

func TestStreamsAreUsedOnce(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(50)
		stream := e.client.Scan(e.ctx, namespace, own)
		recs, err := stream.Results()
		require.NoError(e, err)
		require.Len(e, recs, 50)
		_, err = stream.Results()
		require.ErrorIs(e, err, query.ErrUsed)
		require.NoError(e, stream.Err(), "the first use was fine")
		for range stream.C() {
			require.Fail(e, "a record of a used stream")
		}
		require.ErrorIs(e, stream.Err(), query.ErrUsed)
		require.True(e, stream.Cursor().Done())

		never := e.client.Scan(e.ctx, namespace, own)
		require.False(e, never.Cursor().Done())
		require.NoError(e, never.Close())
		_, err = never.Results()
		require.ErrorIs(e, err, query.ErrStreamClosed)
		e.noStreams()
	})
}

func TestChannelsDeliverEverything(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 2000
		stream := e.client.Scan(e.ctx, namespace, e.fill(n))
		require.Equal(e, stream.C(), stream.C())
		var got []*aerospike.Record
		for rec := range stream.C() {
			got = append(got, rec)
		}
		require.NoError(e, stream.Err())
		require.Equal(e, upTo(n), e.ids(got))
		require.True(e, stream.Cursor().Done())
		require.NoError(e, stream.Close())
		require.NoError(e, stream.Err(), "it had ended before")
	})
}

// The cursor of a channel counts what was received, not what is on its way.
func TestChannelsHaveExactCursors(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 800
		stmt := query.New(namespace, e.fill(n))
		stream := e.client.Query(e.ctx, stmt)
		var got []*aerospike.Record
		var at *query.Cursor
		for rec := range stream.C() {
			if got = append(got, rec); len(got) == 300 {
				at = stream.Cursor()
				break
			}
		}
		require.NoError(e, stream.Close())
		require.NoError(e, stream.Close())
		require.ErrorIs(e, stream.Err(), query.ErrStreamClosed)
		e.noStreams()
		require.Equal(e, at, stream.Cursor(), "closing changes nothing")
		rest, err := e.client.Query(e.ctx, stmt.Resume(at)).Results()
		require.NoError(e, err)
		require.Equal(e, upTo(n), e.ids(append(got, rest...)))
	})
}

func TestCursorsCanBeReadWhileOthersConsume(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 1500
		stmt := query.New(namespace, e.fill(n))
		stream := e.client.Query(e.ctx, stmt)
		done := make(chan struct{})
		var last *query.Cursor
		go func() {
			defer close(done)
			for {
				if last = stream.Cursor(); last.Done() {
					return
				}
			}
		}()
		count := 0
		for range stream.C() {
			count++
		}
		<-done
		require.Equal(e, n, count)
		require.NoError(e, stream.Err())
	})
}

func TestCancelEndsAStream(t *testing.T) {
	onEach(t, func(e *env) {
		stmt := query.New(namespace, e.fill(1000))
		ctx, cancel := context.WithCancel(e.ctx)
		stream := e.client.Query(ctx, stmt, aerospike.QueueSize(1))
		var got []*aerospike.Record
		var end error
		for rec, err := range stream.All() {
			if end = err; err != nil {
				break
			}
			if got = append(got, rec); len(got) == 100 {
				cancel()
			}
		}
		require.ErrorIs(e, end, context.Canceled)
		require.Len(e, got, 100, "nothing comes after the cancel")
		require.Equal(e, end, stream.Err())
		e.noStreams()
		rest, err := e.client.Query(e.ctx, stmt.Resume(stream.Cursor())).Results()
		require.NoError(e, err)
		require.Equal(e, upTo(1000), e.ids(append(got, rest...)))

		ctx, cancel = context.WithCancel(e.ctx)
		stream = e.client.Query(ctx, stmt, aerospike.QueueSize(1))
		<-stream.C()
		cancel() // while it waits for somebody to receive
		for range stream.C() {
		}
		require.ErrorIs(e, stream.Err(), context.Canceled)
		e.noStreams()

		_, err = e.client.Query(ctx, stmt).Results()
		require.ErrorIs(e, err, context.Canceled)
	})
}

func TestCloseFromElsewhereIsNoCleanEnd(t *testing.T) {
	onEach(t, func(e *env) {
		stream := e.client.Scan(e.ctx, namespace, e.fill(1000), aerospike.QueueSize(1))
		n := 0
		var end error
		for _, err := range stream.All() {
			if end = err; err != nil {
				break
			}
			if n++; n == 10 {
				require.NoError(e, stream.Close())
			}
		}
		require.Equal(e, 10, n)
		require.ErrorIs(e, end, query.ErrStreamClosed)
	})
}

func TestClosedClientsEndStreams(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(1000)
		client := e.connect(aerospike.Config{})
		stream := client.Scan(e.ctx, namespace, own, aerospike.QueueSize(1))
		n := 0
		var end error
		for _, err := range stream.All() {
			if end = err; err != nil {
				break
			}
			if n++; n == 10 {
				require.NoError(e, client.Close())
			}
		}
		if end != nil { // all may have been on its way
			require.ErrorIs(e, end, aerospike.ErrClosed)
			require.Less(e, n, 1000)
		} else {
			require.Equal(e, 1000, n)
		}
		_, err := client.Scan(e.ctx, namespace, own).Results()
		require.ErrorIs(e, err, aerospike.ErrClosed)
	})
}

func TestTimeoutsEndStreams(t *testing.T) {
	onEach(t, func(e *env) {
		own := e.fill(1000)
		slow := func(*aerospike.Record) error {
			time.Sleep(20 * time.Millisecond) // the consumer's own pace
			return nil
		}
		err := e.client.Scan(e.ctx, namespace, own, aerospike.Timeout(100*time.Millisecond), aerospike.QueueSize(1)).ForEach(slow)
		require.ErrorIs(e, err, aerospike.ErrTimeout)
		require.NotErrorIs(e, err, context.DeadlineExceeded)
		ctx, cancel := context.WithTimeout(e.ctx, 100*time.Millisecond)
		defer cancel()
		err = e.client.Scan(ctx, namespace, own, aerospike.QueueSize(1)).ForEach(slow)
		require.ErrorIs(e, err, aerospike.ErrTimeout)
		require.ErrorIs(e, err, context.DeadlineExceeded)
		e.noStreams()
	})
}

// pages reads a statement page by page, each with another client and from a cursor that
// went through text, and returns the records.
func (e *env) pages(stmt query.Statement, size int64, clients ...*aerospike.Client) []*aerospike.Record {
	e.Helper()
	var got []*aerospike.Record
	text := ""
	for page := 0; ; page++ {
		s := stmt.MaxRecords(size)
		if text != "" {
			c, err := query.ParseCursor(text)
			require.NoError(e, err)
			s = s.Resume(c)
		}
		stream := clients[page%len(clients)].Query(e.ctx, s)
		recs, err := stream.Results()
		require.NoError(e, err)
		require.LessOrEqual(e, int64(len(recs)), size)
		got = append(got, recs...)
		c := stream.Cursor()
		if int64(len(recs)) < size {
			require.True(e, c.Done(), "a page is short only at the end")
		}
		if c.Done() {
			return got
		}
		require.NotEmpty(e, recs, "a page without records has to be the last")
		text = c.String()
	}
}

func TestPagesHoldEachRecordOnce(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 90
		own := e.fill(n)
		second := e.connect(aerospike.Config{})
		for _, size := range []int64{1, 2, 7, 89, 90, 91, 10_000} {
			got := e.pages(query.New(namespace, own), size, e.client, second)
			require.Equal(e, upTo(n), e.ids(got), "pages of %d", size)
		}
		// A record that has none of the bins counts on the server, but is not sent.
		rare := e.fillWith(n, func(id int) aerospike.Bins {
			if id%9 == 0 {
				return aerospike.Bins{"rare": id}
			}
			return aerospike.Bins{"other": id}
		})
		for _, size := range []int64{1, 3, 10, 11} {
			got := e.pages(query.New(namespace, rare).Select("rare"), size, e.client, second)
			require.Len(e, got, 10, "pages of %d", size)
			require.Len(e, slices.Compact(e.ids(got)), 10)
		}
	})
}
