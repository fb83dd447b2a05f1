package integration

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// nonsense returns what no server would answer: noise, damaged messages, lengths
// that lie, frames of other kinds.
func nonsense(rng *rand.Rand) []byte {
	noise := make([]byte, rng.IntN(300))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	var message wire.Encoder
	message.Begin(nil, &wire.Header{Generation: 1})
	message.Op(wire.OpRead, "n", wire.ParticleList, noise)
	message.Op(wire.OpRead, "text", wire.ParticleString, noise)
	frame, err := message.End()
	if err != nil {
		panic(err)
	}
	switch rng.IntN(7) {
	case 0:
		return append(noise, 0)
	case 1: // a frame around noise
		return append(wire.AppendFrameHeader(nil, wire.FrameType(1+rng.IntN(4)), len(noise)), noise...)
	case 2: // the end is missing
		return frame[:1+rng.IntN(len(frame)-1)]
	case 3: // one byte differs
		frame[wire.FrameHeaderSize+rng.IntN(len(frame)-wire.FrameHeaderSize)] ^= 1 << rng.IntN(8)
		return frame
	case 4: // a promise of up to 128 MiB
		return append(wire.AppendFrameHeader(nil, wire.FrameMessage, rng.IntN(wire.MaxFrameBody)), noise...)
	case 5: // more operations than there are
		binary.BigEndian.PutUint16(frame[wire.FrameHeaderSize+20:], uint16(rng.Uint32()))
		return frame
	default: // two answers to one request
		return append(frame, frame...)
	}
}

// D7, P25 of demands.md: a server that answers nonsense, on and on, costs errors. Every
// call returns, memory stays bounded, nothing panics, and when the server comes to its
// senses so does the client.
func TestConcurrentCallsToAServerThatTalksNonsense(t *testing.T) {
	lasting := 5 * time.Second
	if testing.Short() {
		lasting = time.Second
	}
	srv := cluster3(t)
	client := dial(t, srv, aerospike.Config{
		TendInterval: 100 * time.Millisecond, StallTimeout: 500 * time.Millisecond,
		Breaker: aerospike.Breaker{MaxFailures: aerospike.None}, // it would keep the nonsense away
	})
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(1, 7))
	hook := srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if r.Type != wire.FrameMessage {
			return aerospiketest.Pass()
		}
		mu.Lock()
		defer mu.Unlock()
		return aerospiketest.Garbage(nonsense(rng))
	})
	ctx, stop := context.WithTimeout(t.Context(), lasting)
	defer stop()
	var failed, made atomic.Int64
	var wg sync.WaitGroup
	for w := range 32 {
		wg.Go(func() {
			for ctx.Err() == nil {
				key := aerospike.NewKey(namespace, "garbage", w)
				call, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
				rec, err := client.Get(call, key)
				if err == nil {
					_ = rec.Map() // whatever was made of it can be read
				} else {
					failed.Add(1)
				}
				cancel()
				made.Add(1)
			}
		})
	}
	wg.Wait()
	hook.Remove()
	require.NotZero(t, failed.Load())
	require.Eventually(t, func() bool { return inFlight(client) == 0 }, 10*time.Second, time.Millisecond)
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	t.Logf("%d of %d calls failed, heap in use %d kB", failed.Load(), made.Load(), mem.HeapInuse>>10)
	require.Less(t, mem.HeapInuse, uint64(256<<20))
	require.Eventually(t, func() bool {
		call, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		return client.Put(call, aerospike.NewKey(namespace, "garbage", 1), aerospike.Bins{"sane": true}) == nil
	}, 20*time.Second, 10*time.Millisecond)
}
