package rawpipe

import (
	"encoding/binary"
	"math"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/benchmarks/internal/dataset"
)

// timeoutMillis is the server-side timeout of every request.
const timeoutMillis = 1000

// Gets encodes, for each record of d, the request for all its bins.
func Gets(d dataset.Dataset) ([][]byte, error) {
	return encodeAll(d, wire.Header{Info1: wire.Info1Read | wire.Info1GetAll}, nil)
}

// Puts encodes, for each record of d, the request that writes it.
func Puts(d dataset.Dataset) ([][]byte, error) {
	persons, blob := dataset.Persons(), d.Blob()
	return encodeAll(d, wire.Header{Info2: wire.Info2Write}, func(e *wire.Encoder, i int) {
		if d.Size > 0 {
			e.Op(wire.OpWrite, dataset.BinBlob, wire.ParticleBlob, blob)
			return
		}
		p := persons[i%len(persons)]
		e.Op(wire.OpWrite, dataset.BinName, wire.ParticleString, []byte(p.Name))
		e.Op(wire.OpWrite, dataset.BinCity, wire.ParticleString, []byte(p.City))
		e.Op(wire.OpWrite, dataset.BinAge, wire.ParticleInt, number(uint64(p.Age)))
		e.Op(wire.OpWrite, dataset.BinScore, wire.ParticleInt, number(uint64(p.Score)))
		e.Op(wire.OpWrite, dataset.BinWeight, wire.ParticleFloat, number(math.Float64bits(p.Weight)))
	})
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func encodeAll(d dataset.Dataset, header wire.Header, ops func(e *wire.Encoder, i int)) ([][]byte, error) {
	header.Timeout = timeoutMillis
	requests := make([][]byte, d.Records)
	for i := range requests {
		digest := wire.NewDigest(d.Set(), wire.ParticleInt, number(uint64(i)))
		var e wire.Encoder
		e.Begin(nil, &header)
		e.FieldString(wire.FieldNamespace, dataset.Namespace)
		e.FieldString(wire.FieldSet, d.Set())
		e.Field(wire.FieldDigest, digest[:])
		if ops != nil {
			ops(&e, i)
		}
		var err error
		if requests[i], err = e.End(); err != nil {
			return nil, err
		}
	}
	return requests, nil
}
