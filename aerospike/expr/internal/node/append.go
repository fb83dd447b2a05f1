package node

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Append appends the packed form.
func (n *Node) Append(dst []byte) []byte {
	if n.Literal {
		return append(dst, n.Packed...)
	}
	size := 1 + static(n.Op) + len(n.Args)
	switch n.Op {
	case wire.ExpLet:
		size += len(n.Names)
	case wire.ExpCall:
		size += 3
	}
	dst = wire.AppendMsgpackArrayHeader(dst, size)
	dst = wire.AppendMsgpackUint(dst, uint64(n.Op))
	switch n.Op {
	case wire.ExpRegex:
		dst = wire.AppendMsgpackRawString(wire.AppendMsgpackInt(dst, n.Num), n.Name)
	case wire.ExpDigestModulo:
		dst = wire.AppendMsgpackInt(dst, n.Num)
	case wire.ExpKey:
		dst = wire.AppendMsgpackUint(dst, uint64(n.Type))
	case wire.ExpBin:
		dst = wire.AppendMsgpackRawString(wire.AppendMsgpackUint(dst, uint64(n.Type)), n.Name)
	case wire.ExpBinType, wire.ExpVar:
		dst = wire.AppendMsgpackRawString(dst, n.Name)
	case wire.ExpLoopVar:
		dst = wire.AppendMsgpackInt(wire.AppendMsgpackUint(dst, uint64(n.Type)), n.Num)
	case wire.ExpQuote:
		return append(dst, n.Packed...)
	case wire.ExpCall:
		dst = wire.AppendMsgpackUint(dst, uint64(n.Type))
		dst = wire.AppendMsgpackUint(dst, uint64(n.Call.Module))
		dst = n.Call.append(dst)
	}
	for i, arg := range n.Args {
		if i < len(n.Names) {
			dst = wire.AppendMsgpackRawString(dst, n.Names[i])
		}
		dst = arg.Append(dst)
	}
	return dst
}

func (c *Call) append(dst []byte) []byte {
	if c.Select {
		n := 3
		if c.Apply != nil {
			n = 4
		}
		dst = wire.AppendMsgpackUint(wire.AppendMsgpackArrayHeader(dst, n), uint64(wire.CDTSelect))
		dst = wire.AppendMsgpackUint(append(dst, c.Context...), c.Flags)
		return append(dst, c.Apply...)
	}
	if c.Context != nil {
		dst = wire.AppendMsgpackUint(wire.AppendMsgpackArrayHeader(dst, 3), uint64(wire.CDTContextEval))
		dst = append(dst, c.Context...)
	}
	dst = wire.AppendMsgpackUint(wire.AppendMsgpackArrayHeader(dst, 1+len(c.Args)), c.Op)
	for _, arg := range c.Args {
		dst = arg.Append(dst)
	}
	return dst
}
