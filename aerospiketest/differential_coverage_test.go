package aerospiketest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// coverage counts how often what operations are made of met which result code.
type coverage map[string]*[256]int

// note counts the tags of the commands of a round. Which operation of several
// failed a command is not known: then only a command of one operation counts.
func (c coverage) note(steps []step, replies [][]byte) (ops int) {
	const codeAt = wire.FrameHeaderSize + 5
	for i, s := range steps {
		ops += max(len(s.ops), 1)
		if len(replies[i]) <= codeAt {
			continue
		}
		code := replies[i][codeAt]
		if code != 0 && len(s.ops) > 1 {
			continue
		}
		for _, tag := range s.tags {
			if c[tag] == nil {
				c[tag] = new([256]int)
			}
			c[tag][code]++
		}
	}
	return ops
}

func (c coverage) add(other coverage) {
	for tag, codes := range other {
		if c[tag] == nil {
			c[tag] = new([256]int)
		}
		for i, n := range codes {
			c[tag][i] += n
		}
	}
}

// log prints one line for each tag: how often it met which code.
func (c coverage) log(t *testing.T) {
	for _, tag := range slices.Sorted(maps.Keys(c)) {
		var b strings.Builder
		for code, n := range c[tag] {
			if n > 0 {
				fmt.Fprintf(&b, " %d:%d", code, n)
			}
		}
		t.Logf("%-24s%s", tag, b.String())
	}
}

// missing lists what ought to have succeeded at least once but did not.
func (c coverage) missing(family string) []string {
	var out []string
	for _, tag := range expectedTags(family) {
		if c[tag] == nil || c[tag][0] == 0 {
			out = append(out, tag)
		}
	}
	return out
}

// expectedTags is everything that a family's operations are made of.
func expectedTags(family string) []string {
	var tags []string
	add := func(format string, numbers ...int) {
		for _, n := range numbers {
			tags = append(tags, fmt.Sprintf(format, n))
		}
	}
	is := func(families ...string) bool { return family == "all" || slices.Contains(families, family) }
	if is("list", "context") {
		for _, s := range listSpecs {
			add("list op %d", s.id)
		}
		add("list return %d", 0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13)
		tags = append(tags, "return inverted")
	}
	if is("map", "context") {
		for _, s := range mapSpecs {
			add("map op %d", s.id)
		}
		add("map return %d", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17)
	}
	if is("context") {
		add("context %#x", 0, 1, 2, 3, 0x10, 0x11, 0x13, 0x20, 0x21, 0x22, 0x23, 0x50, 0x90, 0xd0, 0x62, 0xa2, 0xe2)
	}
	if is("bit") {
		for _, s := range bitSpecs {
			add("bit op %d", int(s.id))
		}
	}
	if is("hll") {
		for _, s := range hllSpecs {
			add("hll op %d", int(s.id))
		}
	}
	if is("expression") {
		add("expression %d", expressionCodes()...)
		add("expression call %#x", 0, 1, 2, 0x40, 0x41, 0x42)
		add("expression write %d", 0, 1, 2, 4, 8, 9, 10, 12, 16, 20)
		add("expression read %d", 0, 16)
		tags = append(tags, "filter")
	}
	if is("path") {
		add("path step %#x", 0x4, 0x14, 0x24, 0xa, 0x2a)
		add("path select %d", 0, 1, 2, 3, 4)
		add("loop variable %d", 0, 1, 2)
		add("expression %d", int(wire.ExpResultRemove), int(wire.ExpLoopVar))
		tags = append(tags, "path and")
	}
	return tags
}

// expressionCodes are the codes of all expressions that have a value outside of
// path expressions.
func expressionCodes() (codes []int) {
	for op := range 128 {
		switch o := wire.ExpOp(op); {
		case o <= wire.ExpInList, o >= wire.ExpAnd && o <= wire.ExpIntRScan, o == wire.ExpMin, o == wire.ExpMax,
			o >= wire.ExpDigestModulo && o <= wire.ExpRecordSize, o >= wire.ExpKey && o <= wire.ExpBinType,
			o == wire.ExpMapKeys, o == wire.ExpMapValues, o >= wire.ExpCond:
			codes = append(codes, op)
		}
	}
	return codes
}
