package query

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

const maxUDFName = 127 // server: udf_cask.c, and the names of Lua functions

// Values of UDF_OP: what becomes of the records that a query finds (protocol/04 §2).
const (
	udfAggregate  = 1 // the function gets all of them as a stream
	udfBackground = 2 // the function runs on each of them
)

// Call is a Lua function with its arguments, for package aerospike and those that run
// Lua themselves.
type Call struct {
	Module   string // with or without ".lua"
	Function string
	Args     []any // what types.ValueOf takes
}

// module returns the name as servers take it.
func (c *Call) module() string { return strings.TrimSuffix(c.Module, ".lua") }

func (c *Call) check() error {
	if n := len(c.module()); n == 0 || n > maxUDFName || c.Function == "" || len(c.Function) > maxUDFName {
		return invalid("module of %d bytes and function of %d, the range is 1 to %d", n, len(c.Function), maxUDFName)
	}
	return nil
}

// PackArgs returns the arguments as servers and Lua take them: a list.
func PackArgs(args []any) ([]byte, error) {
	packed := wire.AppendMsgpackArrayHeader(nil, len(args))
	for i, arg := range args {
		var err error
		if packed, err = types.AppendElement(packed, arg); err != nil {
			return nil, fmt.Errorf("argument %d: %w", i, err)
		}
	}
	return packed, nil
}

// append appends the fields of the call.
func (c *Call) append(e *wire.Encoder, op byte) error {
	args, err := PackArgs(c.Args)
	if err != nil {
		return err
	}
	e.Field(wire.FieldUDFOp, []byte{op})
	e.FieldString(wire.FieldUDFPackage, c.module())
	e.FieldString(wire.FieldUDFFunction, c.Function)
	e.Field(wire.FieldUDFArgs, args)
	return nil
}

// tries is how often something may be tried again, and has been.
type tries struct{ retries, free, pauses int }

// again reports whether there is to be another attempt after a fault, and returns when
// it is time for it.
func (t *tries) again(ctx context.Context, c *cluster.Cluster, cmd *cluster.Command, f *cluster.Fault) bool {
	a := c.Advise(cmd, f, t.retries, t.free, t.pauses)
	if !a.Again || ctx.Err() != nil {
		return false
	}
	if a.Free {
		t.free++
	} else {
		t.retries--
	}
	if a.Pause > 0 || a.Await {
		t.pauses++
		return cluster.Sleep(ctx, max(a.Pause, time.Millisecond), nil)
	}
	return true
}

// silent reports whether a node seems to be gone that is waited for since some time, in
// Unix nanoseconds; 0 is for one that is not.
func silent(node *cluster.Node, since int64, now time.Time) bool {
	return since != 0 && now.Sub(time.Unix(0, since)) > silentNode && !node.Available()
}
