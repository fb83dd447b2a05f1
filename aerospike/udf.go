package aerospike

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// MaxUDFSize is the longest source of a Lua module that the server takes: its base64
// text may have 1 MiB (server: udf_cask.c).
const MaxUDFSize = 1 << 20 / 4 * 3

const moduleExtension = ".lua"

// UDFModule is a Lua module that the nodes have.
type UDFModule struct {
	Name string // of the file, with ".lua"
	Hash string // of what the server stores: it tells versions apart
	Type string // "LUA"
	// Nodes are the names of the nodes that have it in this version, sorted.
	Nodes []string
}

// UDFCompileError is why the server did not take a Lua module. errors.Is(err, ErrUDF)
// holds for the errors that wrap it.
type UDFCompileError struct {
	File    string
	Line    int // 0 if the server named none
	Message string
}

func (e *UDFCompileError) Error() string {
	return fmt.Sprintf("compile error: %s:%d: %s", e.File, e.Line, e.Message)
}

// PutUDF registers a Lua module, or replaces it, and returns a task to wait for: the nodes
// get it one after another, within milliseconds. name is that of the module; ".lua" is
// added if it is missing. The source has at most [MaxUDFSize] bytes. One that does not
// compile fails with [ErrUDF] and a [*UDFCompileError].
//
// ctx bounds the call; [DefaultAdminTimeout] does if it has no deadline. The call is
// repeated if its outcome is unknown.
func (c *Client) PutUDF(ctx context.Context, name string, source []byte) (*UDFTask, error) {
	const op = "put udf"
	file, err := moduleFile(name)
	if err == nil && (len(source) == 0 || len(source) > MaxUDFSize) {
		err = invalidArg("source of %d bytes, the range is 1 to %d", len(source), MaxUDFSize)
	}
	if err != nil {
		return nil, &Error{Op: op, Err: err}
	}
	content := base64.StdEncoding.EncodeToString(source)
	command := "udf-put:filename=" + file + ";content=" + content +
		";content-len=" + strconv.Itoa(len(content)) + ";udf-type=LUA;"
	cmd := adminCommand(ctx, op)
	cmd.Idempotent = true
	if _, err := c.cluster.Ask(ctx, cmd, always(command), false); err != nil {
		return nil, udfError(err)
	}
	return c.udfTask(file, content), nil
}

// PutUDFFile is [Client.PutUDF] for a file: the module has the name of the file, which
// ends with ".lua".
func (c *Client) PutUDFFile(ctx context.Context, path string) (*UDFTask, error) {
	source, err := readModule(path)
	if err != nil {
		return nil, &Error{Op: "put udf", Err: err}
	}
	return c.PutUDF(ctx, filepath.Base(path), source)
}

// readModule reads a file that may be a module.
func readModule(path string) ([]byte, error) {
	if filepath.Ext(path) != moduleExtension {
		return nil, invalidArg("the name of a module's file ends with %s", moduleExtension)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidArg, err)
	}
	defer f.Close()
	source, err := io.ReadAll(io.LimitReader(f, MaxUDFSize+1)) // one more shows that it is too long
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidArg, err)
	}
	return source, nil
}

// RemoveUDF removes a Lua module and returns a task to wait for. ".lua" is added to its
// name if it is missing. That there is no such module is no error.
func (c *Client) RemoveUDF(ctx context.Context, name string) (*UDFTask, error) {
	const op = "remove udf"
	file, err := moduleFile(name)
	if err != nil {
		return nil, &Error{Op: op, Err: err}
	}
	cmd := adminCommand(ctx, op)
	cmd.Idempotent = true
	if _, err := c.cluster.Ask(ctx, cmd, always("udf-remove:filename="+file+";"), false); err != nil {
		return nil, udfError(err)
	}
	return c.udfTask(file, ""), nil
}

