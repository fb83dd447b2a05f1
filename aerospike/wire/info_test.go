package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInfoRequestMatchesGoldenBytes(t *testing.T) {
	want := golden(t, "info_request")
	require.Equal(t, want, AppendInfo(nil, "node", "partition-generation", "build"))

	commands, err := ParseInfoCommands(frameBody(t, want, FrameInfo))
	require.NoError(t, err)
	require.Equal(t, []string{"node", "partition-generation", "build"}, commands)
}

func TestInfoReplyMatchesGoldenBytes(t *testing.T) {
	body := frameBody(t, golden(t, "info_reply"), FrameInfo)
	replies, err := ParseInfo(body)
	require.NoError(t, err)
	require.Equal(t, []InfoReply{{"node", "BB9A1"}, {"partition-generation", "1"}, {"build", "8.1.2.0"}}, replies)

	var again []byte
	for _, r := range replies {
		again = AppendInfoReply(again, r.Command, r.Value)
	}
	require.Equal(t, body, again)
}

func TestInfoWithoutCommandsSendsNothing(t *testing.T) {
	require.Equal(t, "kept", string(AppendInfo([]byte("kept"))))
}

func TestInfoCommandsAreSplitAsTheServerDoes(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
	}{
		{"one", "node\n", []string{"node"}},
		{"two", "node\nbuild\n", []string{"node", "build"}},
		{"no newline", "node", nil},
		{"last one not terminated", "node\nbuild", []string{"node"}},
		{"empty line", "\nnode\n", []string{"", "node"}},
		{"only a newline", "\n", []string{""}},
		{"carriage return", "node\r\n", []string{"node\r"}},
		{"empty", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseInfoCommands([]byte(tt.body))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestInfoRepliesAreSplitAtTheFirstTab(t *testing.T) {
	tests := []struct {
		name, body string
		want       []InfoReply
	}{
		{"empty body", "", nil},
		{"empty value", "service-clear-alt\t\n", []InfoReply{{"service-clear-alt", ""}}},
		{"second tab belongs to the value", "a\tb\tc\n", []InfoReply{{"a", "b\tc"}}},
		{"line without a tab", "ERROR:80:not authenticated\n", []InfoReply{{"", "ERROR:80:not authenticated"}}},
		{"empty command", "\tERROR:4:unrecognized command\nnode\tA1\n", []InfoReply{{"", "ERROR:4:unrecognized command"}, {"node", "A1"}}},
		{"last line not terminated", "node\tA1\nbuild\t8", []InfoReply{{"node", "A1"}, {"build", "8"}}},
		{"only line not terminated", "build\t8", []InfoReply{{"build", "8"}}},
		{"same command twice", "node\tA1\nnode\tA1\n", []InfoReply{{"node", "A1"}, {"node", "A1"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseInfo([]byte(tt.body))
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestMalformedInfoIsRefused(t *testing.T) {
	_, err := ParseInfo([]byte("node\tA1\n\nbuild\t8\n"))
	require.EqualError(t, err, "wire: info reply: empty line at offset 8")
	newlines := bytes.Repeat([]byte{'\n'}, maxInfoLines+1)
	_, err = ParseInfo(newlines)
	require.ErrorContains(t, err, "65537 lines, the limit is 65536")
	_, err = ParseInfoCommands(newlines)
	require.ErrorContains(t, err, "65537 lines, the limit is 65536")
	commands, err := ParseInfoCommands(newlines[1:])
	require.NoError(t, err)
	require.Len(t, commands, maxInfoLines)
}

func TestInfoErrors(t *testing.T) {
	tests := []struct {
		value   string
		code    ResultCode
		message string
	}{
		{"ERROR:4:unrecognized command", ResultParameter, "unrecognized command"},
		{"ERROR:20:namespace not found on node", ResultNamespace, "namespace not found on node"},
		{"ERROR:25:enterprise only", ResultEnterpriseOnly, "enterprise only"},
		{"ERROR:80:not authenticated", ResultNotAuthenticated, "not authenticated"},
		{"ERROR:4:missing 'indexname'ok", ResultParameter, "missing 'indexname'ok"},
		{"ERROR:7:a:b", ResultClusterKeyMismatch, "a:b"},
		{"ERROR::generic", ResultServerError, "generic"},
		{"ERROR:9", ResultTimeout, ""},
		{"ERROR:9:", ResultTimeout, ""},
		{"ERROR:", ResultServerError, ""},
		{"ERROR", ResultServerError, ""},
		{"ERROR:no code here", ResultServerError, "no code here"},
		{"ERROR:no code: here", ResultServerError, "no code: here"},
		{"ERROR:300:code too large", ResultServerError, "300:code too large"},
		{"ERROR:-1:code too small", ResultServerError, "-1:code too small"},
		{"ERROR:0:a fault is never OK", ResultServerError, "0:a fault is never OK"},
		{"error:4:lower case", ResultParameter, "lower case"},
		{"Error:4:mixed case", ResultParameter, "mixed case"},
		{"ERROR no colon", ResultServerError, "no colon"},
		{"FAIL:201:no index", ResultIndexNotFound, "no index"},
		{"FAIL:no index", ResultServerError, "no index"},
		{"FAIL", ResultServerError, ""},
		{"fail:4:lower case", ResultParameter, "lower case"},
		{"error=not_found", ResultServerError, "not_found"},
		{"error=compile_error;file=bad.lua;line=1;message=eA==", ResultServerError, "compile_error;file=bad.lua;line=1;message=eA=="},
		{"ERROR=invalid_filename", ResultServerError, "invalid_filename"},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			err := InfoError(tt.value)
			fault, ok := errors.AsType[*InfoFault](err)
			require.True(t, ok)
			require.Equal(t, &InfoFault{Code: tt.code, Message: tt.message}, fault)
			require.Contains(t, err.Error(), tt.code.String())
			require.Contains(t, err.Error(), tt.message)
		})
	}
}

func TestInfoValuesThatAreNoErrors(t *testing.T) {
	for _, value := range []string{
		"", "ok", "OK", "8.1.2.0", "test;bar", "E", "FAI",
		"failed_best_practices=true;cluster_size=1", // statistics
		"fail_generation=0", "errors=0", "error_count=3", "fail=0;more=1",
		"some ERROR:4:in the middle",
	} {
		err := InfoError(value)
		require.NoError(t, err, "%q", value)
		require.True(t, err == nil, "not a nil *InfoFault in an interface")
	}
}

func FuzzParseInfo(f *testing.F) {
	f.Add(golden(f, "info_reply")[FrameHeaderSize:])
	f.Add([]byte("ERROR:80:not authenticated\n"))
	f.Add([]byte("a\tERROR:4:x\nb\tFAIL:y\nc\terror=z"))
	f.Add([]byte("\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if commands, err := ParseInfoCommands(body); err == nil && len(commands) > 0 {
			frame := AppendInfo(nil, commands...)
			require.Equal(t, string(body[:bytes.LastIndexByte(body, '\n')+1]), string(frame[FrameHeaderSize:]))
		}
		replies, err := ParseInfo(body)
		if err != nil {
			require.Nil(t, replies)
			return
		}
		var again []byte
		for _, r := range replies {
			require.NotContains(t, r.Command, "\t")
			require.NotContains(t, r.Command+r.Value, "\n")
			if err := InfoError(r.Value); err != nil {
				fault, ok := errors.AsType[*InfoFault](err)
				require.True(t, ok)
				require.NotEqual(t, ResultOK, fault.Code)
				require.True(t, strings.HasSuffix(r.Value, fault.Message))
			}
			again = AppendInfoReply(again, r.Command, r.Value)
		}
		got, err := ParseInfo(again)
		require.NoError(t, err)
		require.Equal(t, replies, got)
	})
}
