package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/examples/internal/ndjson"
)

// maxLine bounds one line of the input; a record has at most 8 MiB, and its JSON is longer.
const maxLine = 32 << 20

// line is a row of the input.
type line struct {
	number int // from 1
	text   string
	row    ndjson.Row
	err    error // why it is no row
}

// input yields the rows of a file.
type input interface {
	// next returns the next row; false at the end, or after a failure to read, see err.
	next() (line, bool)
	err() error
}

// source is a file that counts what is read of it.
type source struct {
	file *os.File
	size int64
	read atomic.Int64
}

func open(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &source{file: f, size: info.Size()}, nil
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.file.Read(p)
	s.read.Add(int64(n))
	return n, err
}

// fraction tells how much has been read, 0 to 1.
func (s *source) fraction() float64 {
	if s.size == 0 {
		return 1
	}
	return float64(s.read.Load()) / float64(s.size)
}

// lineSize returns how long lines are on average at the beginning, 0 if that cannot be told.
func (s *source) lineSize() int {
	head := make([]byte, 1<<20)
	n, _ := s.file.ReadAt(head, 0)
	return n / (bytes.Count(head[:n], []byte{'\n'}) + 1)
}

// newInput reads a file as its name says: .csv, or JSON lines.
func newInput(src *source, namespace, set string) (input, error) {
	r := bufio.NewReaderSize(src, 1<<16)
	if mark, _ := r.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = r.Discard(len(byteOrderMark))
	}
	if strings.EqualFold(filepath.Ext(src.file.Name()), ".csv") {
		return newCSV(r, namespace, set)
	}
	return &jsonLines{reader: r, namespace: namespace, set: set}, nil
}

// byteOrderMark is what some programs begin a file in UTF-8 with.
const byteOrderMark = "\ufeff"

// jsonLines are the lines that examples/export writes.
type jsonLines struct {
	reader         *bufio.Reader
	namespace, set string
	number         int
	text           []byte // of the line
	failure        error
}

var errLongLine = fmt.Errorf("the line is longer than %d bytes", maxLine)

func (in *jsonLines) next() (line, bool) {
	for {
		long, ok := in.readLine()
		if !ok {
			return line{}, false
		}
		in.number++
		text := bytes.TrimSpace(in.text)
		switch {
		case long:
			return line{number: in.number, text: string(text[:100]) + "…", err: errLongLine}, true
		case len(text) == 0:
			continue
		}
		row, err := ndjson.ParseRow(text, in.namespace, in.set)
		return line{number: in.number, text: string(text), row: row, err: err}, true
	}
}

// readLine reads a line; false at the end. Of one that is too long it keeps the beginning.
func (in *jsonLines) readLine() (long, ok bool) {
	in.text = in.text[:0]
	for {
		part, err := in.reader.ReadSlice('\n')
		if long = long || len(in.text)+len(part) > maxLine; !long {
			in.text = append(in.text, part...)
		}
		switch err {
		case nil:
			return long, true
		case bufio.ErrBufferFull:
		case io.EOF:
			return long, len(in.text) > 0
		default:
			in.failure = err
			return false, false
		}
	}
}

func (in *jsonLines) err() error { return in.failure }

// csvRows are the rows of a table. Its first line names the columns: "key" is the key,
// any other column a bin. A type may follow the name after a colon: int, float, bool,
// json or, by default, text. An empty field is no bin.
type csvRows struct {
	reader         *csv.Reader
	namespace, set string
	columns        []column
	failure        error
}

type column struct {
	name  string
	parse func(text string) (any, error)
}

var parsers = map[string]func(string) (any, error){
	"":      func(s string) (any, error) { return s, nil },
	"text":  func(s string) (any, error) { return s, nil },
	"int":   func(s string) (any, error) { return strconv.ParseInt(s, 10, 64) },
	"float": func(s string) (any, error) { return strconv.ParseFloat(s, 64) },
	"bool":  func(s string) (any, error) { return strconv.ParseBool(s) },
	"json":  func(s string) (any, error) { return ndjson.ParseValue([]byte(s)) },
}

func newCSV(r io.Reader, namespace, set string) (*csvRows, error) {
	in := &csvRows{reader: csv.NewReader(r), namespace: namespace, set: set}
	in.reader.ReuseRecord = true
	head, err := in.reader.Read()
	if err == io.EOF {
		err = errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("the line with the names of the columns: %w", err)
	}
	keys := 0
	for _, field := range head {
		name, kind, _ := strings.Cut(field, ":")
		parse := parsers[kind]
		if parse == nil || name == "" {
			return nil, fmt.Errorf("column %q: want a name, or name:int, :float, :bool, :json or :text", field)
		}
		if name == "key" {
			keys++
		}
		in.columns = append(in.columns, column{name, parse})
	}
	if keys != 1 {
		return nil, fmt.Errorf("%d columns are named key, want one", keys)
	}
	return in, nil
}

func (in *csvRows) next() (line, bool) {
	fields, err := in.reader.Read()
	if err == io.EOF {
		return line{}, false
	}
	number, _ := in.reader.FieldPos(0)
	var fault *csv.ParseError
	switch {
	case errors.As(err, &fault):
		if fault.Err != csv.ErrFieldCount { // where the next row begins is not known
			in.failure = err
			return line{}, false
		}
		return line{number: number, text: joined(fields), err: err}, true
	case err != nil:
		in.failure = err
		return line{}, false
	}
	row, err := in.row(fields)
	return line{number: number, text: joined(fields), row: row, err: err}, true
}

func (in *csvRows) err() error { return in.failure }

func (in *csvRows) row(fields []string) (ndjson.Row, error) {
	row := ndjson.Row{Bins: make(aerospike.Bins, len(fields))}
	for i, c := range in.columns {
		text := strings.Clone(fields[i]) // the reader uses its memory again
		if text == "" && c.name != "key" {
			continue
		}
		v, err := c.parse(text)
		if err != nil {
			return row, fmt.Errorf("column %s: %w", c.name, err)
		}
		if c.name != "key" {
			row.Bins[c.name] = v
			continue
		}
		switch key := v.(type) {
		case int64:
			row.Key = aerospike.NewKey(in.namespace, in.set, key)
		case string:
			row.Key = aerospike.NewKey(in.namespace, in.set, key)
			if key == "" {
				return row, errors.New("the key is empty")
			}
		default:
			return row, errors.New("a key is an int or text")
		}
	}
	if len(row.Bins) == 0 {
		return row, errors.New("no bins")
	}
	return row, nil
}

// joined writes a row as JSON, for the report: commas and quotes in it are told apart.
func joined(fields []string) string {
	text, _ := json.Marshal(fields)
	return string(text)
}
