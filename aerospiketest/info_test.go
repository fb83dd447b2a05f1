package aerospiketest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// infoAnswers has answers that were recorded from a real single node. Those of
// other nodes are equal, except for names.
var infoAnswers = map[string]string{
	"":                                      "ERROR:4:unrecognized command",
	"nonsense":                              "ERROR:4:unrecognized command",
	"bins/test":                             "ERROR:4:unrecognized command",
	"node\r":                                "ERROR:4:unrecognized command",
	"node/x":                                "BB9A1",
	"node:x=1":                              "BB9A1",
	"build:":                                "8.1.2.0",
	"version":                               "Aerospike Community Edition build 8.1.2.0",
	"cluster-name":                          "docker",
	"status":                                "ok",
	"namespaces":                            "test",
	"namespaces/x":                          "test",
	"namespace/nope":                        "type=unknown",
	"namespace:id=test":                     "type=unknown",
	"sets/nope":                             "ns_type=unknown",
	"sets/test/nope":                        "",
	"sets:ns=test":                          "ns_type=unknown",
	"partition-generation":                  "0",
	"peers-generation":                      "0",
	"rebalance-generation":                  "1",
	"rack-ids":                              "ERROR:25:enterprise only",
	"racks:namespace=test":                  "ERROR:25:enterprise only",
	"roster:namespace=test":                 "ERROR:25:enterprise only",
	"quiesce":                               "ERROR:25:enterprise only",
	"service-tls-std":                       "ERROR:25:enterprise only",
	"peers-tls-alt":                         "ERROR:25:enterprise only",
	"service-clear-alt":                     "",
	"replicas:max=x":                        "ERROR:4:bad max",
	"cluster-stable:size=2":                 "ERROR:7:cluster not specified size",
	"cluster-stable:size=x":                 "ERROR:4:bad size",
	"cluster-stable:namespace=foo":          "ERROR:20:namespace not found on node",
	"truncate":                              "ERROR:20:missing 'namespace'",
	"truncate;":                             "ERROR:20:missing 'namespace'",
	"truncate:ns=test;set=demo":             "ERROR:20:missing 'namespace'",
	"truncate:namespace=test":               "ERROR:4:missing 'set'",
	"truncate:namespace=test;set=":          "ERROR:4:missing 'set' value",
	"truncate:namespace=nope;set=x":         "ok",
	"truncate-namespace:namespace=nope":     "ok",
	"truncate:namespace=test;set=x;lut=1":   "ERROR:4:would truncate to 0",
	"truncate:namespace=test;set=x;lut=abc": "ERROR:4:would truncate to 0",
	"truncate:namespace=test;set=x;lut=9999999999999999999": "ERROR:4:would truncate in the future",
	"user-agent-set":                           "ERROR:4:missing 'value'",
	"user-agent-set:value=":                    "ERROR:4:missing 'value' value",
	"user-agent-set:value=!!":                  "ERROR:4:'value' invalid base64",
	"sindex-list":                              "",
	"sindex-list:namespace=nope":               "ERROR:20:namespace not found on node;ERROR:20:namespace not found on node",
	"sindex-exists":                            "ERROR:4:missing 'indexname'ERROR:20:missing 'namespace'",
	"sindex-exists:namespace=test;indexname=x": "false",
	"sindex-exists:namespace=test":             "ERROR:4:missing 'indexname'false",
	"sindex-stat:ns=test;indexname=x":          "ERROR:201:no index",
	"sindex-delete:namespace=test;indexname=x": "ok",
	"udf-list":                                 "",
	"udf-get":                                  "error=invalid_filename",
	"udf-get:filename=x.lua":                   "error=not_found",
	"udf-remove:filename=x.lua;":               "ok",
	"udf-remove":                               "error=invalid_filename",
	"query-show":                               "",
	"query-show:id=1":                          "ERROR:2:job not found",
	"query-show:trid=x":                        "ERROR:4:bad id",
	"query-abort":                              "ERROR:4:missing 'id'",
	"query-abort:id=1":                         "ERROR:2:id not active",
	"query-abort-all":                          "number-of-queries-killed:0",
	"recluster":                                "ok",
	"get-config:context=foo":                   "ERROR:4:invalid context",
	"get-config:context=namespace":             "ERROR:20:missing 'namespace'",
	"get-config:context=namespace;id=nope":     "ERROR:20:namespace not found on node",
	"get-stats:context=service":                "ERROR:4:unknown context",
	"latencies:hist={test}-read":               "{test}-read:msec,0.0" + strings.Repeat(",0.00", 17),
	"replicas-master":                          "test:" + fullBitmap,
	"replicas-all":                             "test:1," + fullBitmap,
	"replicas":                                 "test:0,1," + fullBitmap,
}

// fullBitmap is the set of all partitions.
var fullBitmap = strings.Repeat("/", 682) + "8="

func TestInfoGrammar(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for command, want := range infoAnswers {
		require.Equal(t, want, c.info(command), command)
	}
	require.Equal(t, "ok", c.info("user-agent-set:value=MSxnby12OC41LjAsbm90LXNldA=="))
	require.Equal(t, "ERROR:4:already set", c.info("user-agent-set:value=MSxnby12OC41LjAsbm90LXNldA=="))
	require.Len(t, c.info("cluster-stable:size=1;ignore-migrations=true;namespace=test;"), len(c.info("cluster-stable")))
}

