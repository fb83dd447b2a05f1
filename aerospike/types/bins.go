package types

import (
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// MaxBinName is the longest name of a bin, in bytes.
const MaxBinName = wire.MaxBinName

// Bins are bins to write, by name. The values may be of any type that [ValueOf]
// takes; nil deletes the bin.
type Bins map[string]any

// Bin is a named value.
type Bin struct {
	Name  string
	Value Value
}

// CheckBinName reports why the server would refuse name for a bin: it is longer than
// [MaxBinName] or holds a zero byte. An empty name is refused too, although the
// server would store it: such a bin cannot be read by name. For the errors
// errors.Is(err, ErrBinName) and errors.Is(err, ErrInvalidArg) hold.
func CheckBinName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%w: %w: it is empty", ErrInvalidArg, ErrBinName)
	case len(name) > MaxBinName:
		return fmt.Errorf("%w: %w: %.64q has %d bytes, the limit is %d", ErrInvalidArg, ErrBinName, name, len(name), MaxBinName)
	case strings.IndexByte(name, 0) >= 0:
		return fmt.Errorf("%w: %w: %q holds a zero byte", ErrInvalidArg, ErrBinName, name)
	}
	return nil
}
