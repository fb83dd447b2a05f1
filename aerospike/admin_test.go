package aerospike

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

func TestInfoHasARowForANodeThatFails(t *testing.T) {
	srv := aerospiketest.StartCluster(t, 3)
	c := connect(t, srv)
	frozen := c.Nodes()[1]
	for i := range 3 {
		if srv.Node(i).Addr() == frozen.Addr {
			srv.Node(i).Freeze()
			defer srv.Node(i).Thaw()
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	rows, err := c.Info(ctx, "node")
	require.NoError(t, err)
	require.Len(t, rows, 3)
	for i, row := range rows {
		if row.Node == frozen.Name {
			require.Equal(t, 1, i)
			require.ErrorIs(t, row.Err, ErrTimeout)
			require.Empty(t, row.Replies)
			continue
		}
		require.NoError(t, row.Err)
		require.Equal(t, row.Node, row.Replies[0].Value)
	}
}

func TestInfoRefusesWhatIsNoCommand(t *testing.T) {
	c, _ := start(t)
	for _, commands := range [][]string{
		nil, {""}, {"node", ""}, {"node\nrecluster"}, {"a\tb"}, {"a\x00"}, {"a\r"},
		make([]string, maxInfoCommands+1), {strings.Repeat("x", maxInfoRequest)},
	} {
		_, err := c.Info(t.Context(), commands...)
		require.ErrorIs(t, err, ErrInvalidArg)
		_, err = c.InfoRandom(t.Context(), commands...)
		require.ErrorIs(t, err, ErrInvalidArg)
		_, err = c.InfoNode(t.Context(), c.NodeNames()[0], commands...)
		require.ErrorIs(t, err, ErrInvalidArg)
	}
}

func TestInfoIsNotRepeatedOnceItWasSent(t *testing.T) {
	c, s := scriptedClient(t, aerospiketest.Start(t), func(command string, _ int) (string, bool) {
		return lost, command == "set-config:context=service"
	})
	_, err := c.InfoRandom(t.Context(), "set-config:context=service")
	require.ErrorIs(t, err, ErrConnection)
	require.True(t, InDoubt(err))
	require.Equal(t, 1, s.times("set-config:context=service"))
}

func TestInfoNoticesAnswersToOtherCommands(t *testing.T) {
	srv := aerospiketest.Start(t)
	c := connect(t, srv)
	frame, start := wire.BeginFrame(nil, wire.FrameInfo)
	frame = wire.AppendInfoReply(frame, "build", "8.1.2.0")
	wire.EndFrame(frame, start)
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		if len(r.Info) == 1 && r.Info[0] == "sets/test" {
			return aerospiketest.Garbage(frame)
		}
		return aerospiketest.Pass()
	})
	_, err := c.InfoRandom(t.Context(), "sets/test")
	require.ErrorIs(t, err, ErrProtocol)
}

func TestInfoMapGetters(t *testing.T) {
	m := ParseInfoMap("n=-5;u=18446744073709551615;f=2.5;t=true;no=FALSE;null=null;text=a=b;bare;;n=7")
	n, ok := m.Int("n")
	require.True(t, ok)
	require.EqualValues(t, 7, n, "the last one counts")
	u, ok := m.Uint("u")
	require.True(t, ok)
	require.EqualValues(t, uint64(1<<64-1), u)
	_, ok = m.Int("u")
	require.False(t, ok)
	f, ok := m.Float("f")
	require.True(t, ok)
	require.Equal(t, 2.5, f)
	b, ok := m.Bool("t")
	require.True(t, ok && b)
	b, ok = m.Bool("no")
	require.True(t, ok && !b)
	_, ok = m.Bool("n")
	require.False(t, ok)
	_, ok = m.Text("null")
	require.False(t, ok)
	text, ok := m.Text("text")
	require.True(t, ok)
	require.Equal(t, "a=b", text)
	text, ok = m.Text("bare")
	require.True(t, ok)
	require.Empty(t, text)
	_, ok = m.Float("missing")
	require.False(t, ok)
	require.Equal(t, []InfoMap{{"ns": "test", "set": "a"}, {"ns": "test", "set": "b"}}, ParseInfoList("ns=test:set=a;ns=test:set=b;"))
	require.Empty(t, ParseInfoList(""))
}

