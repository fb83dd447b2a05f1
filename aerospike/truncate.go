package aerospike

import (
	"context"
	"strconv"
	"time"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Truncate removes the records of a set, or of the whole namespace if set is empty, that
// were last updated before a time. With the zero time it removes all that there are when
// the server gets the call. The time is compared with the servers' clocks; one before
// 2010-01-01 UTC, where their time begins, is refused, and so is one in their future
// ([ErrParameter]).
//
// Sets need not exist; a namespace must ([ErrNamespace]), which the server would not
// check. The nodes learn of it one after another, within milliseconds, and free the
// memory in their own time: see [SetInfo.Truncating]. In the Community Edition records
// may come back when a node restarts from disk.
//
// ctx bounds the call; [DefaultAdminTimeout] does if it has no deadline. A call with a
// time is repeated if its outcome is unknown. One without is not, for it might take
// records with it that were written meanwhile: its error is in doubt then.
func (c *Client) Truncate(ctx context.Context, namespace, set string, before time.Time) error {
	const op = "truncate"
	command, err := truncateCommand(namespace, set, before)
	if err != nil {
		return &Error{Op: op, Namespace: namespace, Set: set, Err: err}
	}
	ctx, cancel := withAdminTimeout(ctx)
	defer cancel()
	cmd := adminCommand(ctx, op)
	cmd.Namespace, cmd.Set = namespace, set
	if err := c.checkNamespaceExists(ctx, *cmd); err != nil {
		return err
	}
	cmd.Idempotent = !before.IsZero()
	_, err = c.cluster.Ask(ctx, cmd, always(command), false)
	return err
}

// truncateCommand returns the command (protocol/02 §6.3).
func truncateCommand(namespace, set string, before time.Time) (string, error) {
	if err := checkNamespace(namespace); err != nil {
		return "", err
	}
	if err := checkSet(set); err != nil {
		return "", err
	}
	command := "truncate-namespace:namespace=" + namespace
	if set != "" {
		command = "truncate:namespace=" + namespace + ";set=" + set
	}
	if before.IsZero() {
		return command, nil
	}
	if !before.After(recordEpoch) || before.After(lastNano) {
		return "", invalidArg("truncate: a time in the year %d, the range is %d to %d", before.Year(), recordEpoch.Year(), lastNano.Year())
	}
	return command + ";lut=" + strconv.FormatInt(before.UnixNano(), 10), nil
}

// lastNano is the last time that fits into nanoseconds since 1970.
var lastNano = time.Unix(0, 1<<63-1).UTC()

// checkNamespaceExists asks a node whether it has the namespace of a command that the
// server would take without looking.
func (c *Client) checkNamespaceExists(ctx context.Context, cmd cluster.Command) error {
	cmd.Write = false
	answer, err := c.cluster.Ask(ctx, &cmd, always("namespace/"+cmd.Namespace), false)
	if err != nil {
		return err
	}
	if ParseInfoMap(answer.Replies[0].Value)["type"] == "unknown" {
		return &Error{Op: cmd.Op, Namespace: cmd.Namespace, Set: cmd.Set, Node: answer.Node.Name(), Code: types.ResultNamespace}
	}
	return nil
}
