package lua

import (
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// methodMark stands before the name of a function in what is known of its call, if that has
// a colon; no name begins with one.
const methodMark = ":"

// markMethods notes which calls have a colon. The interpreter keeps the names by which functions
// are called, but not that, and errors count arguments by it.
func markMethods(proto *gopher.FunctionProto) {
	for i := range proto.DbgCalls {
		call := &proto.DbgCalls[i]
		if isMethod(proto.Code, call.Pc) {
			call.Name = methodMark + call.Name
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		markMethods(inner)
	}
}

// isMethod reports whether the function that the instruction at pc calls was put into its
// register by the instruction that a colon becomes.
func isMethod(code []uint32, pc int) bool {
	if pc >= len(code) {
		return false
	}
	_, function := instruction(code[pc])
	for pc--; pc >= 0; pc-- {
		switch op, register := instruction(code[pc]); {
		case register != function:
		case op == gopher.OP_SELF:
			return true
		case op == gopher.OP_MOVE, op == gopher.OP_MOVEN, op == gopher.OP_GETUPVAL, op == gopher.OP_GETGLOBAL,
			op == gopher.OP_GETTABLE, op == gopher.OP_GETTABLEKS, op == gopher.OP_CALL, op == gopher.OP_CLOSURE:
			return false
		}
	}
	return false
}

// instruction returns an instruction's operation and its first register.
func instruction(i uint32) (op int, register int) { return int(i >> 26), int(i >> 18 & 0xff) }

// site returns the name by which the function was called, and whether with a colon.
func (c *args) site() (name string, method bool) {
	dbg, ok := c.l.GetStack(0)
	if !ok {
		return c.name, false
	}
	if _, err := c.l.GetInfo("n", dbg, gopher.LNil); err != nil {
		return c.name, false
	}
	if name, method = strings.CutPrefix(dbg.Name, methodMark); method {
		return name, true
	}
	return c.name, false
}
