package aerospike

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/expr"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestCommandsThatCreateIndexes(t *testing.T) {
	sum := expr.Add(expr.IntBin("a"), expr.Int(1))
	for _, test := range []struct {
		index        Index
		want, before string // 8.1; none for what older servers cannot do
	}{
		{
			Index{Namespace: "test", Set: "q", Name: "i", Bin: "a", Type: IndexNumeric},
			"sindex-create:namespace=test;set=q;indexname=i;bin=a;type=numeric",
			"sindex-create:ns=test;set=q;indexname=i;indexdata=a,numeric;priority=normal",
		},
		{
			Index{Namespace: "test", Name: "i", Bin: "a", Type: IndexString, Collection: IndexMapKeys},
			"sindex-create:namespace=test;indexname=i;indextype=mapkeys;bin=a;type=string",
			"sindex-create:ns=test;indexname=i;indextype=mapkeys;indexdata=a,string;priority=normal",
		},
		{
			Index{Namespace: "test", Set: "q", Name: "i", Bin: "l", Type: IndexGeo, Collection: IndexList, Context: []cdt.Ctx{cdt.ListIndex(0)}},
			"sindex-create:namespace=test;set=q;indexname=i;context=khAA;indextype=list;bin=l;type=geo2dsphere",
			"sindex-create:ns=test;set=q;indexname=i;context=khAA;indextype=list;indexdata=l,geo2dsphere;priority=normal",
		},
		{
			Index{Namespace: "test", Set: "q", Name: "i", Type: IndexBlob, Collection: IndexMapValues, Expression: sum},
			"sindex-create:namespace=test;set=q;indexname=i;exp=kxSTUQKhYQE=;indextype=mapvalues;type=blob", "",
		},
		{
			Index{Namespace: "test", Set: "q", Name: "i", Collection: IndexSet},
			"sindex-create:namespace=test;set=q;indexname=i;indextype=set", "",
		},
	} {
		d, err := test.index.define()
		require.NoError(t, err)
		require.Equal(t, test.want, d.command())
		if test.before != "" {
			require.Equal(t, test.before, d.olderCommand())
		}
	}
}

func TestIndexesThatAreRefusedBeforeAnythingIsSent(t *testing.T) {
	srv := aerospiketest.Start(t)
	c, s := scriptedClient(t, srv, func(command string, _ int) (string, bool) { return "ok", strings.HasPrefix(command, "sindex") })
	good := Index{Namespace: "test", Set: "q", Name: "i", Bin: "a", Type: IndexNumeric}
	for name, spoil := range map[string]func(x *Index){
		"no namespace":             func(x *Index) { x.Namespace = "" },
		"a long namespace":         func(x *Index) { x.Namespace = strings.Repeat("n", 32) },
		"a slash in the namespace": func(x *Index) { x.Namespace = "te/st" },
		"an injected parameter":    func(x *Index) { x.Name = "i;bin=secret" },
		"an injected command":      func(x *Index) { x.Set = "q\nrecluster" },
		"a colon":                  func(x *Index) { x.Set = "q:q" },
		"a tab":                    func(x *Index) { x.Name = "i\tok" },
		"no name":                  func(x *Index) { x.Name = "" },
		"a long name":              func(x *Index) { x.Name = strings.Repeat("i", 64) },
		"a long set":               func(x *Index) { x.Set = strings.Repeat("s", 64) },
		"no bin":                   func(x *Index) { x.Bin = "" },
		"a long bin":               func(x *Index) { x.Bin = "sixteen-bytes-xx" },
		"an injecting bin":         func(x *Index) { x.Bin = "a;set=z" },
		"a comma in the bin":       func(x *Index) { x.Bin = "a,string" },
		"no type":                  func(x *Index) { x.Type = 0 },
		"an unknown type":          func(x *Index) { x.Type = 9 },
		"an unknown collection":    func(x *Index) { x.Collection = 9 },
		"both bin and expression":  func(x *Index) { x.Expression = expr.Int(1) },
		"a context and expression": func(x *Index) { x.Bin, x.Expression, x.Context = "", expr.Int(1), []cdt.Ctx{cdt.ListIndex(0)} },
		"a broken expression":      func(x *Index) { x.Bin, x.Expression = "", expr.IntBin("") },
		"a context that creates":   func(x *Index) { x.Context = []cdt.Ctx{cdt.MapKeyCreate("a", cdt.KeyOrdered)} },
		"a set index with a bin":   func(x *Index) { x.Collection = IndexSet },
		"a set index without set":  func(x *Index) { *x = Index{Namespace: "test", Name: "i", Collection: IndexSet} },
	} {
		index := good
		spoil(&index)
		_, err := c.CreateIndex(t.Context(), index)
		require.ErrorIs(t, err, ErrInvalidArg, name)
	}
	for _, names := range [][2]string{{"test", "a;b"}, {"", "i"}, {"te;st", "i"}, {"test", ""}} {
		_, err := c.DropIndex(t.Context(), names[0], names[1])
		require.ErrorIs(t, err, ErrInvalidArg)
		_, err = c.IndexStatistics(t.Context(), names[0], names[1])
		require.ErrorIs(t, err, ErrInvalidArg)
	}
	_, err := c.Indexes(t.Context(), "a/b")
	require.ErrorIs(t, err, ErrInvalidArg)
	for command := range s.asked {
		require.NotContains(t, command, "sindex", "something was sent")
	}
}