func TestInfoFraming(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := dial(t, srv.Addr())
	for request, want := range map[string]string{
		"node\n":              "node\tBB9A1\n",
		"node\nnode\nbuild\n": "node\tBB9A1\nnode\tBB9A1\nbuild\t8.1.2.0\n",
		"node":                "",
		"node\nbuild":         "node\tBB9A1\n",
		"\nnode\n":            "\tERROR:4:unrecognized command\nnode\tBB9A1\n",
	} {
		frame := append(wire.AppendFrameHeader(nil, wire.FrameInfo, len(request)), request...)
		require.Equal(t, want, string(c.ask(frame)[wire.FrameHeaderSize:]), "%q", request)
	}
}

func TestStatistics(t *testing.T) {
	srv := aerospiketest.Start(t, aerospiketest.WithClusterName("mine"), aerospiketest.WithBuild("9.9.9"),
		aerospiketest.WithNamespaces("test", "bar"),
		aerospiketest.WithNamespace(aerospiketest.Namespace{Name: "third", DefaultTTL: time.Hour, MaxRecordSize: 1000}))
	c := dial(t, srv.Addr())
	require.Equal(t, "mine", c.info("cluster-name"))
	require.Equal(t, "9.9.9", c.info("build"))
	require.Equal(t, "test;bar;third", c.info("namespaces"))
	require.Equal(t, 3600, stat(t, c.info("get-config:context=namespace;namespace=third"), ";", "default-ttl"))
	require.Equal(t, 1000, stat(t, c.info("namespace/third"), ";", "max-record-size"))

	require.Zero(t, c.code(put("k", setInt("a", 1)).inSet("s").frame(t)))
	require.Zero(t, c.code(get("k").frame(t)))
	require.Equal(t, wire.ResultNotFound, c.code(get("none").frame(t)))
	require.Equal(t, wire.ResultParameter, c.code(get("k").inSet("x").frame(t)))
	all := c.info("namespace/test")
	for name, want := range map[string]int{
		"objects": 1, "master_objects": 1, "prole_objects": 0, "client_write_success": 1, "client_read_success": 1,
		"client_read_not_found": 1, "client_read_error": 1, "ns_cluster_size": 1, "effective_replication_factor": 1,
	} {
		require.Equal(t, want, stat(t, all, ";", name), name)
	}
	require.Equal(t, 1, stat(t, c.info("statistics"), ";", "objects"))
	require.Equal(t, 1, stat(t, c.info("statistics"), ";", "client_connections"))
	require.True(t, strings.HasPrefix(c.info("sets"), "ns=test:set=s:objects=1:tombstones=0:data_used_bytes="), c.info("sets"))
	require.Equal(t, 1, stat(t, c.info("sets/test/s"), ":", "objects"))
}

func TestTruncate(t *testing.T) {
	clock := aerospiketest.NewClock(startOfTime)
	srv := aerospiketest.Start(t, aerospiketest.WithClock(clock))
	c := dial(t, srv.Addr())
	write := func(key, set string) {
		require.Zero(t, c.code(put(key, setInt("a", 1)).inSet(set).frame(t)))
	}
	found := func(key string) bool { return c.code(get(key).frame(t)) == 0 }
	lut := func(d time.Duration) string { return fmt.Sprint(startOfTime.Add(d).UnixNano()) }

	write("s1", "s")
	write("t1", "t")
	clock.Advance(time.Second)
	write("s2", "s")
	clock.Advance(time.Second)
	require.Equal(t, "ok", c.info("truncate:namespace=test;set=s;lut="+lut(time.Second)))
	require.False(t, found("s1"))
	require.True(t, found("s2"), "written at the very moment")
	require.True(t, found("t1"))
	require.Equal(t, "ok", c.info("truncate:namespace=test;set=s"))
	require.False(t, found("s2"))
	write("s2", "s")
	require.True(t, found("s2"), "the set takes new records")
	require.Contains(t, c.info("sets/test/s"), "truncate_lut=1000002000:")

	require.Equal(t, "ok", c.info("truncate-namespace:namespace=test"))
	require.Zero(t, srv.Objects("test"))
	require.Equal(t, "ERROR:4:would truncate in the future", c.info("truncate-namespace:namespace=test;lut="+lut(time.Hour)))
}

func TestUserAgentsAreCounted(t *testing.T) {
	srv := aerospiketest.Start(t)
	watcher := dial(t, srv.Addr())
	require.Empty(t, watcher.info("user-agents"))
	a, b, silent := dial(t, srv.Addr()), dial(t, srv.Addr()), dial(t, srv.Addr())
	silent.info("features")
	for _, c := range []*rawConn{a, b} {
		c.info("features") // first it is unknown
		require.Equal(t, "ok", c.info("user-agent-set:value=MSx4LDE="))
		c.info("features")
	}
	require.Equal(t, "user-agent=MSx4LDE=:count=2;user-agent=dW5rbm93bg==:count=1;", watcher.info("user-agents"))
	require.Equal(t, map[string]int{"1,x,1": 2, "unknown": 1}, srv.Node(0).UserAgents())
	require.NoError(t, a.nc.Close())
	require.NoError(t, silent.nc.Close())
	require.Eventually(t, func() bool { return watcher.info("user-agents") == "user-agent=MSx4LDE=:count=1;" },
		5*time.Second, time.Millisecond)
}
