package collection

import (
	"slices"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// defaultLimit bounds a container if the environment does not.
const defaultLimit = 8 << 20

func (env *Env) limit() int {
	if env == nil || env.Limit <= 0 {
		return defaultLimit
	}
	return env.Limit
}

// Read evaluates an instruction that changes nothing. The zero Value means that it
// has no result: the bin is missing, nothing was found or nothing was asked for.
func Read(target packed.Value, instruction []byte, env *Env) (packed.Value, wire.ResultCode) {
	op, args, ok := parseInstruction(instruction)
	if !ok {
		return packed.Value{}, wire.ResultParameter
	}
	if target.Type == wire.ParticleNull {
		return packed.Value{}, wire.ResultOK
	}
	c := &call{args: args, env: env, limit: env.limit()}
	switch {
	case op == wire.CDTSelect:
		return readPath(target, c)
	case op == wire.CDTContextEval:
		return readContext(target, c)
	case isListOp(op):
		if target.Type != wire.ParticleList {
			return packed.Value{}, wire.ResultBinType
		}
		return readList(op, target.Data, c)
	case target.Type != wire.ParticleMap:
		return packed.Value{}, wire.ResultBinType
	}
	return readMap(op, target.Data, c)
}

// Modify executes an instruction that may change the bin. changed is what the bin
// holds afterwards: target itself if nothing changed, null if there still is no bin.
func Modify(target packed.Value, instruction []byte, env *Env) (changed, result packed.Value, code wire.ResultCode) {
	op, args, ok := parseInstruction(instruction)
	if !ok {
		return target, packed.Value{}, wire.ResultParameter
	}
	c := &call{args: args, env: env, limit: env.limit(), modify: true}
	out, code := modifyBin(op, target, c)
	if code != wire.ResultOK {
		return target, packed.Value{}, code
	}
	if out.data == nil {
		return target, out.result, wire.ResultOK
	}
	if len(out.data) > c.limit {
		return target, packed.Value{}, wire.ResultRecordTooBig
	}
	return storedValue(out.data), out.result, wire.ResultOK
}

// storedValue makes a bin of a packed container. It keeps the mark of an index: that
// decides in what order results of a map come, and how a path takes an empty list.
func storedValue(data []byte) packed.Value {
	return packed.Value{Type: kindOf(data), Data: slices.Clip(data)}
}

func modifyBin(op wire.CDTOp, bin packed.Value, c *call) (outcome, wire.ResultCode) {
	t := target{data: bin.Data}
	if bin.Type == wire.ParticleNull {
		t.data = nil
	}
	switch {
	case op == wire.CDTSelect:
		return modifyPath(bin, c)
	case op == wire.CDTContextEval:
		return modifyContext(bin, c)
	case isListOp(op):
		if bin.Type != wire.ParticleNull && bin.Type != wire.ParticleList {
			return outcome{}, wire.ResultBinType
		}
		return modifyList(op, t, c)
	case bin.Type != wire.ParticleNull && bin.Type != wire.ParticleMap:
		return outcome{}, wire.ResultBinType
	}
	return modifyMap(op, t, c)
}

// isListOp reports whether the server routes an instruction to its lists. All
// others, unknown ones too, are for maps.
func isListOp(op wire.CDTOp) bool { return op < wire.MapSetType }
