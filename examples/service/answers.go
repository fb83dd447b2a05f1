package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"go.uber.org/zap"

	"github.com/aerospike-go/aerospike-go/aerospike"
)

// statuses are what failures become, the first one that fits. What the caller may repeat
// later is 503 or 504.
var statuses = []struct {
	is     error
	status int
	text   string
}{
	{aerospike.ErrRecordNotFound, http.StatusNotFound, "no such record"},
	{aerospike.ErrGeneration, http.StatusPreconditionFailed, "somebody else has changed it"},
	{aerospike.ErrRecordTooBig, http.StatusRequestEntityTooLarge, "too big"},
	{aerospike.ErrInvalidArg, http.StatusBadRequest, "not valid"},
	{aerospike.ErrBinType, http.StatusConflict, "it is of another kind"},
	{aerospike.ErrOverloaded, http.StatusServiceUnavailable, "too many requests at the moment"},
	{aerospike.ErrQuotaExceeded, http.StatusServiceUnavailable, "too many requests at the moment"},
	{aerospike.ErrDeviceOverload, http.StatusServiceUnavailable, "too many requests at the moment"},
	{aerospike.ErrKeyBusy, http.StatusServiceUnavailable, "too many requests at the moment"},
	{aerospike.ErrTimeout, http.StatusGatewayTimeout, "it took too long"},
	{aerospike.ErrCluster, http.StatusServiceUnavailable, "the database cannot be reached"},
	{aerospike.ErrClosed, http.StatusServiceUnavailable, "leaving"},
}

// statusOf returns what a failure is to the caller.
func statusOf(err error) (status int, text string) {
	for _, s := range statuses {
		if errors.Is(err, s.is) {
			return s.status, s.text
		}
	}
	return http.StatusInternalServerError, "internal error"
}

// problem is the body of a failure.
type problem struct {
	Error string `json:"error"`
	// InDoubt: the change may have been made. Read before you repeat it.
	InDoubt bool `json:"in_doubt,omitempty"`
}

// fail answers with what became of a call. The causes are in the client's log and spans;
// the caller is told none of them.
func (s *service) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		return // the caller has left
	}
	status, text := statusOf(err)
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "1")
	case http.StatusInternalServerError:
		s.log.Error("request failed", zap.String("route", r.Pattern), zap.Error(err))
	}
	s.answer(w, status, problem{Error: text, InDoubt: aerospike.InDoubt(err)})
}

// refuse answers a request that no call is made for.
func (s *service) refuse(w http.ResponseWriter, status int, text string) {
	s.answer(w, status, problem{Error: text})
}

func (s *service) answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // if it fails the caller has left
}
