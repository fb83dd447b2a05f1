package store

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// execute runs the operations of a write, in order, on the workspace's bins.
func (c *writing) execute() wire.ResultCode {
	for i := range c.Request.Ops {
		if code := c.operate(&c.Request.Ops[i]); code != wire.ResultOK {
			return code
		}
		if c.work.overfull() {
			return wire.ResultServerError
		}
	}
	if len(c.work.bins) > maxBins {
		return wire.ResultParameter
	}
	return wire.ResultOK
}

func (c *writing) operate(op *wire.Op) wire.ResultCode {
	w := c.work
	switch op.Type {
	case wire.OpTouch:
		return wire.ResultOK
	case wire.OpWrite:
		return c.assign(op)
	case wire.OpIncr, wire.OpAppend, wire.OpPrepend:
		if code := w.modify(op); code != wire.ResultOK {
			return code
		}
		c.answer(op, Value{}, false)
		return wire.ResultOK
	case wire.OpDelete:
		w.bins = w.bins[:0]
		c.answer(op, Value{}, false)
		return wire.ResultOK
	case wire.OpRead:
		if c.Request.isReadAll(op) {
			c.answerAll()
			return wire.ResultOK
		}
		if bin := w.find(op.Name); bin != nil {
			c.answer(op, Value{Type: bin.Type, Data: bin.Value}, true)
		} else {
			c.answer(op, Value{}, false)
		}
		return wire.ResultOK
	}
	return c.delegate(op)
}

// delegate hands an operation to the engine of its family.
func (c *writing) delegate(op *wire.Op) wire.ResultCode {
	engine := c.Namespace.engines[op.Type]
	if engine == nil {
		return wire.ResultParameter
	}
	if traits[op.Type].reads {
		missing := c.work.find(op.Name) == nil && op.Type != wire.OpExpRead
		v, code := c.Execution.read(engine, op)
		if code == wire.ResultOK {
			c.answer(op, v, !missing) // with the bin there, even no value is a result
		}
		return code
	}
	index := c.work.obtain(op.Name)
	v, code := engine.Modify(&c.Execution, &c.work.bins[index], op)
	if code != wire.ResultOK {
		return code
	}
	if c.work.bins[index].Type == wire.ParticleNull {
		c.work.remove(index)
	}
	c.answer(op, v, v.Type != wire.ParticleNull)
	return wire.ResultOK
}

// assign executes an OpWrite: a null particle removes the bin, any other becomes
// its value.
func (c *writing) assign(op *wire.Op) wire.ResultCode {
	w := c.work
	if op.Particle == wire.ParticleNull {
		if i := w.index(op.Name); i >= 0 {
			w.remove(i)
		}
	} else {
		value, code := w.admitValue(op.Particle, op.Value)
		if code != wire.ResultOK {
			return code
		}
		bin := &w.bins[w.obtain(op.Name)]
		bin.Type, bin.Value = op.Particle, value
	}
	c.answer(op, Value{}, false)
	return wire.ResultOK
}

// answer adds the result of an operation. One that has none is answered only if
// the request wants a result for every operation.
func (c *writing) answer(op *wire.Op, v Value, has bool) {
	if !has && c.Request.Info2&wire.Info2RespondAllOps == 0 {
		return
	}
	c.work.ops = appendReply(c.work.ops, op.Type, op.Name, v)
	c.results++
}

// answerAll adds every bin, as a read of all bins does.
func (c *writing) answerAll() {
	for i := range c.work.bins {
		b := &c.work.bins[i]
		c.work.ops = appendReply(c.work.ops, wire.OpRead, b.Name, Value{Type: b.Type, Data: b.Value})
		c.results++
	}
}

// index returns where the bin of that name is, or -1.
func (w *Workspace) index(name []byte) int {
	for i := range w.bins {
		if string(w.bins[i].Name) == string(name) {
			return i
		}
	}
	return -1
}

// find returns the bin of that name, or nil. The pointer is good until a bin is
// added or removed.
func (w *Workspace) find(name []byte) *Bin {
	if i := w.index(name); i >= 0 {
		return &w.bins[i]
	}
	return nil
}

// obtain returns where the bin of that name is, adding a null one if need be.
func (w *Workspace) obtain(name []byte) int {
	if i := w.index(name); i >= 0 {
		return i
	}
	w.bins = append(w.bins, Bin{Name: name})
	return len(w.bins) - 1
}

// remove takes a bin out. As in the server, the last bin moves into the gap.
func (w *Workspace) remove(i int) {
	last := len(w.bins) - 1
	w.bins[i] = w.bins[last]
	w.bins = w.bins[:last]
}
