package expression

import (
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/posix"
)

// regexNode looks for a match of a regular expression in a string.
type regexNode struct {
	re  *posix.Regexp
	arg node
}

// maxStates bounds what all regular expressions of one expression take together.
const maxStates = 1 << 18

func (c *compiler) regex(args int) operand {
	if args != 3 {
		return c.fail()
	}
	flags, ok := c.uint()
	pattern, isText := c.text()
	if !ok || !isText {
		return c.fail()
	}
	arg := c.operand()
	if arg.t != wire.ExpTypeString || c.failed {
		return c.fail()
	}
	// The flags are those of the C library's regcomp, and the server hands them to it
	// as they come: wire.RegexExtended and so on.
	re, err := posix.Compile(pattern, int(int32(flags)))
	if err != nil {
		return c.fail()
	}
	if c.states += re.Size(); c.states > maxStates {
		return c.fail()
	}
	return operand{node: regexNode{re, arg.node}, t: wire.ExpTypeBool}
}

func (n regexNode) eval(f *frame) value {
	v := n.arg.eval(f)
	if !v.is(wire.ExpTypeString) {
		return value{}
	}
	matched, done := n.re.Match(v.data, f.spend)
	if !done {
		return value{}
	}
	return boolValue(matched)
}