// indexScript answers as a server that creates and drops index i: commands that begin
// with a prefix get its answers in turn, the last of which is repeated. If several
// prefixes fit, the longest counts.
func indexScript(answers map[string][]string) func(string, int) (string, bool) {
	return func(command string, n int) (string, bool) {
		best := ""
		for prefix := range answers {
			if strings.HasPrefix(command, prefix) && len(prefix) > len(best) {
				best = prefix
			}
		}
		if best == "" {
			return "", false
		}
		list := answers[best]
		return list[min(n, len(list))-1], true
	}
}

var anIndex = Index{Namespace: "test", Set: "q", Name: "i", Bin: "a", Type: IndexNumeric}

func TestIndexTaskWaitsUntilTheIndexIsBuilt(t *testing.T) {
	c, s := scriptedClient(t, aerospiketest.Start(t), indexScript(map[string][]string{
		"sindex-list": {""}, "sindex-create": {"ok"},
		"sindex-stat": {"ERROR:201:no index", "entries=0", "load_pct=0", "load_pct=40;x=1", "load_pct=40", "load_pct=100"},
	}))
	task, err := c.CreateIndex(t.Context(), anIndex)
	require.NoError(t, err)
	for _, percent := range []int{0, 0, 0, 40} {
		p, err := task.Progress(t.Context())
		require.NoError(t, err)
		require.Equal(t, Progress{Percent: percent, Nodes: 1}, p)
	}
	require.NoError(t, task.Wait(t.Context()))
	require.Equal(t, 6, s.times("sindex-stat:namespace=test;indexname=i"))
	require.NoError(t, task.Wait(t.Context()), "again")
}

func TestIndexTaskEndsWithItsContext(t *testing.T) {
	c, _ := scriptedClient(t, aerospiketest.Start(t), indexScript(map[string][]string{
		"sindex-list": {""}, "sindex-create": {"ok"}, "sindex-stat": {"load_pct=7"},
	}))
	task, err := c.CreateIndex(t.Context(), anIndex)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begin := time.Now()
	err = task.Wait(ctx)
	require.ErrorIs(t, err, ErrTimeout)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(begin), 2*time.Second)

	require.NoError(t, c.Close())
	require.ErrorIs(t, task.Wait(context.Background()), ErrClosed)
}

