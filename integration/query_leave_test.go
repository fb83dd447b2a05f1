package integration

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Leaving releases everything, wherever and however it happens (demands D9); TestMain looks
// for goroutines at the end. A stream that has been left cannot be used again, but its
// cursor can.
func TestStreamsCanBeLeftInEveryWay(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 200
		own := e.fill(n)
		e.indexIDs(own)
		ways := map[string]func(stream *query.Stream, at int){
			"break": func(stream *query.Stream, at int) {
				seen := 0
				for _, err := range stream.All() {
					require.NoError(e, err)
					if seen++; seen > at {
						break
					}
				}
			},
			"panic": func(stream *query.Stream, at int) {
				seen := 0
				require.PanicsWithValue(e, "body", func() {
					for range stream.All() {
						if seen++; seen > at {
							panic("body")
						}
					}
				})
			},
			"panic in ForEach": func(stream *query.Stream, at int) {
				seen := 0
				require.PanicsWithValue(e, "body", func() {
					_ = stream.ForEach(func(*aerospike.Record) error {
						if seen++; seen > at {
							panic("body")
						}
						return nil
					})
				})
			},
			"channel": func(stream *query.Stream, at int) {
				c := stream.C()
				for range at + 1 {
					<-c
				}
				require.NoError(e, stream.Close())
			},
		}
		for name, leave := range ways {
			for _, kind := range kinds {
				pages := []int64{0} // all at once
				if name == "break" {
					pages = append(pages, n)
				}
				for _, at := range []int{0, 1, n / 2, n - 1} {
					for _, page := range pages {
						what := fmt.Sprint(name, " ", kind, " at ", at, " page ", page)
						stmt := statement(kind, own)
						stream := e.client.Query(e.ctx, stmt.MaxRecords(page), aerospike.QueueSize(8))
						leave(stream, at)
						e.noStreams()
						for _, err := range stream.All() { // ranged twice
							require.ErrorIs(e, err, query.ErrUsed, what)
						}
						rest, err := e.client.Query(e.ctx, stmt.Resume(stream.Cursor())).Results()
						require.NoError(e, err)
						require.Len(e, rest, n-at-1, what)
					}
				}
			}
		}
	})
}

// A server that is silent holds a query up; the caller leaves all the same.
func TestCancellingABlockedQuery(t *testing.T) {
	onEach(t, func(e *env) {
		if e.server == nil {
			return // it cannot be made silent
		}
		own := e.fill(100)
		asked := make(chan struct{}, 100)
		hook := e.server.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
			if r.Type != wire.FrameMessage || r.IsBatch() || r.Digest != (wire.Digest{}) {
				return aerospiketest.Pass() // it is no query
			}
			asked <- struct{}{}
			return aerospiketest.Mute()
		})
		defer hook.Remove()
		for name, face := range map[string]func(stream *query.Stream) error{
			"all": func(stream *query.Stream) error { _, err := stream.Results(); return err },
			"channel": func(stream *query.Stream) error {
				for range stream.C() {
					require.Fail(e, "a record")
				}
				return stream.Err()
			},
		} {
			ctx, cancel := context.WithCancel(e.ctx)
			stream := e.client.Scan(ctx, namespace, own)
			go func() { // ends with the request that is sent below
				<-asked
				cancel()
			}()
			require.ErrorIs(e, face(stream), context.Canceled, name)
			e.noStreams()

			stream = e.client.Scan(e.ctx, namespace, own)
			go func() { // as above
				<-asked
				_ = stream.Close()
			}()
			require.ErrorIs(e, face(stream), query.ErrStreamClosed, name)
			e.noStreams()
		}
	})
}
