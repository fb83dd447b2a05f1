package ndjson

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// AppendRecord appends a record as one line: its key or, if the server has not stored
// that, its digest; generation; the seconds that it has left to live, if it expires; bins.
func AppendRecord(dst []byte, rec *aerospike.Record, now time.Time) ([]byte, error) {
	var err error
	if key, ok := rec.Key.Value(); ok {
		if dst, err = appendValue(append(dst, `{"key":`...), key); err != nil {
			return dst, err
		}
	} else {
		digest := rec.Key.Digest()
		dst = append(hex.AppendEncode(append(dst, `{"digest":"`...), digest[:]), '"')
	}
	dst = strconv.AppendUint(append(dst, `,"generation":`...), uint64(rec.Generation), 10)
	if left, expires := rec.TTL(now); expires {
		dst = strconv.AppendInt(append(dst, `,"ttl":`...), max(int64(left/time.Second), 1), 10)
	}
	dst = append(dst, `,"bins":{`...)
	for i, bin := range rec.Bins {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, bin.Name), ':')
		if dst, err = appendValue(dst, bin.Value); err != nil {
			return dst, fmt.Errorf("bin %.32q: %w", bin.Name, err)
		}
	}
	return append(dst, "}}\n"...), nil
}

// Row is a line as it is read.
type Row struct {
	Key  aerospike.Key
	TTL  time.Duration // 0 if the line names none
	Bins aerospike.Bins
}

// maxTTL is the longest life that servers allow, in seconds: ten years.
const maxTTL = 10 * 365 * 24 * 60 * 60

// ParseRow reads a line for a namespace and set.
func ParseRow(line []byte, namespace, set string) (Row, error) {
	var raw struct {
		Key        any            `json:"key"`
		Digest     string         `json:"digest"`
		Generation uint32         `json:"generation"`
		TTL        int64          `json:"ttl"`
		Bins       map[string]any `json:"bins"`
	}
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&raw); err != nil {
		return Row{}, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Row{}, errors.New("more than one object in a line")
	}
	if raw.TTL < 0 || raw.TTL > maxTTL {
		return Row{}, fmt.Errorf("ttl: %d seconds, the range is 0 to %d", raw.TTL, int64(maxTTL))
	}
	row := Row{TTL: time.Duration(raw.TTL) * time.Second, Bins: make(aerospike.Bins, len(raw.Bins))}
	var err error
	if row.Key, err = keyOf(raw.Key, raw.Digest, namespace, set); err != nil {
		return Row{}, err
	}
	for name, v := range raw.Bins {
		value, err := valueOf(v)
		if err != nil {
			return Row{}, fmt.Errorf("bin %.32q: %w", name, err)
		}
		row.Bins[name] = value
	}
	if len(row.Bins) == 0 {
		return Row{}, errors.New("no bins")
	}
	return row, nil
}

// keyOf makes the key of a line.
func keyOf(key any, digest, namespace, set string) (aerospike.Key, error) {
	if key == nil {
		var d aerospike.Digest
		if n, err := hex.Decode(d[:], []byte(digest[:min(len(digest), 2*len(d))])); err != nil || n != len(d) || len(digest) != 2*len(d) {
			return aerospike.Key{}, errors.New("neither a key nor a digest")
		}
		return aerospike.NewKeyFromDigest(namespace, set, d), nil
	}
	v, err := valueOf(key)
	if err != nil {
		return aerospike.Key{}, fmt.Errorf("key: %w", err)
	}
	switch v.Kind() {
	case aerospike.KindInt:
		i, _ := v.AsInt()
		return aerospike.NewKey(namespace, set, i), nil
	case aerospike.KindString:
		s, _ := v.AsString()
		return aerospike.NewKey(namespace, set, s), nil
	case aerospike.KindBytes:
		b, _ := v.AsBytes()
		return aerospike.NewKey(namespace, set, b), nil
	}
	return aerospike.Key{}, fmt.Errorf("a key of kind %v", v.Kind())
}

// ParseValue reads one value.
func ParseValue(text []byte) (aerospike.Value, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var raw any
	if err := decoder.Decode(&raw); err != nil {
		return aerospike.Value{}, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return aerospike.Value{}, errors.New("more than one value")
	}
	return valueOf(raw)
}
