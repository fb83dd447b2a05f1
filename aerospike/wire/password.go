package wire

import (
	"encoding/base64"
	"fmt"

	//lint:ignore SA1019 the protocol fixes this cipher
	"golang.org/x/crypto/blowfish"
)

const (
	// hashPrefix is what every hash begins with: bcrypt version 2a, cost 10, and the
	// salt that all clients share, since the server compares hashes as text.
	hashPrefix = "$2a$10$" + hashSalt
	hashSalt   = "7EqJtq98hPqEX7fNZaFWoO"
	hashCost   = 10

	// maxPassword is how many bytes of a password bcrypt looks at: the cipher's key
	// schedule has 18 words.
	maxPassword = 72
)

// hashEncoding is bcrypt's base64, which has an alphabet of its own.
var hashEncoding = base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").
	WithPadding(base64.NoPadding)

// HashPassword returns the 60 characters that stand for a password in the admin
// protocol: its bcrypt hash with a salt that is the same for everybody.
// golang.org/x/crypto/bcrypt cannot make it, as it always draws a random salt.
//
// The work takes tens of milliseconds by intent; keep the result rather than the
// password. A password of more than 72 bytes is an error, because bcrypt would
// ignore the rest of it. Other clients do ignore it: for a password set by
// one of them, give the first 72 bytes.
func HashPassword(password string) (string, error) {
	if len(password) > maxPassword {
		return "", fmt.Errorf("wire: password of %d bytes, bcrypt takes at most %d", len(password), maxPassword)
	}
	salt, err := hashEncoding.DecodeString(hashSalt)
	if err != nil {
		return "", fmt.Errorf("wire: password salt: %w", err)
	}
	key := append([]byte(password), 0) // version 2a hashes C's terminator as well
	cipher, err := blowfish.NewSaltedCipher(key, salt)
	if err != nil {
		return "", fmt.Errorf("wire: password key: %w", err)
	}
	for range 1 << hashCost {
		blowfish.ExpandKey(key, cipher)
		blowfish.ExpandKey(salt, cipher)
	}
	text := []byte("OrpheanBeholderScryDoubt")
	for block := text; len(block) > 0; block = block[blowfish.BlockSize:] {
		for range 64 {
			cipher.Encrypt(block, block)
		}
	}
	// bcrypt has always left out the last byte.
	return hashPrefix + hashEncoding.EncodeToString(text[:len(text)-1]), nil
}
