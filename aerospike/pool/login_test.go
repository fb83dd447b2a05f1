package pool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func testAuth(t *testing.T) *Auth {
	a, err := NewAuth(AuthInternal, "admin", "secret")
	require.NoError(t, err)
	return a
}
