package wire_test

import (
	"fmt"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// A get of one bin, encoded, and the reply to it, decoded. What carries the bytes
// is up to the caller.
func Example() {
	digest := wire.NewDigest("demo", wire.ParticleString, []byte("k1"))
	var e wire.Encoder
	e.Begin(nil, &wire.Header{Info1: wire.Info1Read, Timeout: 1000})
	e.FieldString(wire.FieldNamespace, "test")
	e.FieldString(wire.FieldSet, "demo")
	e.Field(wire.FieldDigest, digest[:])
	e.Op(wire.OpRead, "s", wire.ParticleNull, nil)
	request, err := e.End()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(request), "bytes for partition", digest.Partition())

	e.Begin(nil, &wire.Header{Generation: 3})
	e.Op(wire.OpRead, "s", wire.ParticleString, []byte("hi"))
	reply, err := e.End()
	if err != nil {
		fmt.Println(err)
		return
	}
	frameType, size, err := wire.ParseFrameHeader(reply)
	if err != nil || frameType != wire.FrameMessage {
		fmt.Println("unexpected frame", frameType, err)
		return
	}
	m, err := wire.ParseMessage(reply[wire.FrameHeaderSize : wire.FrameHeaderSize+size])
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.ResultCode, "generation", m.Generation)
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		fmt.Printf("%s = %s %q\n", op.Name, op.Particle, op.Value)
	}
	fmt.Println(m.Err())
	// Output:
	// 82 bytes for partition 1975
	// OK generation 3
	// s = string "hi"
	// <nil>
}
