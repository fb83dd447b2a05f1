package pool

import (
	"bufio"
	"encoding/binary"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// message appends one whose operation has a value of so many bytes.
func message(dst []byte, number, size int) []byte {
	var e wire.Encoder
	e.Begin(nil, &wire.Header{Generation: uint32(number)})
	e.Op(wire.OpRead, "blob", wire.ParticleBlob, make([]byte, size))
	frame, err := e.End()
	if err != nil {
		panic(err)
	}
	return append(dst, frame[wire.FrameHeaderSize:]...)
}

// framed answers each request with the given bodies, each in a frame, written in pieces.
func framed(piece int, bodies ...[]byte) func(*peer, net.Conn) {
	var all []byte
	for _, body := range bodies {
		all = append(wire.AppendFrameHeader(all, wire.FrameMessage, len(body)), body...)
	}
	return func(_ *peer, c net.Conn) {
		r := bufio.NewReader(c)
		for {
			if _, _, err := readRequest(r); err != nil {
				return
			}
			for rest := all; len(rest) > 0; {
				n := min(piece, len(rest))
				if _, err := c.Write(rest[:n]); err != nil {
					return
				}
				rest = rest[n:]
			}
		}
	}
}

// Messages come whole and in their order, whatever they and their frames measure and
// however they arrive.
func TestStreamsReadMessagesOfFramesOfAnySize(t *testing.T) {
	var sizes []int
	for size := range 300 {
		sizes = append(sizes, size*7%1500)
	}
	sizes = append(sizes, streamBuffer, 3, streamBuffer-70, 5*streamBuffer, 10, 20)
	var one []byte
	var bodies [][]byte
	for i, size := range sizes {
		one = message(one, i+1, size)
		bodies = append(bodies, message(nil, len(sizes)+i+1, size))
	}
	bodies = append([][]byte{one, {}}, bodies...)
	for _, piece := range []int{1 << 30, 70_001, 4099} {
		pool := New(Config{Addr: newPeer(framed(piece, bodies...)).listen(t)})
		for range 2 {
			s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
			require.NoError(t, err)
			for next := 1; next <= 2*len(sizes); {
				body, err := s.NextMessages()
				require.NoError(t, err)
				for len(body) > 0 {
					m, err := wire.ParseMessage(body)
					require.NoError(t, err)
					require.EqualValues(t, next, m.Generation)
					op, ok := m.NextOp()
					require.True(t, ok)
					require.Len(t, op.Value, sizes[(next-1)%len(sizes)])
					body = m.Rest()
					next++
				}
			}
			s.Done()
			require.Equal(t, 1, pool.Stats().Conns, "it was read to its end")
		}
		pool.Close()
	}
}

// What is no message comes with the rest of its frame, for the caller to find out.
func TestStreamsHandOverWhatIsNoMessage(t *testing.T) {
	good := message(nil, 1, 10)
	bad := message(nil, 2, 10)
	binary.BigEndian.PutUint32(bad[wire.HeaderSize:], 1<<30)
	long := append(append(append([]byte{}, good...), bad...), make([]byte, 3*streamBuffer)...)
	for _, body := range [][]byte{append(append([]byte{}, good...), bad...), long} {
		pool := New(Config{Addr: newPeer(framed(1<<30, body)).listen(t)})
		s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
		require.NoError(t, err)
		var got []byte
		for len(got) < len(body) {
			part, err := s.NextMessages()
			require.NoError(t, err)
			got = append(got, part...)
		}
		require.Equal(t, body, got)
		s.Close()
		pool.Close()
	}
}

// A frame of which messages are left costs the connection.
func TestAStreamThatIsLeftWithinAFrame(t *testing.T) {
	var body []byte
	for i := range 4 * streamBuffer / 1000 {
		body = message(body, i+1, 1000)
	}
	pool := New(Config{Addr: newPeer(framed(1<<30, body)).listen(t)})
	defer pool.Close()
	s, err := pool.OpenStream(t.Context(), request(nil, 1, 0), 0, nil)
	require.NoError(t, err)
	_, err = s.NextMessages()
	require.NoError(t, err)
	s.Done()
	require.Zero(t, pool.Stats().Conns)
}
