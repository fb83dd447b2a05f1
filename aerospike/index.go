package aerospike

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/cdt"
	"github.com/aerospike-go/aerospike-go/aerospike/internal/cluster"
	"github.com/aerospike-go/aerospike-go/aerospike/query"
	"github.com/aerospike-go/aerospike-go/aerospike/types"
	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

// IndexType is the type of the values that an index holds. Values of other types are
// not in it, and so not found by it.
type IndexType uint8

// Types of indexes.
const (
	IndexNumeric IndexType = iota + 1 // integers
	IndexString
	IndexBlob // bytes; server 7.0
	IndexGeo  // points and regions in GeoJSON
)

// String returns the type as the server calls it.
func (t IndexType) String() string { return nameOf(indexTypes[:], int(t)) }

var indexTypes = [...]string{IndexNumeric: "numeric", IndexString: "string", IndexBlob: "blob", IndexGeo: "geo2dsphere"}

// IndexCollection says what of a bin is in an index. It is the type by which queries name
// it, see [query.Contains].
type IndexCollection = query.Collection

// Collections of indexes.
const (
	IndexDefault   = query.Whole     // the value of the bin
	IndexList      = query.List      // each element of a list
	IndexMapKeys   = query.MapKeys   // each key of a map
	IndexMapValues = query.MapValues // each value of a map
	// IndexSet is an index of all records of a set, which makes queries of a small set
	// fast. It has neither bin nor type. Server 8.1.
	IndexSet = query.WholeSet
)

func nameOf(names []string, i int) string {
	if i < len(names) && names[i] != "" {
		return names[i]
	}
	return fmt.Sprintf("unknown (%d)", i)
}

// Index defines a secondary index. Bin or Expression says what it is made of.
type Index struct {
	Namespace string
	// Set restricts it to the records of a set. With none it is about all records of the
	// namespace.
	Set string
	// Name is the index's own, at most 63 bytes.
	Name string
	// Bin is the name of a bin, at most 15 bytes.
	Bin        string
	Type       IndexType
	Collection IndexCollection
	// Context leads to a list or map within the bin.
	Context []cdt.Ctx
	// Expression is one of package expr, whose result is indexed in place of a bin.
	// Server 8.1.
	Expression cdt.Expression
}

// Largest base64 texts that the server takes (sindex.h).
const (
	maxContextText    = 2047
	maxExpressionText = 16<<10 - 1
)

// definition is an Index as texts for the server, checked.
type definition struct {
	Index
	context, expression string // base64
}

// define checks an index.
func (x *Index) define() (definition, error) {
	d := definition{Index: *x}
	if err := checkIndexName(x.Namespace, x.Name); err != nil {
		return d, err
	}
	if err := checkSet(x.Set); err != nil {
		return d, err
	}
	if x.Collection > IndexSet {
		return d, invalidArg("index: unknown collection %d", x.Collection)
	}
	if x.Collection == IndexSet {
		if x.Set == "" || x.Bin != "" || x.Type != 0 || len(x.Context) > 0 || x.Expression != nil {
			return d, invalidArg("an index of a set has a set, and neither bin nor type nor context nor expression")
		}
		return d, nil
	}
	if x.Type < IndexNumeric || x.Type > IndexGeo {
		return d, invalidArg("index: unknown type %d", x.Type)
	}
	return d, d.source()
}

// source checks what the index is made of.
func (d *definition) source() error {
	switch {
	case d.Bin != "" && d.Expression != nil:
		return invalidArg("index: both a bin and an expression")
	case d.Expression != nil:
		return d.encodeExpression()
	}
	if err := types.CheckBinName(d.Bin); err != nil {
		return err
	}
	if err := checkText("bin", d.Bin); err != nil {
		return err
	}
	if strings.Contains(d.Bin, ",") { // it stands before the type in the older form
		return invalidArg("the name of the bin has a comma")
	}
	if len(d.Context) == 0 {
		return nil
	}
	text, err := cdt.EncodeContext(d.Context...)
	if err != nil {
		return err
	}
	if d.context = text; len(text) > maxContextText {
		return invalidArg("index: context of %d bytes in base64, the limit is %d", len(text), maxContextText)
	}
	return nil
}

func (d *definition) encodeExpression() error {
	if len(d.Context) > 0 {
		return invalidArg("index: a context belongs to a bin, not to an expression")
	}
	packed, err := d.Expression.AppendExpression(nil)
	if err != nil {
		return err
	}
	d.expression = base64.StdEncoding.EncodeToString(packed)
	if len(d.expression) > maxExpressionText {
		return invalidArg("index: expression of %d bytes in base64, the limit is %d", len(d.expression), maxExpressionText)
	}
	return nil
}

func checkIndexName(namespace, name string) error {
	if err := checkNamespace(namespace); err != nil {
		return err
	}
	return checkName("index", name, maxIndexName)
}

// create returns the command that creates the index (protocol/02 §6.1).
func (d *definition) create(n *cluster.Node) ([]string, error) {
	if n.AtLeast(8, 1) {
		return []string{d.command()}, nil
	}
	if d.expression != "" || d.Collection == IndexSet {
		return nil, fmt.Errorf("%w: an index of an expression or of a set, by a server of version %s", types.ErrUnsupported, n.Build())
	}
	return []string{d.olderCommand()}, nil
}

func (d *definition) command() string {
	var b strings.Builder
	b.WriteString("sindex-create:namespace=" + d.Namespace)
	for _, p := range []struct{ name, value string }{
		{"set", d.Set}, {"indexname", d.Name}, {"context", d.context}, {"exp", d.expression},
		{"indextype", d.collection()}, {"bin", d.Bin}, {"type", d.kind()},
	} {
		if p.value != "" {
			b.WriteString(";" + p.name + "=" + p.value)
		}
	}
	return b.String()
}

