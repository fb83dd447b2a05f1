package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"
)

func TestPasswordHashesOfOtherClients(t *testing.T) {
	tests := []struct{ password, want string }{
		{"", "$2a$10$7EqJtq98hPqEX7fNZaFWoOLCkFexA7A9eoJ0Ew.mTDdk.E60D.9zS"},
		{"admin", adminHash},
		{"secret", secretHash},
		{"nopassword", "$2a$10$7EqJtq98hPqEX7fNZaFWoOePA2sZy..tlOF99W2N0g5KZ3dLaw8WO"},
	}
	for _, tt := range tests {
		got, err := HashPassword(tt.password)
		require.NoError(t, err)
		require.Equal(t, tt.want, got)
	}
}

func TestPasswordHashesAreBcrypt(t *testing.T) {
	for _, password := range []string{"pässwörd", "with\x00zero", strings.Repeat("x", 72)} {
		hash, err := HashPassword(password)
		require.NoError(t, err)
		require.Len(t, hash, 60)
		require.NoError(t, bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)))
	}
}

func TestOverlongPasswordIsRefusedWithoutShowingIt(t *testing.T) {
	password := strings.Repeat("hunter2x", 10)
	_, err := HashPassword(password)
	require.ErrorContains(t, err, "password of 80 bytes")
	require.NotContains(t, err.Error(), "hunter2x")
}
