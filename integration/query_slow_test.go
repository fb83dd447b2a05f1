package integration

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// latencies measures gets of one record after the other until ctx ends, and returns how
// long they took, sorted. There is at least one.
func (e *env) latencies(ctx context.Context, client *aerospike.Client, key aerospike.Key) []time.Duration {
	e.Helper()
	var took []time.Duration
	for {
		began := time.Now()
		_, err := client.Get(e.ctx, key)
		require.NoError(e, err)
		took = append(took, time.Since(began))
		if ctx.Err() != nil {
			break
		}
		sleep(ctx, 5*time.Millisecond)
	}
	slices.Sort(took)
	return took
}

// streams returns how many connections are taken by streams.
func streams(client *aerospike.Client) (n int) {
	for _, node := range client.Nodes() {
		n += node.Pool.Streams
	}
	return n
}

// A consumer that does not take what comes must not cost the server a thread (demands D10,
// P27): the connections are closed, other calls go on as before, and the query goes on when
// there is room: every record exactly once. A real server cuts a peer off that does not read
// for ten seconds, so there the consumer sleeps for fifteen.
func TestSlowConsumersAreParked(t *testing.T) {
	onEach(t, func(e *env) {
		n := 1500
		if e.server == nil {
			n = 20_000 // so that the server cannot send them all: sockets hold some megabytes
		}
		filler := strings.Repeat("x", 4000)
		own := e.fillWith(n, func(id int) aerospike.Bins { return aerospike.Bins{"id": id, "x": filler} })
		e.indexIDs(own)
		probe := aerospike.NewKey(namespace, own, 1)
		calm, cancel := context.WithTimeout(e.ctx, time.Second)
		defer cancel()
		before := e.latencies(calm, e.client, probe)

		for _, kind := range kinds {
			stream := e.client.Query(e.ctx, statement(kind, own), aerospike.QueueSize(32))
			var got []*aerospike.Record
			for rec, err := range stream.All() {
				require.NoError(e, err)
				rec.Bins = nil // of which nobody asks
				if got = append(got, rec); len(got) == 500 {
					during := e.asleep(stream, probe)
					at := len(before) * 99 / 100
					e.Logf("%s: gets before: 99 %% %v, worst %v; while the consumer slept: 99 %% %v, worst %v",
						kind, before[at], before[len(before)-1], during[len(during)*99/100], during[len(during)-1])
					require.Less(e, during[len(during)/2], 3*before[len(before)/2]+10*time.Millisecond)
					require.Less(e, during[len(during)-1], before[len(before)-1]+2*time.Second, "a thread of the server waits for the consumer")
				}
			}
			require.Equal(e, upTo(n), e.ids(got), kind)
			require.True(e, stream.Cursor().Done())
			e.noStreams()
		}
	})
}

// asleep is the sleep of a consumer: it ends when the connections have been closed, and not
// before fifteen seconds if the server is a real one. It returns the latencies of other calls
// on the same node meanwhile.
func (e *env) asleep(stream *query.Stream, probe aerospike.Key) []time.Duration {
	e.Helper()
	atLeast := time.Duration(0)
	if e.server == nil {
		atLeast = 15 * time.Second
	}
	ctx, cancel := context.WithTimeout(e.ctx, 30*time.Second)
	defer cancel()
	woken := make(chan struct{})
	go func() { // ends when woken is closed, which is waited for below
		defer close(woken)
		defer cancel()
		sleep(ctx, atLeast)
		for streams(e.client) > 0 && ctx.Err() == nil {
			sleep(ctx, 5*time.Millisecond)
		}
	}()
	took := e.latencies(ctx, e.client, probe)
	<-woken
	require.Zero(e, streams(e.client), "the connections are still open")
	require.NoError(e, stream.Err())
	return took
}