// olderCommand is for servers before 8.1.
func (d *definition) olderCommand() string {
	var b strings.Builder
	b.WriteString("sindex-create:ns=" + d.Namespace)
	for _, p := range []struct{ name, value string }{
		{"set", d.Set}, {"indexname", d.Name}, {"context", d.context},
		{"indextype", d.collection()}, {"indexdata", d.Bin + "," + d.kind()}, {"priority", "normal"},
	} {
		if p.value != "" {
			b.WriteString(";" + p.name + "=" + p.value)
		}
	}
	return b.String()
}

// collection returns the parameter, which is left out for the default.
func (d *definition) collection() string {
	if d.Collection == IndexDefault {
		return ""
	}
	return d.Collection.String()
}

func (d *definition) kind() string {
	if d.Collection == IndexSet {
		return ""
	}
	return d.Type.String()
}

// CreateIndex creates a secondary index and returns a task to wait for: the server
// accepts the definition at once, and the nodes then go through their records. Until
// the task is done, queries by the index miss records or fail with [ErrIndexNotReady].
//
// An index that exists already with the same definition is no error, and its task is
// done. It fails with [ErrIndexFound] if the name belongs to another definition, or the
// definition to another name: the server would rename that index. It fails with
// [ErrNamespace] if there is no such namespace, which the server would not notice.
//
// ctx bounds the call, not the building; [DefaultAdminTimeout] does if it has no deadline.
// Since creating an index twice does no harm, the call is repeated if its outcome is
// unknown.
func (c *Client) CreateIndex(ctx context.Context, index Index) (*IndexTask, error) {
	const op = "create index"
	d, err := index.define()
	if err != nil {
		return nil, &Error{Op: op, Namespace: index.Namespace, Set: index.Set, Err: err}
	}
	ctx, cancel := withAdminTimeout(ctx)
	defer cancel()
	cmd := adminCommand(ctx, op)
	cmd.Namespace, cmd.Set, cmd.Idempotent = index.Namespace, index.Set, true
	if err := c.checkOthers(ctx, &d); err != nil {
		return nil, err
	}
	if _, err := c.cluster.Ask(ctx, cmd, d.create, false); err != nil {
		return nil, err
	}
	return newIndexTask(c, "wait for index", index.Namespace, index.Name, indexBuilt), nil
}

// checkOthers looks at the indexes that there are. A server before 8.1 does not print
// contexts in full, but it does not rename either.
func (c *Client) checkOthers(ctx context.Context, d *definition) error {
	cmd := adminCommand(ctx, "create index")
	cmd.Namespace, cmd.Set, cmd.Write = d.Namespace, d.Set, false
	answer, err := c.cluster.Ask(ctx, cmd, listIndexes(d.Namespace), false)
	if err != nil {
		return err
	}
	if !answer.Node.AtLeast(8, 1) {
		return nil
	}
	for _, m := range ParseInfoList(answer.Replies[0].Value) {
		if other := m.text("indexname"); other != d.Name && d.same(m) {
			return &Error{
				Op: cmd.Op, Namespace: d.Namespace, Set: d.Set, Node: answer.Node.Name(),
				Code: types.ResultIndexFound, Err: fmt.Errorf("the same index has the name %.63q", other),
			}
		}
	}
	return nil
}

// same reports whether a line of the server's list has the same definition.
func (d *definition) same(m InfoMap) bool {
	return m.text("set") == d.Set && m.text("bin") == d.Bin && m.text("type") == d.kind() &&
		m.text("indextype") == d.Collection.String() && m.text("context") == d.context && m.text("exp") == d.expression
}

func listIndexes(namespace string) cluster.Question {
	return func(n *cluster.Node) ([]string, error) {
		if n.AtLeast(8, 1) {
			return []string{"sindex-list:namespace=" + namespace + ";b64=true"}, nil
		}
		return []string{"sindex/" + namespace}, nil
	}
}

// DropIndex drops a secondary index and returns a task to wait for: the nodes drop it
// one after another. It fails with [ErrIndexNotFound] if there is none of that name.
// If an attempt went unanswered and the next one finds none, that one counts as having
// dropped it.
func (c *Client) DropIndex(ctx context.Context, namespace, name string) (*IndexTask, error) {
	const op = "drop index"
	if err := checkIndexName(namespace, name); err != nil {
		return nil, &Error{Op: op, Namespace: namespace, Err: err}
	}
	ctx, cancel := withAdminTimeout(ctx)
	defer cancel()
	cmd := adminCommand(ctx, op)
	cmd.Namespace, cmd.Idempotent = namespace, true
	answer, err := c.cluster.Ask(ctx, cmd, dropIndex(namespace, name), false)
	if err != nil {
		return nil, err
	}
	// The server takes the drop of an index that does not exist for a success. What it
	// says to the question before tells.
	if len(answer.Replies) == 2 && answer.Replies[0].Value == "false" && !answer.Repeated {
		return nil, &Error{Op: op, Namespace: namespace, Node: answer.Node.Name(), Code: wire.ResultIndexNotFound}
	}
	return newIndexTask(c, "wait for index", namespace, name, indexGone), nil
}

func dropIndex(namespace, name string) cluster.Question {
	return func(n *cluster.Node) ([]string, error) {
		if !n.AtLeast(8, 1) {
			return []string{"sindex-delete:ns=" + namespace + ";indexname=" + name}, nil
		}
		which := "namespace=" + namespace + ";indexname=" + name
		return []string{"sindex-exists:" + which, "sindex-delete:" + which}, nil
	}
}