func TestTruncateCommands(t *testing.T) {
	at := time.Date(2026, 11, 23, 2, 0, 0, 5, time.UTC)
	for _, test := range []struct {
		set    string
		before time.Time
		want   string
	}{
		{"s", time.Time{}, "truncate:namespace=test;set=s"},
		{"", time.Time{}, "truncate-namespace:namespace=test"},
		{"s", at, "truncate:namespace=test;set=s;lut=1795399200000000005"},
		{"", at, "truncate-namespace:namespace=test;lut=1795399200000000005"},
	} {
		command, err := truncateCommand("test", test.set, test.before)
		require.NoError(t, err)
		require.Equal(t, test.want, command)
	}
	for _, before := range []time.Time{time.Unix(0, 0), time.Unix(1, 0), recordEpoch, time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, err := truncateCommand("test", "s", before)
		require.ErrorIs(t, err, ErrInvalidArg)
	}
	for _, names := range [][2]string{{"", "s"}, {"test", "s;lut=2"}, {"te:st", ""}, {"test", "s\n"}, {"test", strings.Repeat("s", 64)}} {
		_, err := truncateCommand(names[0], names[1], time.Time{})
		require.ErrorIs(t, err, ErrInvalidArg)
	}
}

func TestTruncateIsRepeatedOnlyWithATime(t *testing.T) {
	c, s := scriptedClient(t, aerospiketest.Start(t), func(command string, n int) (string, bool) {
		if !strings.HasPrefix(command, "truncate") {
			return "", false
		}
		if n == 1 {
			return lost, true
		}
		return "ok", true
	})
	err := c.Truncate(t.Context(), "test", "s", time.Time{})
	require.ErrorIs(t, err, ErrConnection)
	require.True(t, InDoubt(err), "records may have been removed")
	require.Equal(t, 1, s.times("truncate:namespace=test;set=s"))

	require.NoError(t, c.Truncate(t.Context(), "test", "s", time.Unix(1700000000, 0)))
	require.Equal(t, 2, s.times("truncate:namespace=test;set=s;lut=1700000000000000000"))
}

func TestUDFNames(t *testing.T) {
	for name, want := range map[string]string{"m": "m.lua", "m.lua": "m.lua", "a.b": "a.b.lua"} {
		file, err := moduleFile(name)
		require.NoError(t, err)
		require.Equal(t, want, file)
	}
	for _, name := range []string{"", ".lua", "a/b", `a\b`, "a;b", "a=b", "a,b", "a\nb", strings.Repeat("m", 124)} {
		_, err := moduleFile(name)
		require.ErrorIs(t, err, ErrInvalidArg, "%q", name)
	}
	c, _ := start(t)
	for _, source := range [][]byte{nil, make([]byte, MaxUDFSize+1)} {
		_, err := c.PutUDF(t.Context(), "m", source)
		require.ErrorIs(t, err, ErrInvalidArg)
	}
	for _, path := range []string{"no-extension", "does-not-exist.lua"} {
		_, err := c.PutUDFFile(t.Context(), path)
		require.ErrorIs(t, err, ErrInvalidArg)
	}
}

func TestUDFErrorsAreRead(t *testing.T) {
	message := base64.StdEncoding.EncodeToString([]byte("unexpected symbol near <eof>"))
	for _, test := range []struct {
		value string
		is    error
		says  string
	}{
		{"error=compile_error;file=m.lua;line=7;message=" + message, ErrUDF, "compile error: m.lua:7: unexpected symbol near <eof>"},
		{"error=compile_error", ErrUDF, "compile error"},
		{"error=invalid_base64_content", ErrParameter, "invalid_base64_content"},
		{"error=timeout", ErrTimeout, ""},
		{"ERROR:81:role violation", ErrRoleViolation, "role violation"},
	} {
		c, _ := scriptedClient(t, aerospiketest.Start(t), func(command string, _ int) (string, bool) {
			return test.value, strings.HasPrefix(command, "udf-put")
		})
		_, err := c.PutUDF(t.Context(), "m", []byte("x"))
		require.ErrorIs(t, err, test.is, test.value)
		require.ErrorContains(t, err, test.says)
	}
}

func TestUDFTaskWaitsForTheVersionThatWasPut(t *testing.T) {
	content := base64.StdEncoding.EncodeToString([]byte("new"))
	answers := []string{"error=not_found", "type=LUA;content=b2xk;", "type=LUA;content=" + content + ";"}
	c, s := scriptedClient(t, aerospiketest.Start(t), func(command string, n int) (string, bool) {
		if command == "udf-get:filename=m.lua" {
			return answers[min(n, 3)-1], true
		}
		return "ok", strings.HasPrefix(command, "udf-put")
	})
	task, err := c.PutUDF(t.Context(), "m", []byte("new"))
	require.NoError(t, err)
	require.NoError(t, task.Wait(t.Context()))
	require.Equal(t, 3, s.times("udf-get:filename=m.lua"))
}

