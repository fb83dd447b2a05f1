package integration

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

func TestBigRecords(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		for _, size := range []int{1000, 100_000, 1_000_000} {
			want := bytes.Repeat([]byte{byte(size)}, size)
			e.put(key, aerospike.Bins{"b": want})
			got, err := e.get(key).Bytes("b")
			require.NoError(e, err)
			require.True(e, bytes.Equal(want, got), "%d bytes", size)
		}
	})
}

func TestARecordThatIsTooBig(t *testing.T) {
	onEach(t, func(e *env) {
		key := e.key()
		e.put(key, aerospike.Bins{"a": 1})
		err := e.client.Put(e.ctx, key, aerospike.Bins{"b": make([]byte, 9<<20)})
		require.ErrorIs(e, err, aerospike.ErrRecordTooBig)
		require.False(e, aerospike.InDoubt(err))
		require.False(e, aerospike.Retryable(err))
		require.Equal(e, map[string]any{"a": int64(1)}, e.get(key).Map())

		// The record grows beyond the limit by a change that is small itself.
		part := make([]byte, 900_000)
		e.put(key, aerospike.Bins{"b": part})
		err = e.client.Append(e.ctx, key, aerospike.Bins{"b": part[:200_000]})
		if err == nil {
			e.skip("the server's max-record-size is above 1 MiB")
		}
		require.ErrorIs(e, err, aerospike.ErrRecordTooBig)
	})
}

// The server closes the connection on a message above 128 MiB; so it is refused here.
func TestAMessageThatIsTooBigIsNotSent(t *testing.T) {
	onEach(t, func(e *env) {
		err := e.client.Put(e.ctx, e.key(), aerospike.Bins{"b": make([]byte, 129<<20)})
		require.ErrorIs(e, err, aerospike.ErrInvalidArg)
		require.False(e, aerospike.InDoubt(err))
	})
}

func TestSmallCallsDoNotWaitBehindBigOnes(t *testing.T) {
	onEach(t, func(e *env) {
		big, small := e.key("big"), e.key("small")
		e.put(small, aerospike.Bins{"a": 1})
		data := make([]byte, 1_000_000)
		ctx, cancel := context.WithCancel(e.ctx)
		done := make(chan error, 1)
		go func() { // owned by this test, stopped by cancel, joined through done
			for ctx.Err() == nil {
				if err := e.client.Put(ctx, big, aerospike.Bins{"b": data}); err != nil && ctx.Err() == nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
		for range 50 {
			begin := time.Now()
			e.get(small)
			require.Less(e, time.Since(begin), 2*time.Second)
		}
		cancel()
		require.NoError(e, <-done)
	})
}