func TestIndexTaskEndsWithARefusal(t *testing.T) {
	c, _ := scriptedClient(t, aerospiketest.Start(t), indexScript(map[string][]string{
		"sindex-list": {""}, "sindex-create": {"ok"}, "sindex-stat": {"ERROR:81:role violation"},
	}))
	task, err := c.CreateIndex(t.Context(), anIndex)
	require.NoError(t, err)
	require.ErrorIs(t, task.Wait(t.Context()), ErrRoleViolation)
}

func TestCreateIndexIsRepeatedWhenItsAnswerIsLost(t *testing.T) {
	c, s := scriptedClient(t, aerospiketest.Start(t), indexScript(map[string][]string{
		"sindex-list": {""}, "sindex-create": {lost, "ok"},
	}))
	_, err := c.CreateIndex(t.Context(), anIndex)
	require.NoError(t, err)
	require.Equal(t, 2, s.times("sindex-create:namespace=test;set=q;indexname=i;bin=a;type=numeric"))
}

func TestCreateIndexDoesNotRename(t *testing.T) {
	list := "ns=test:indexname=j:set=q:bin=a:type=numeric:indextype=default:context=null:exp=null:state=RW"
	c, s := scriptedClient(t, aerospiketest.Start(t), indexScript(map[string][]string{"sindex-list": {list}, "sindex-create": {"ok"}}))
	_, err := c.CreateIndex(t.Context(), anIndex)
	require.ErrorIs(t, err, ErrIndexFound)
	require.ErrorContains(t, err, `"j"`)
	require.Zero(t, s.times("sindex-create:namespace=test;set=q;indexname=i;bin=a;type=numeric"))
	other := anIndex
	other.Type = IndexString
	_, err = c.CreateIndex(t.Context(), other)
	require.NoError(t, err, "another definition")
}

func TestDropIndexTellsWhetherThereWasOne(t *testing.T) {
	const which = ":namespace=test;indexname=i"
	for _, test := range []struct {
		name    string
		exists  []string
		deletes []string
		err     error
	}{
		{"there is one", []string{"true"}, []string{"ok"}, nil},
		{"there is none", []string{"false"}, []string{"ok"}, ErrIndexNotFound},
		{"the first answer is lost", []string{lost, "false"}, []string{"ok"}, nil},
		{"refused", []string{"true"}, []string{"ERROR:81:role violation"}, ErrRoleViolation},
		{"no such namespace", []string{"ERROR:20:namespace not found on node"}, []string{"ok"}, ErrNamespace},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, _ := scriptedClient(t, aerospiketest.Start(t), indexScript(map[string][]string{
				"sindex-exists" + which: test.exists, "sindex-delete" + which: test.deletes,
				"sindex-stat": {"load_pct=100", "ERROR:201:no index"},
			}))
			task, err := c.DropIndex(t.Context(), "test", "i")
			if test.err != nil {
				require.ErrorIs(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.NoError(t, task.Wait(t.Context()))
		})
	}
}

func TestServersBefore81GetTheOlderCommands(t *testing.T) {
	c, s := scriptedClient(t, aerospiketest.Start(t, aerospiketest.WithBuild("7.0.0.1")), indexScript(map[string][]string{
		"sindex/test/i": {"load_pct=100", "FAIL:201:no index"}, "sindex/test": {""}, "sindex-create": {"ok"}, "sindex-delete": {"OK", "FAIL:201:no index"},
	}))
	task, err := c.CreateIndex(t.Context(), anIndex)
	require.NoError(t, err)
	require.Equal(t, 1, s.times("sindex-create:ns=test;set=q;indexname=i;indexdata=a,numeric;priority=normal"))
	require.NoError(t, task.Wait(t.Context()))
	task, err = c.DropIndex(t.Context(), "test", "i")
	require.NoError(t, err)
	require.NoError(t, task.Wait(t.Context()))
	_, err = c.DropIndex(t.Context(), "test", "i")
	require.ErrorIs(t, err, ErrIndexNotFound)
	_, err = c.CreateIndex(t.Context(), Index{Namespace: "test", Set: "q", Name: "s", Collection: IndexSet})
	require.ErrorIs(t, err, ErrUnsupported)
}
