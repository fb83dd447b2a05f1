package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// state is the cursor file: how far an export has got. Whatever stands in the output
// after Offset was written after the state was saved, and is written again.
type state struct {
	Namespace string        `json:"namespace"`
	Set       string        `json:"set"`
	Offset    int64         `json:"offset"`  // bytes of the output that are good
	Records   int64         `json:"records"` // in them
	Cursor    *query.Cursor `json:"cursor"`
}

// load returns the state of an earlier run; ok is false if there is none.
func load(path, namespace, set string) (s state, ok bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return state{}, false, nil
	}
	if err != nil {
		return state{}, false, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return state{}, false, fmt.Errorf("%s: %w", path, err)
	}
	if s.Namespace != namespace || s.Set != set || s.Cursor == nil || s.Offset < 0 {
		return state{}, false, fmt.Errorf("%s belongs to an export of %s/%s", path, s.Namespace, s.Set)
	}
	return s, true, nil
}

// save replaces the file in one step, so that a crash leaves the old one or the new.
func (s *state) save(path string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