// UDFSource returns the source of a Lua module from a random node; ok is false if it has
// none of that name.
func (c *Client) UDFSource(ctx context.Context, name string) (source []byte, ok bool, err error) {
	const op = "get udf"
	file, err := moduleFile(name)
	if err != nil {
		return nil, false, &Error{Op: op, Err: err}
	}
	cmd := adminCommand(ctx, op)
	cmd.Write = false
	answer, err := c.cluster.Ask(ctx, cmd, getModule(file), true)
	if err != nil {
		return nil, false, err
	}
	content, ok, err := moduleContent(&infoResult(&answer).Replies[0])
	if err != nil || !ok {
		return nil, false, udfError(err)
	}
	source, err = base64.StdEncoding.DecodeString(content)
	if err != nil {
		return nil, false, &Error{Op: op, Node: answer.Node.Name(), Err: fmt.Errorf("%w: %w", ErrProtocol, err)}
	}
	return source, true, nil
}

// UDFs returns the Lua modules of the cluster, sorted by name. If nodes have different
// versions of a module, each is listed. If some nodes fail, the result is what the
// others say and the error tells which failed.
func (c *Client) UDFs(ctx context.Context) ([]UDFModule, error) {
	rows, err := c.Info(ctx, "udf-list")
	if err != nil {
		return nil, err
	}
	merged, faults := merger[UDFModule]{}, []error(nil)
	for i := range rows {
		value, err := rows[i].only()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for entry := range strings.SplitSeq(value, ";") {
			m := parsePairs(entry, ",")
			if name := m["filename"]; name != "" {
				u := merged.at(name + "\x00" + m["hash"])
				u.Name, u.Hash, u.Type = name, m["hash"], m["type"]
				u.Nodes = append(u.Nodes, rows[i].Node)
			}
		}
	}
	return merged.sorted(), errors.Join(faults...)
}

// moduleFile returns the name under which the server keeps a module.
func moduleFile(name string) (string, error) {
	if !strings.HasSuffix(name, moduleExtension) {
		name += moduleExtension
	}
	if err := checkName("module", name, maxModuleName); err != nil {
		return "", err
	}
	if name == moduleExtension || strings.ContainsAny(name, `/\,`) { // "," stands between the parts of lists
		return "", invalidArg("the name of the module is empty or has a slash or comma")
	}
	return name, nil
}

func getModule(file string) cluster.Question { return always("udf-get:filename=" + file) }

// moduleContent reads the reply to udf-get; ok is false if there is no such module.
func moduleContent(reply *InfoReply) (content string, ok bool, err error) {
	switch {
	case strings.EqualFold(reply.Value, "error=not_found"), strings.EqualFold(reply.Value, "error=empty"):
		return "", false, nil
	case reply.Err != nil:
		return "", false, reply.Err
	}
	content, ok = ParseInfoMap(reply.Value)["content"]
	return content, ok, nil
}

// udfTask waits until every node has the content, or none if it is empty.
func (c *Client) udfTask(file, want string) *UDFTask {
	judge := func(reply *InfoReply) (percent int, known bool, fault error) {
		content, ok, err := moduleContent(reply)
		if err == nil && ok == (want != "") && content == want {
			return 100, true, nil
		}
		return 0, false, err
	}
	return &UDFTask{task{
		client: c, op: "wait for udf", ask: getModule(file), judge: judge,
		missing: fmt.Errorf("%w: the nodes have another version of the module", ErrTimeout),
	}}
}

// udfError finds the code and the cause in what a server says about a module in words
// (protocol/02 §6.4).
func udfError(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Code != types.ResultServerError || e.Err == nil {
		return err
	}
	reason, rest, _ := strings.Cut(e.Err.Error(), ";")
	found := *e
	switch {
	case reason == "compile_error":
		found.Code, found.Err = types.ResultUDF, compileError(ParseInfoMap(rest))
	case strings.HasPrefix(reason, "invalid_"):
		found.Code = types.ResultParameter
	case reason == "timeout":
		found.Code = types.ResultTimeout
	}
	return &found
}

func compileError(m InfoMap) error {
	e := &UDFCompileError{File: m["file"], Message: m["message"]}
	if line, ok := m.Int("line"); ok && line > 0 && line < 1<<31 {
		e.Line = int(line)
	}
	if text, err := base64.StdEncoding.DecodeString(m["message"]); err == nil {
		e.Message = strings.ToValidUTF8(string(text), "?")
	}
	return e
}
