package integration

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
)

// resumeVariable has the set of a query that this process, which is then not one that
// runs tests, goes on with; see resumeElsewhere.
const resumeVariable = "AEROSPIKE_TEST_RESUME"

// resumeHere is a whole process: it reads what to do from the environment and a cursor from
// its standard input, prints the keys of the records of the next page, one a line, and then
// its own cursor.
func resumeHere(job string) error {
	ctx := context.Background()
	var addr, own, kind string
	var size int64
	if _, err := fmt.Sscan(job, &addr, &own, &kind, &size); err != nil {
		return err
	}
	text, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		return err
	}
	cursor, err := query.ParseCursor(strings.TrimSpace(text))
	if err != nil {
		return err
	}
	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{addr}})
	if err != nil {
		return err
	}
	stream := client.Query(ctx, statement(kind, own).MaxRecords(size).Resume(cursor))
	for rec, err := range stream.All() {
		if err != nil {
			return err
		}
		id, err := rec.Int("id")
		if err != nil {
			return err
		}
		fmt.Println(id)
	}
	fmt.Println(stream.Cursor())
	return client.Close()
}

// resumeElsewhere lets another process go on with a query, and returns the numbers of the
// records that it got and its cursor.
func (e *env) resumeElsewhere(own, kind string, size int64, cursor string) (ids []int64, next string) {
	e.Helper()
	self, err := os.Executable()
	require.NoError(e, err)
	cmd := exec.CommandContext(e.ctx, self)
	cmd.Env = append(os.Environ(), resumeVariable+"="+fmt.Sprint(e.client.Nodes()[0].Addr, " ", own, " ", kind, " ", size))
	cmd.Stdin = strings.NewReader(cursor + "\n")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(e, err)
	lines := strings.Fields(string(out))
	for _, line := range lines[:len(lines)-1] {
		id, err := strconv.ParseInt(line, 10, 64)
		require.NoError(e, err)
		ids = append(ids, id)
	}
	return ids, lines[len(lines)-1]
}

// A cursor goes through text into another process, which hands it on to a third one (D11).
func TestCursorsGoOnInAnotherProcess(t *testing.T) {
	onEach(t, func(e *env) {
		const n = 1000
		own := e.fill(n)
		e.indexIDs(own)
		for _, kind := range kinds {
			stream := e.client.Query(e.ctx, statement(kind, own))
			var got []*aerospike.Record
			for rec, err := range stream.All() {
				require.NoError(e, err)
				if got = append(got, rec); len(got) == 333 {
					break
				}
			}
			second, cursor := e.resumeElsewhere(own, kind, 400, stream.Cursor().String())
			require.Len(e, second, 400)
			third, cursor := e.resumeElsewhere(own, kind, 400, cursor)
			require.Len(e, third, n-333-400)
			last, err := query.ParseCursor(cursor)
			require.NoError(e, err)
			require.True(e, last.Done())
			all := slices.Concat(e.ids(got), second, third)
			slices.Sort(all)
			require.Equal(e, upTo(n), all, kind)
		}
	})
}
