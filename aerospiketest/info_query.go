package aerospiketest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
)

// queryCommands tell of the node's queries and end them.
var queryCommands = map[string]infoCommand{
	"query-show":      {answer: queryShow},
	"query-abort":     {answer: queryAbort, needs: security.QueryAdmin},
	"query-abort-all": {answer: queryAbortAll, needs: security.QueryAdmin},
}

const infoBadID = "ERROR:4:bad id"

// maxTask is how long a task's number can be, with leading zeros.
const maxTask = 25

func queryShow(c *infoCall) string {
	params := &indexParams{infoCall: c}
	text, given := params.optional(maxTask, "id", "trid")
	switch {
	case params.fault != "":
		return params.fault
	case !given:
		return c.node.queries.describeAll()
	}
	task, ok := parseTask(text)
	if !ok {
		return infoBadID
	}
	line, ok := c.node.queries.describe(task)
	if !ok {
		return "ERROR:2:job not found"
	}
	return line
}

func queryAbort(c *infoCall) string {
	params := &indexParams{infoCall: c}
	text := params.required(maxTask, "id", "trid")
	if params.fault != "" {
		return params.fault
	}
	task, ok := parseTask(text)
	switch {
	case !ok:
		return infoBadID
	case !c.node.queries.abort(task):
		return "ERROR:2:id not active"
	}
	return infoOK
}

func queryAbortAll(c *infoCall) string {
	return fmt.Sprintf("number-of-queries-killed:%d", c.node.queries.abortAll())
}

// parseTask reads a task in decimal, octal or hexadecimal, as C does: a minus makes the
// complement. None is 0.
func parseTask(text string) (task uint64, ok bool) {
	if digits, negative := strings.CutPrefix(text, "-"); negative {
		task, ok = parseTask(digits)
		return -task, ok
	}
	task, err := strconv.ParseUint(text, 0, 64)
	return task, err == nil && task != 0
}
