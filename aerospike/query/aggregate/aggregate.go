package aggregate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/policy"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/internal/lua"
)

// Client is what aggregations are made with: a client of package aerospike.
type Client interface {
	QueryPartials(ctx context.Context, stmt query.Statement, module, function string, args []any, opts ...policy.QueryOption) *query.Partials
}

// Function is a stream function.
type Function struct {
	// Source has the module, and those that it requires.
	Source *Source
	// Module is the module's name on the servers and in Source, with or without ".lua".
	Module string
	// Name is that of the function.
	Name string
	// Args are what the function gets after the stream, on the servers and here: what
	// types.ValueOf takes.
	Args []any
}

// Query aggregates the records that a statement describes, and returns the values that
// come out of the function: one for a function that ends with a reduce, none if there are
// no records, see [One]. Other functions may have any number of them, which come as the
// nodes send them, in no order; memory does not grow with their number. A value that is
// nil ends the result, and tables and functions get lost: that is how Lua's streams are.
//
// Nothing is sent before the iteration begins, and each iteration is an aggregation of
// its own. It may be left at any time, which ends the work of the servers. An error ends
// the iteration and has no value:
//   - [types.ErrUDF] if the function fails. With the name of a node in the [types.Error]
//     it did so there, else here; the text has module and line.
//   - [types.ErrInvalidArg] if Source does not have the module, or the statement has what
//     servers ignore in aggregations: Select, Read, HeaderOnly, Partitions, MaxRecords,
//     Resume. Filters are sent, and servers up to 8.1 refuse them with
//     [types.ErrUnsupported].
//   - [types.ErrClusterKeyMismatch] if the cluster was changing for the whole time that
//     there was to wait, or changed meanwhile: the result would not be right.
//   - That of ctx, which also stops a script that does not come to an end.
//
// What a node fails with, and a change of the cluster, make the aggregation begin anew if
// no value has been returned yet, as often and as long as the policy of queries says.
// Without a limit of time in ctx or an option it takes as long as it takes.
func Query(ctx context.Context, client Client, stmt query.Statement, f Function, opts ...policy.QueryOption) iter.Seq2[types.Value, error] {
	return func(yield func(types.Value, error) bool) {
		a := &aggregation{stmt: stmt, function: f}
		args, err := a.function.check()
		if err != nil {
			yield(types.Value{}, a.fail(err))
			return
		}
		a.partials = client.QueryPartials(ctx, stmt, a.function.Module, f.Name, f.Args, opts...)
		defer a.partials.Close()
		for a.attempt(args, yield) {
		}
	}
}

// check reports what is wrong, takes ".lua" off the module, and packs the arguments.
func (f *Function) check() (args []byte, err error) {
	if f.Source == nil {
		return nil, fmt.Errorf("%w: the function has no Source", types.ErrInvalidArg)
	}
	f.Module = strings.TrimSuffix(f.Module, extension)
	if !f.Source.modules.Has(f.Module) {
		return nil, fmt.Errorf("%w: the source has no module %q", types.ErrInvalidArg, f.Module)
	}
	return query.PackArgs(f.Args)
}

// aggregation is an iteration over the values of one result.
type aggregation struct {
	stmt     query.Statement
	function Function
	partials *query.Partials
}

// attempt does all of it, and reports whether it is to be done once more.
func (a *aggregation) attempt(args []byte, yield func(types.Value, error) bool) (again bool) {
	r, err := a.function.Source.modules.Reduce(lua.Call{
		Module: a.function.Module, Function: a.function.Name, Args: args,
		Limits: lua.Limits{Stop: a.partials.Begin()},
	})
	if err != nil {
		yield(types.Value{}, a.fail(err))
		return false
	}
	defer r.Close()
	r.Run(a.next)
	for returned := false; ; returned = true {
		p, ok, err := r.Next()
		var v types.Value
		if err == nil && ok {
			v, err = types.DecodeValue(p.Type, p.Data)
		}
		if err != nil && !returned && a.partials.Again() {
			return true
		}
		switch {
		case err != nil:
			yield(types.Value{}, a.fail(cmp.Or(a.partials.Err(), err)))
			return false
		case !ok || !yield(v, nil):
			return false
		}
	}
}

// next returns the next value of the servers.
func (a *aggregation) next() (p lua.Particle, ok bool, err error) {
	v, err := a.partials.Next()
	if err == io.EOF {
		return p, false, nil
	}
	if err == nil {
		p.Data, p.Type, err = v.AppendTo(nil)
	}
	return p, err == nil, err
}

// fail says of an error where it comes from.
func (a *aggregation) fail(err error) error {
	if _, known := errors.AsType[*types.Error](err); known {
		return err
	}
	e := &types.Error{Op: "aggregate", Namespace: a.stmt.Namespace(), Set: a.stmt.Set(), Err: err}
	if fault, ok := errors.AsType[*lua.Fault](err); ok {
		if err := a.partials.Expired(); err != nil {
			return err // this is what has stopped the script
		}
		e.Code = types.ResultUDF
		e.Err = fmt.Errorf("function %s of module %s, on the client: %s", a.function.Name, a.function.Module, fault.Text)
	}
	return e
}

// ErrManyValues is the error of [One] for a result of more than one value.
var ErrManyValues = errors.New("the aggregation has more than one value")

// One returns the value of a result that has at most one. found is false if there is
// none, because there are no records.
func One(values iter.Seq2[types.Value, error]) (v types.Value, found bool, err error) {
	for next, err := range values {
		switch {
		case err != nil:
			return types.Value{}, false, err
		case found:
			return types.Value{}, false, ErrManyValues
		}
		v, found = next, true
	}
	return v, found, nil
}

// Collect returns all values of a result, those before an error too.
func Collect(values iter.Seq2[types.Value, error]) ([]types.Value, error) {
	var all []types.Value
	for v, err := range values {
		if err != nil {
			return all, err
		}
		all = append(all, v)
	}
	return all, nil
}