// The replies to a call, as a real server sends them, and as none should.
func TestReturnedValues(t *testing.T) {
	frame := func(ops func(e *wire.Encoder)) []byte {
		var e wire.Encoder
		e.Begin(nil, &wire.Header{})
		ops(&e)
		b, err := e.End()
		require.NoError(t, err)
		return b[wire.FrameHeaderSize:]
	}
	success := frame(func(e *wire.Encoder) { e.Op(wire.OpRead, "SUCCESS", wire.ParticleString, []byte("x")) })
	m, err := wire.ParseMessage(success)
	require.NoError(t, err)
	v, err := returnedValue(&m)
	require.NoError(t, err)
	success[len(success)-1] = 'y'
	require.True(t, v.Equal(types.String("x")), "the value does not alias the reply")

	m, err = wire.ParseMessage(frame(func(e *wire.Encoder) {}))
	require.NoError(t, err)
	v, err = returnedValue(&m)
	require.NoError(t, err)
	require.True(t, v.IsNil())

	for _, body := range [][]byte{
		frame(func(e *wire.Encoder) { e.Op(wire.OpRead, "FAILURE", wire.ParticleString, []byte("x")) }),
		success[:len(success)-1],
	} {
		m, err = wire.ParseMessage(body)
		require.NoError(t, err)
		_, err = returnedValue(&m)
		require.ErrorIs(t, err, ErrProtocol)
	}
}

func TestApplyRefusesBeforeAnythingIsSent(t *testing.T) {
	c, _ := start(t)
	key := NewKey("test", "s", 1)
	for name, call := range map[string]func() error{
		"no module":   func() error { _, err := c.Apply(t.Context(), key, "", "f", nil); return err },
		"no function": func() error { _, err := c.Apply(t.Context(), key, "m", "", nil); return err },
		"a long name": func() error { _, err := c.Apply(t.Context(), key, "m", strings.Repeat("f", 128), nil); return err },
		"a wrong key": func() error { _, err := c.Apply(t.Context(), Key{}, "m", "f", nil); return err },
		"an argument": func() error { _, err := c.Apply(t.Context(), key, "m", "f", []any{1, make(chan int)}); return err },
		"a wildcard": func() error {
			_, err := c.Apply(t.Context(), key, "m", "f", []any{types.Wildcard()})
			return err
		},
		"a generation": func() error { _, err := c.Apply(t.Context(), key, "m", "f", nil, IfGeneration(1)); return err },
		"an existence": func() error { _, err := c.Apply(t.Context(), key, "m", "f", nil, UpdateOnly); return err },
		"a struct's":   func() error { _, err := c.Apply(t.Context(), key, "m", "f", nil, IfUnchanged); return err },
	} {
		require.ErrorIs(t, call(), ErrInvalidArg, name)
	}
}

// What servers say is read without a panic, whatever it is.
func FuzzReadingInfoReplies(f *testing.F) {
	f.Add("ns=test:set=demo:objects=2983:tombstones=0:truncate_lut=533094333000:truncating=false;")
	f.Add("ns=test:indexname=ia:set=q:bin=a:type=numeric:indextype=default:context=khAA:exp=kxSTUQKhYQE=:state=RW")
	f.Add("error=compile_error;file=bad.lua;line=1;message=dW5leHBlY3RlZA==")
	f.Add("master_objects=2;effective_replication_factor=2;stop_writes=true")
	f.Add("filename=t.lua,hash=bd7e,type=LUA;")
	f.Fuzz(func(t *testing.T, value string) {
		maps := append(ParseInfoList(value), ParseInfoMap(value), parsePairs(value, ","))
		for _, m := range maps {
			new(NamespaceInfo).add("test", "A1", m)
			new(SetInfo).add("test", "s", "A1", m)
			x := new(IndexInfo)
			x.add("i", "A1", m)
			require.LessOrEqual(t, x.Type, IndexGeo)
			require.LessOrEqual(t, x.Collection, IndexSet)
			require.NotEmpty(t, x.Type.String()+x.Collection.String())
			if e, ok := compileError(m).(*UDFCompileError); ok {
				require.GreaterOrEqual(t, e.Line, 0)
			}
		}
		reply := InfoReply{Command: "x", Value: value, Err: replyError(value, "A1")}
		if percent, _, _ := indexBuilt(&reply); percent < 0 || percent > 100 {
			t.Fatalf("%d %%", percent)
		}
		_, _, _ = indexGone(&reply)
		_, _, _ = moduleContent(&reply)
		_ = udfError(&Error{Code: types.ResultServerError, Err: words(value)})
	})
}
