package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/examples/internal/ndjson"
)

// profile is a user as stored and as sent.
type profile struct {
	Name  string   `as:"name" json:"name"`
	Email string   `as:"email" json:"email"`
	Tags  []string `as:"tags,omitempty" json:"tags,omitempty"`

	Generation uint32 `as:",generation" json:"-"`
}

const users = "users"

func (s *service) userKey(r *http.Request) aerospike.Key {
	return aerospike.NewKey(s.namespace, users, r.PathValue("id"))
}

func (s *service) getUser(w http.ResponseWriter, r *http.Request) {
	p, err := aerospike.GetAs[profile](r.Context(), s.client, s.userKey(r))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("ETag", etag(p.Generation))
	s.answer(w, http.StatusOK, p)
}

// putUser replaces a profile. Doing so twice is the same as once, so the client may repeat it
// after a lost answer, unless a generation is asked for: then the second time would fail.
func (s *service) putUser(w http.ResponseWriter, r *http.Request) {
	var p profile
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxProfile))
	body.DisallowUnknownFields()
	if err := body.Decode(&p); err != nil {
		s.refuse(w, http.StatusBadRequest, "the body is no profile")
		return
	}
	opts := []aerospike.WriteOption{aerospike.CreateOrReplace, aerospike.SendKey(true)}
	if match := r.Header.Get("If-Match"); match == "" {
		opts = append(opts, aerospike.Idempotent(true))
	} else {
		generation, err := strconv.ParseUint(strings.Trim(match, `"`), 10, 32)
		if err != nil {
			s.refuse(w, http.StatusBadRequest, "If-Match is no ETag of ours")
			return
		}
		opts = append(opts, aerospike.IfGeneration(uint32(generation)))
	}
	if err := aerospike.PutFrom(r.Context(), s.client, s.userKey(r), p, opts...); err != nil {
		s.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *service) deleteUser(w http.ResponseWriter, r *http.Request) {
	existed, err := s.client.Delete(r.Context(), s.userKey(r))
	switch {
	case err != nil:
		s.fail(w, r, err)
	case !existed:
		s.refuse(w, http.StatusNotFound, "no such record")
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// exportUsers sends all profiles as they arrive. Nobody waits for a slow reader but this
// request. If it fails halfway the connection is cut, so that the reader does not take a part
// for the whole.
func (s *service) exportUsers(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	var line []byte
	sent := 0
	records := s.client.Scan(r.Context(), s.namespace, users, aerospike.Timeout(0)) // the request's end ends it
	for rec, err := range records.All() {
		if err == nil {
			line, err = ndjson.AppendRecord(line[:0], rec, time.Now())
		}
		if err != nil {
			if sent > 0 {
				panic(http.ErrAbortHandler)
			}
			s.fail(w, r, err)
			return
		}
		if sent == 0 {
			w.Header().Set("Content-Type", "application/x-ndjson")
		}
		if sent%256 == 0 {
			_ = control.SetWriteDeadline(time.Now().Add(exportStall)) // not every server can
		}
		if _, err := w.Write(line); err != nil {
			return // the reader has left
		}
		sent++
	}
	if sent == 0 {
		w.Header().Set("Content-Type", "application/x-ndjson")
	}
}

// addToCounter adds and reads in one call. Adding twice is not the same as once: after a lost
// answer the client does not repeat it but says that it is in doubt, and so do we.
func (s *service) addToCounter(w http.ResponseWriter, r *http.Request) {
	n := int64(1)
	if text := r.URL.Query().Get("n"); text != "" {
		var err error
		if n, err = strconv.ParseInt(text, 10, 64); err != nil {
			s.refuse(w, http.StatusBadRequest, "n is no number")
			return
		}
	}
	key := aerospike.NewKey(s.namespace, "counters", r.PathValue("name"))
	rec, err := s.client.Operate(r.Context(), key, []aerospike.Op{aerospike.Add("n", n), aerospike.Read("n")})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	value, err := rec.Int("n")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answer(w, http.StatusOK, map[string]int64{"value": value})
}

func etag(generation uint32) string { return strconv.Quote(strconv.FormatUint(uint64(generation), 10)) }
