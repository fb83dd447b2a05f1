// Package recorded reads the files in testdata that hold what a real server answered
// to operations of one family. Only tests import it.
package recorded

import (
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/packed"
)

// Row is one operation on one bin, and what the server made of it.
type Row struct {
	Bin     packed.Value
	Modify  bool
	Instr   []byte
	Code    wire.ResultCode
	Result  packed.Value
	Changed packed.Value // the bin afterwards
}

// Load reads a file of rows, one a line: the bin, r or m for an operation that reads
// or modifies, the instruction, the result code, the result and the bin afterwards.
// Values are a particle type, a colon and hex; lines that begin with # are comments.
func Load(path string) ([]Row, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("recorded: %w", err)
	}
	var rows []Row
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row, err := parse(strings.Fields(line))
		if err != nil {
			return nil, fmt.Errorf("recorded: %s, line %d: %w", path, len(rows), err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func parse(fields []string) (r Row, err error) {
	if len(fields) != 6 {
		return r, fmt.Errorf("%d fields", len(fields))
	}
	r.Modify = fields[1] == "m"
	for i, v := range map[int]*packed.Value{0: &r.Bin, 4: &r.Result, 5: &r.Changed} {
		kind, data, _ := strings.Cut(fields[i], ":")
		if _, err := fmt.Sscan(kind, &v.Type); err != nil {
			return r, fmt.Errorf("particle type: %w", err)
		}
		if v.Data, err = hex.DecodeString(data); err != nil {
			return r, fmt.Errorf("value: %w", err)
		}
	}
	if r.Instr, err = hex.DecodeString(fields[2]); err != nil {
		return r, fmt.Errorf("instruction: %w", err)
	}
	if _, err := fmt.Sscan(fields[3], &r.Code); err != nil {
		return r, fmt.Errorf("result code: %w", err)
	}
	return r, nil
}
