package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func connect(t *testing.T, opts ...aerospiketest.Option) *aerospike.Client {
	srv := aerospiketest.StartCluster(t, 3, opts...)
	client, err := aerospike.Connect(t.Context(), aerospike.Config{Hosts: []string{srv.Addr()}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func newLoader(t *testing.T, client *aerospike.Client, name, text string) (*loader, *bytes.Buffer) {
	path := filepath.Join(t.TempDir(), name)
	if text != "" {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	out := new(bytes.Buffer)
	return &loader{client: client, namespace: "test", set: "bulk", path: path, rejects: path + ".rejects", chunk: 500, out: out}, out
}

// requireRecords checks n records of generate.
func requireRecords(t *testing.T, client *aerospike.Client, n int) {
	t.Helper()
	keys := make([]aerospike.Key, n)
	for i := range keys {
		keys[i] = aerospike.NewKey("test", "bulk", fmt.Sprintf("user-%06d", i))
	}
	results, err := client.BatchGet(t.Context(), keys, aerospike.Timeout(0)).Collect()
	require.NoError(t, err)
	for i, res := range results {
		require.True(t, res.Found(), "row %d: %v", i, res.Err)
		v, err := res.Record.Int("n")
		require.NoError(t, err)
		require.EqualValues(t, i, v)
		score, err := res.Record.Float("score")
		require.NoError(t, err)
		require.Equal(t, float64(i%100)+0.5, score)
	}
}

func TestBulkloadLoadsEveryRowOfAFile(t *testing.T) {
	client := connect(t)
	l, out := newLoader(t, client, "users.ndjson", "")
	require.NoError(t, generate(l.path, rows))
	sum, err := l.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, rows, sum.loaded)
	require.Zero(t, sum.failed)
	require.Positive(t, sum.perSecond)
	require.Contains(t, out.String(), fmt.Sprintf("100.0 %%  %d rows", rows))
	require.NoFileExists(t, l.rejects)
	requireRecords(t, client, rows)
}

// rejected reads the file of failed rows: what was wrong, by line.
func rejected(t *testing.T, path string) map[int]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	found := make(map[int]string)
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		var r struct {
			Line       int
			Error, Row string
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &r))
		require.NotEmpty(t, r.Row)
		require.NotContains(t, found, r.Line, "reported twice")
		found[r.Line] = r.Error
	}
	require.NoError(t, lines.Err())
	return found
}

func TestBulkloadReportsRowsThatFail(t *testing.T) {
	client := connect(t, aerospiketest.WithMaxRecordSize(64<<10))
	require.NoError(t, client.Put(t.Context(), aerospike.NewKey("test", "bulk", "there"), aerospike.Bins{"a": 1}))
	l, _ := newLoader(t, client, "mixed.ndjson", strings.Join([]string{
		`{"key":"good","bins":{"a":1}}`,
		`no JSON`,
		``,
		`{"key":"there","bins":{"a":2}}`,
		`{"key":"big","bins":{"a":"` + strings.Repeat("x", 100<<10) + `"}}`,
		`{"key":"a bin with a long name","bins":{"sixteen-bytes-xx":1}}`,
		`{"key":"dies","ttl":60,"bins":{"a":1}}`,
	}, "\n"))
	l.createOnly = true
	sum, err := l.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, sum.loaded)
	require.EqualValues(t, 4, sum.failed)
	found := rejected(t, l.rejects)
	require.Len(t, found, 4)
	require.Contains(t, found[2], "invalid character")
	require.Contains(t, found[4], "exists")
	require.Contains(t, found[5], "max-record-size")
	require.Contains(t, found[6], "sixteen-bytes-xx")

	rec, err := client.Get(t.Context(), aerospike.NewKey("test", "bulk", "dies"))
	require.NoError(t, err)
	require.NotZero(t, rec.VoidTime)
}

