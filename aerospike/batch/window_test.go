package batch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Rows that fill the window and all have to be tried again must not wait for those that
// wait for room in the window.
func TestAWindowFullOfRowsToTryAgainGoesOn(t *testing.T) {
	f := start(t, 1, 120)
	every := func(*aerospiketest.Row) bool { return true }
	for range 5 {
		hook := f.srv.Inject(aerospiketest.AnswerRows(aerospike.ResultDeviceOverload, every), 12, isBatch)
		n := 0
		for res, err := range f.client.BatchGet(f.ctx, f.keys, aerospike.Chunk(3), aerospike.Retries(20), aerospike.Backoff(20*time.Millisecond)).All() {
			require.NoError(t, err)
			require.True(t, res.Found())
			n++
		}
		require.Equal(t, len(f.keys), n)
		require.Equal(t, 12, hook.Taken())
		hook.Remove()
	}
}
