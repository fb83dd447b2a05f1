package policy

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

func batchDefaults() BatchSettings { return BatchDefaults(ReadDefaults(), WriteDefaults()) }

func TestZeroBatchPolicyChangesNothing(t *testing.T) {
	s := batchDefaults()
	s.Batch(&Batch{})
	require.Equal(t, batchDefaults(), s)
	require.Equal(t, time.Second, s.Timeout)
	require.True(t, s.Inline && s.RespondAll && !s.InlineSSD && !s.Compress)
	require.Equal(t, DefaultBatchChunk, s.Chunk)
}

func TestBatchOptionsTurnTheirKnob(t *testing.T) {
	for name, test := range map[string]struct {
		option BatchOption
		want   func(*BatchSettings)
	}{
		"inline":           {Inline(false), func(s *BatchSettings) { s.Inline = false }},
		"inline ssd":       {InlineSSD(true), func(s *BatchSettings) { s.InlineSSD = true }},
		"respond all":      {RespondAll(false), func(s *BatchSettings) { s.RespondAll = false }},
		"concurrent nodes": {ConcurrentNodes(3), func(s *BatchSettings) { s.ConcurrentNodes = 3 }},
		"all nodes":        {ConcurrentNodes(-1), func(*BatchSettings) {}},
		"chunk":            {Chunk(7), func(s *BatchSettings) { s.Chunk = 7 }},
		"timeout":          {Timeout(time.Hour), func(s *BatchSettings) { s.Timeout = time.Hour }},
		"no timeout":       {Timeout(0), func(s *BatchSettings) { s.Timeout = 0 }},
		"retries":          {Retries(9), func(s *BatchSettings) { s.Retries = 9 }},
		"compress":         {Compress(true), func(s *BatchSettings) { s.Compress = true }},
		"send key":         {SendKey(true), func(s *BatchSettings) { s.Reads.SendKey, s.Writes.SendKey = true, true }},
		"filter":           {FilterOption{Packed: []byte{1}}, func(s *BatchSettings) { s.Reads.Filter, s.Writes.Filter = []byte{1}, []byte{1} }},
		"select":           {Select("a"), func(s *BatchSettings) { s.Reads.Bins, s.Reads.Selected = []string{"a"}, true }},
		"replica":          {ReplicaAny, func(s *BatchSettings) { s.Reads.Replica = ReplicaAny }},
		"exists":           {CreateOnly, func(s *BatchSettings) { s.Writes.Exists = CreateOnly }},
		"ttl":              {TTL(time.Minute), func(s *BatchSettings) { s.Writes.TTL = 60 }},
		"idempotent":       {Idempotent(true), func(s *BatchSettings) { s.Writes.Idempotent = true }},
		"read policy":      {Read{ReadModeAP: ReadAPAll}, func(s *BatchSettings) { s.Reads.ReadModeAP = ReadAPAll }},
		"write policy":     {Write{Commit: CommitMaster}, func(s *BatchSettings) { s.Writes.Commit = CommitMaster }},
		"policy": {Batch{Chunk: 5, Inline: Off, Retries: None, Backoff: None, ConcurrentNodes: 2, SendKey: On, Replica: ReplicaMaster}, func(s *BatchSettings) {
			s.Chunk, s.Inline, s.Retries, s.Backoff, s.ConcurrentNodes = 5, false, 0, 0, 2
			s.Reads.SendKey, s.Writes.SendKey, s.Reads.Replica = true, true, ReplicaMaster
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, want := batchDefaults(), batchDefaults()
			test.want(&want)
			s.Apply([]BatchOption{test.option})
			require.NoError(t, s.Err)
			require.Equal(t, want, s)
		})
	}
}

func TestBadBatchValuesAreRefused(t *testing.T) {
	for name, option := range map[string]BatchOption{
		"chunk 0": Chunk(0), "large chunk": Chunk(MaxBatchChunk + 1), "policy": Batch{Chunk: -1}, "switch": Batch{Inline: 7},
		"replica": Replica(99), "ttl": TTL(-1), "nothing selected": Select(), "batch replica": Batch{Replica: 99},
	} {
		s := batchDefaults()
		s.Apply([]BatchOption{option, Timeout(time.Second)})
		require.ErrorIs(t, s.Err, types.ErrInvalidArg, name)
	}
}