func TestBulkloadOfATable(t *testing.T) {
	client := connect(t)
	l, _ := newLoader(t, client, "users.csv", `key:int,name,age:int,score:float,ok:bool,tags:json
1,"Ann, B.",30,1.5,true,"[1,""x""]"
2,Bob,,2,false,
3,Cid,thirty,3,true,
4,Dee
5,,,,,
`)
	sum, err := l.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 2, sum.loaded)
	found := rejected(t, l.rejects)
	require.Len(t, found, 3)
	require.Contains(t, found[4], "column age")
	require.Contains(t, found[5], "wrong number of fields")
	require.Contains(t, found[6], "no bins")

	rec, err := client.Get(t.Context(), aerospike.NewKey("test", "bulk", 1))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"name": "Ann, B.", "age": int64(30), "score": 1.5, "ok": true, "tags": []any{int64(1), "x"}}, rec.Map())
	rec, err = client.Get(t.Context(), aerospike.NewKey("test", "bulk", 2))
	require.NoError(t, err)
	require.Equal(t, map[string]any{"name": "Bob", "score": 2.0, "ok": false}, rec.Map())
}

func TestBulkloadOfALargeTable(t *testing.T) {
	client := connect(t)
	var text strings.Builder
	text.WriteString("key,n:int,name,score:float\n")
	for i := range rows {
		fmt.Fprintf(&text, "user-%06d,%d,user %d,%d.5\n", i, i, i, i%100)
	}
	l, _ := newLoader(t, client, "users.csv", text.String())
	sum, err := l.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, rows, sum.loaded)
	requireRecords(t, client, rows)
}

func TestTablesThatCannotBeRead(t *testing.T) {
	client := connect(t)
	for text, says := range map[string]string{
		"":                  "names of the columns: the file is empty",
		"name,age\n":        "want one",
		"key,key\n":         "want one",
		"key,age:number\n":  `column "age:number"`,
		"key,a\n1,\"half\n": "quote",
	} {
		l, _ := newLoader(t, client, "bad.csv", text+" ")
		if text == "" {
			require.NoError(t, os.WriteFile(l.path, nil, 0o600))
		}
		_, err := l.run(t.Context())
		require.ErrorContains(t, err, says)
	}
}

func TestBulkloadThatIsInterrupted(t *testing.T) {
	client := connect(t)
	l, _ := newLoader(t, client, "users.ndjson", "")
	require.NoError(t, generate(l.path, 10_000))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.run(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestBulkloadRunsOnTheEmbeddedServer(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-demo", "2000"}, &out))

	file := filepath.Join(t.TempDir(), "rows.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(`{"key":"a","bins":{"n":1}}`+"\nno row\n"), 0o600))
	err := run(t.Context(), []string{file}, &out)
	require.ErrorIs(t, err, errRejected)
	require.ErrorContains(t, err, file+".rejects")
	require.Contains(t, out.String(), "1 rows loaded, 1 failed")
	require.Contains(t, out.String(), "2000 rows loaded, 0 failed")
}

func TestBulkloadOfFilesFromElsewhere(t *testing.T) {
	client := connect(t)
	for name, text := range map[string]string{
		"MARKED.CSV":    "\ufeffkey:int,a:int\r\n1,5\r\n",
		"marked.csv":    "\ufeff\"key:int\",a:int\n1,5",
		"marked.ndjson": "\ufeff{\"key\":1,\"bins\":{\"a\":5}}\r\n\r\n",
		"one.json":      `{"key":1,"bins":{"a":5}}`,
	} {
		_, err := client.Delete(t.Context(), aerospike.NewKey("test", "bulk", 1))
		require.NoError(t, err)
		l, _ := newLoader(t, client, name, text)
		sum, err := l.run(t.Context())
		require.NoError(t, err, name)
		require.Equal(t, summary{1, 0, sum.perSecond}, sum, name)
		rec, err := client.Get(t.Context(), aerospike.NewKey("test", "bulk", 1))
		require.NoError(t, err)
		require.Equal(t, map[string]any{"a": int64(5)}, rec.Map(), name)
	}
}

// A line that is too long does not stop those behind it.
func TestBulkloadOfLongLines(t *testing.T) {
	client := connect(t)
	var text strings.Builder
	const n, size = 200, 200 << 10
	for i := range n {
		fmt.Fprintf(&text, `{"key":%d,"bins":{"a":"%s"}}`+"\n", i, strings.Repeat("x", size))
	}
	text.WriteString(strings.Repeat("y", maxLine+1) + "\n" + `{"key":"last","bins":{"a":1}}`)
	l, _ := newLoader(t, client, "long.ndjson", text.String())
	sum, err := l.run(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, n+1, sum.loaded)
	require.EqualValues(t, 1, sum.failed)
	require.Equal(t, map[int]string{n + 1: errLongLine.Error()}, rejected(t, l.rejects))
}
