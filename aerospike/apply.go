package aerospike

import (
	"context"
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/command"
	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// call is a Lua function with its arguments, of a request that has one.
type call struct {
	module, function string
	args             []byte // a packed list
}

// Apply calls a Lua function on one record, which need not exist, and returns what the
// function returns. module is the name of the module, with or without ".lua"; see
// [Client.PutUDF].
// The arguments are what [ValueOf] takes; the function gets them after the record.
//
// If the function fails, or there is none of that name, the error is [ErrUDF] and has the
// text of Lua. What the function had written before may persist. A filter and a time to
// live apply, the latter if the function sets none; conditions on the record's existence
// or generation do not, and are refused.
//
// The call may change the record, and so it is not repeated once it was sent, unless
// [Idempotent] says that this does no harm. It is kept off the connections of small calls,
// since it may take long.
func (c *Client) Apply(ctx context.Context, key Key, module, function string, args []any, opts ...WriteOption) (Value, error) {
	r := newRequest("apply", &key, &c.writes)
	defer r.release()
	r.settings.Exists, r.settings.GenerationCheck = policy.CreateOrUpdate, policy.GenerationIgnore
	r.settings.ApplyWrite(opts)
	if err := r.prepareCall(module, function, args); err != nil {
		return Value{}, r.refuse(ctx, c, err)
	}
	r.cmd.Slow = true
	ctx, err := r.enter(ctx, c, true)
	if err != nil {
		return Value{}, err
	}
	reply, err := r.do(ctx, c, true)
	var v Value
	if err == nil {
		v, err = r.returned(&reply)
		reply.Release()
	}
	r.leave(c, err)
	return v, err
}

// prepareCall fills in the header and the call.
func (r *request) prepareCall(module, function string, args []any) error {
	if err := r.check(); err != nil {
		return err
	}
	if r.settings.Exists != policy.CreateOrUpdate || r.settings.GenerationCheck != policy.GenerationIgnore {
		return invalidArg("a condition on existence or generation, which a function cannot have")
	}
	packed, err := packCall(module, function, args)
	if err != nil {
		return err
	}
	r.call = packed
	r.header = command.WriteHeader(&r.settings)
	return nil
}

// Limits of the server for a call (server: udf.h).
const (
	maxFunctionName = 127
	maxCallArgs     = 1 << 16
)

// packCall checks a call and packs its arguments.
func packCall(module, function string, args []any) (*call, error) {
	module = strings.TrimSuffix(module, moduleExtension)
	switch {
	case module == "" || len(module) > maxModuleName:
		return nil, invalidArg("the name of the module has %d bytes, the range is 1 to %d", len(module), maxModuleName)
	case function == "" || len(function) > maxFunctionName:
		return nil, invalidArg("the name of the function has %d bytes, the range is 1 to %d", len(function), maxFunctionName)
	case len(args) > maxCallArgs:
		return nil, invalidArg("%d arguments, the limit is %d", len(args), maxCallArgs)
	}
	packed, err := query.PackArgs(args)
	if err != nil {
		return nil, err
	}
	return &call{module: module, function: function, args: packed}, nil
}

// appendCall appends the fields of the call.
func (r *request) appendCall() {
	r.enc.FieldString(wire.FieldUDFPackage, r.call.module)
	r.enc.FieldString(wire.FieldUDFFunction, r.call.function)
	r.enc.Field(wire.FieldUDFArgs, r.call.args)
}

// returned reads the value that the function returned: that of the operation SUCCESS
// (protocol/01 §8.5).
func (r *request) returned(reply *cluster.Reply) (Value, error) {
	v, err := returnedValue(reply.Message)
	if err == nil {
		return v, nil
	}
	reply.Distrust()
	return Value{}, &Error{
		Op: r.cmd.Op, Namespace: r.cmd.Namespace, Set: r.cmd.Set,
		Node: reply.Node.Name(), InDoubt: true, Err: err,
	}
}

func returnedValue(m *wire.Message) (Value, error) {
	for op, ok := m.NextOp(); ok; op, ok = m.NextOp() {
		switch string(op.Name) {
		case "SUCCESS":
			return types.DecodeValue(op.Particle, append([]byte(nil), op.Value...)) // the buffer is used again
		case "FAILURE":
			return Value{}, fmt.Errorf("%w: a failure with the code of success", ErrProtocol)
		}
	}
	if err := m.Err(); err != nil {
		return Value{}, fmt.Errorf("%w: %w", ErrProtocol, err)
	}
	return Value{}, nil // a function of old servers that returns nothing
}
