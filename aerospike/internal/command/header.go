package command

import (
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// ReadHeader returns the header of a read. What is to be read is the caller's to add:
// Info1GetAll, Info1NoBins, or operations.
func ReadHeader(s *policy.Settings) wire.Header {
	return wire.Header{Info1: wire.Info1Read | readBits(s), Info3: consistencyBits(s), TTL: s.ReadTouch}
}

// WriteHeader returns the header of a write.
func WriteHeader(s *policy.Settings) wire.Header {
	h := wire.Header{Info2: wire.Info2Write, TTL: s.TTL}
	switch s.GenerationCheck {
	case policy.GenerationEqual:
		h.Info2 |= wire.Info2Generation
		h.Generation = s.Generation
	case policy.GenerationGreater:
		h.Info2 |= wire.Info2GenerationGT
		h.Generation = s.Generation
	}
	switch s.Exists {
	case policy.UpdateOnly:
		h.Info3 |= wire.Info3UpdateOnly
	case policy.CreateOrReplace:
		h.Info3 |= wire.Info3CreateOrReplace
	case policy.ReplaceOnly:
		h.Info3 |= wire.Info3ReplaceOnly
	case policy.CreateOnly:
		h.Info2 |= wire.Info2CreateOnly
	}
	if s.DurableDelete {
		h.Info2 |= wire.Info2DurableDelete
	}
	if s.Commit == policy.CommitMaster {
		h.Info3 |= wire.Info3CommitMaster
	}
	return h
}

// readBits returns the first byte's bits of a command that reads.
func readBits(s *policy.Settings) (b wire.Info1) {
	if s.ReadModeAP == policy.ReadAPAll {
		b |= wire.Info1ReadAll
	}
	if s.Compress {
		b |= wire.Info1CompressResponse
	}
	return b
}

// consistencyBits returns the third byte's bits of a command that reads.
func consistencyBits(s *policy.Settings) wire.Info3 {
	switch s.ReadModeSC {
	case policy.ReadSCLinearize:
		return wire.Info3SCLinearize
	case policy.ReadSCAllowReplica:
		return wire.Info3SCAllowReplica
	case policy.ReadSCAllowUnavailable:
		return wire.Info3SCAllowUnavailable
	}
	return 0
}

// AppendFields appends the fields that every command about one record has: where it
// is, and if asked for the user's key and the filter. A key of which only the digest
// is known has no user key to send. scratch is memory to work with; what becomes of it
// is returned.
func AppendFields(e *wire.Encoder, key *types.Key, s *policy.Settings, scratch []byte) []byte {
	e.FieldString(wire.FieldNamespace, key.Namespace())
	if set := key.Set(); set != "" {
		e.FieldString(wire.FieldSet, set)
	}
	digest := key.Digest()
	e.Field(wire.FieldDigest, digest[:])
	if s.SendKey {
		if t := key.UserKeyType(); t != wire.ParticleNull {
			scratch = key.AppendUserKey(scratch[:0])
			e.FieldKey(t, scratch)
		}
	}
	if s.Filter != nil {
		e.Field(wire.FieldFilter, s.Filter)
	}
	return scratch
}
