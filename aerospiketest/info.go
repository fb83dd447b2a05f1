package aerospiketest

import (
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest/internal/security"
)

// infoCall is one command of an info request.
type infoCall struct {
	conn   *conn
	node   *Node
	server *Server
	rest   string // what follows the name and its separator
}

// infoCommand is a command that the server knows.
type infoCommand struct {
	answer     func(*infoCall) string
	enterprise bool // the Community Edition refuses it
	needs      security.Permission
}

// infoCommands has every command by its name. Other ones are answered as the
// server answers what it does not know.
var infoCommands = joinCommands(identityCommands, agentCommands, clusterCommands, dataCommands, truncateCommands,
	indexCommands, queryCommands, udfCommands, statCommands, ruledOutCommands)

func joinCommands(groups ...map[string]infoCommand) map[string]infoCommand {
	all := make(map[string]infoCommand)
	for _, g := range groups {
		for name, c := range g {
			all[name] = c
		}
	}
	return all
}

// infoSummary is what an empty request asks for, in the server's order.
var infoSummary = []string{
	"features", "node", "compatibility-id", "edition", "build_ee_sha", "build_sha", "build_arch", "build_time",
	"build_os", "build", "version", "statistics", "services-alumni", "services", "partition-generation",
}

// Answers that several commands have.
const (
	infoOK             = "ok"
	infoUnrecognized   = "ERROR:4:unrecognized command"
	infoEnterpriseOnly = "ERROR:25:enterprise only"
	infoNoNamespace    = "ERROR:20:namespace not found on node"
	infoNotSupported   = "ERROR:16:not supported by the embedded server"
)

// info executes the commands of an info request and appends the reply to out.
func (c *conn) info(out, body []byte) []byte {
	out, start := wire.BeginFrame(out, wire.FrameInfo)
	if code := c.login.Authenticated(); code != wire.ResultOK {
		out = append(out, refusal(code, security.None)+"\n"...) // a whole line, without the command
		wire.EndFrame(out, start)
		return out
	}
	commands := infoSummary
	if len(body) > 0 {
		var err error
		if commands, err = wire.ParseInfoCommands(body); err != nil {
			commands = nil // far more commands than any client sends
		}
	}
	for _, command := range commands {
		out = wire.AppendInfoReply(out, command, c.infoAnswer(command))
	}
	wire.EndFrame(out, start)
	return out
}

// infoAnswer executes one command: name[/arg...][:key=value;...].
func (c *conn) infoAnswer(command string) string {
	name, rest := command, ""
	if i := strings.IndexAny(command, "/:;"); i >= 0 {
		name, rest = command[:i], command[i+1:]
	}
	cmd, ok := infoCommands[name]
	switch {
	case !ok:
		return infoUnrecognized
	case cmd.enterprise && !c.node.server.config.enterprise:
		return infoEnterpriseOnly
	}
	call := &infoCall{conn: c, node: c.node, server: c.node.server, rest: rest}
	if cmd.needs != security.None {
		if code := call.permit(cmd.needs); code != wire.ResultOK {
			return refusal(code, cmd.needs)
		}
	}
	return cmd.answer(call)
}

// permit reports whether the peer may execute the command, on the set that it names.
func (c *infoCall) permit(need security.Permission) wire.ResultCode {
	namespace, _ := c.param("namespace")
	set, _ := c.param("set")
	return c.conn.login.Allow(need, namespace, []byte(set))
}

// refusal is what a command is answered that security refuses.
func refusal(code wire.ResultCode, need security.Permission) string {
	switch code {
	case wire.ResultNotAuthenticated:
		return "ERROR:80:not authenticated"
	case wire.ResultRoleViolation:
		return fmt.Sprintf("ERROR:81:role violation - requires permission '%s'", need)
	}
	return fmt.Sprintf("ERROR:%d:unexpected security result", code)
}

// refuseInfo appends a reply that answers each command with an error.
func refuseInfo(out, body []byte, code wire.ResultCode) []byte {
	out, start := wire.BeginFrame(out, wire.FrameInfo)
	commands, _ := wire.ParseInfoCommands(body) // malformed is as good as empty
	for _, command := range commands {
		out = wire.AppendInfoReply(out, command, fmt.Sprintf("ERROR:%d:%s", code, code.Meaning()))
	}
	wire.EndFrame(out, start)
	return out
}

// param returns the parameter of that name, and whether there is one.
func (c *infoCall) param(names ...string) (value string, ok bool) {
	for part := range strings.SplitSeq(c.rest, ";") {
		key, value, found := strings.Cut(part, "=")
		if !found {
			continue
		}
		for _, name := range names {
			if key == name {
				return value, true
			}
		}
	}
	return "", false
}

// required returns a parameter, or the error that its absence is answered with.
func (c *infoCall) required(code wire.ResultCode, names ...string) (value, fault string) {
	value, ok := c.param(names...)
	switch {
	case !ok:
		return "", fmt.Sprintf("ERROR:%d:missing '%s'", code, names[0])
	case value == "":
		return "", fmt.Sprintf("ERROR:%d:missing '%s' value", code, names[0])
	}
	return value, ""
}

// fixed makes a command that always has the same answer.
func fixed(value string) infoCommand {
	return infoCommand{answer: func(*infoCall) string { return value }}
}

// ruledOutCommands exist on a real server and make no sense here.
var ruledOutCommands = func() map[string]infoCommand {
	all := make(map[string]infoCommand)
	for _, group := range []struct {
		needs      security.Permission
		enterprise bool
		names      []string
	}{
		{security.None, true, []string{"roster", "masking-show", "feature-key"}},
		{security.ServiceCtrl, true, []string{"roster-set", "quiesce", "quiesce-undo", "revive"}},
		{security.MaskingAdmin, true, []string{"masking"}},
		{security.SetXDRFilter, true, []string{"xdr-set-filter"}},
		{security.ServiceCtrl, false, []string{"tip", "tip-clear"}},
		{security.SetConfig, false, []string{"set-config", "config-set"}},
		{security.LoggingCtrl, false, []string{"set-log", "log-set", "log-message", "jem-stats", "dump-cluster", "dump-fabric",
			"dump-hb", "dump-hlc", "dump-migrates", "dump-rw", "dump-skew", "dump-wb-summary"}},
		{security.RecordInfo, false, []string{"debug-record", "debug-record-meta"}},
		{security.EvictAdmin, false, []string{"eviction-reset"}},
	} {
		for _, name := range group.names {
			c := fixed(infoNotSupported)
			c.enterprise, c.needs = group.enterprise, group.needs
			all[name] = c
		}
	}
	return all
}()
