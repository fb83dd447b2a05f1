package hook

import (
	"fmt"
	"time"
)

// Conn is a connection that was opened or closed, or could not be opened.
type Conn struct {
	Kind ConnKind
	Addr string // of the node, host:port
	Lane Lane
	// Took is how long opening it took, or, of one that is closed, its age.
	Took time.Duration
	// Err is why it could not be opened or was closed; nil if it was not needed any more.
	Err error
}

// ConnKind says what happened to a connection.
type ConnKind uint8

// Kinds.
const (
	ConnOpened ConnKind = iota + 1
	ConnFailed          // it could not be opened
	ConnClosed
)

func (k ConnKind) String() string {
	switch k {
	case ConnOpened:
		return "opened"
	case ConnFailed:
		return "failed"
	case ConnClosed:
		return "closed"
	}
	return fmt.Sprintf("ConnKind(%d)", uint8(k))
}

// Lane says what a connection is for.
type Lane uint8

// Lanes.
const (
	Small   Lane = iota // calls, many at a time
	Bulk                // big and slow calls
	Streams             // a batch or query at a time
	Info                // info and administration, not kept
)

func (l Lane) String() string {
	switch l {
	case Small:
		return "small"
	case Bulk:
		return "bulk"
	case Streams:
		return "stream"
	case Info:
		return "info"
	}
	return fmt.Sprintf("Lane(%d)", uint8(l))
}
