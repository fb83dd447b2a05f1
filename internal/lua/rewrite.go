package lua

import (
	"strings"

	"github.com/yuin/gopher-lua/ast"
)

// Functions that stand for operators in a rewritten tree. No name in a script can be
// like these.
const (
	opIndexed = "\x00index"  // checks what is about to be indexed
	opCalled  = "\x00call"   // checks what is about to be called
	opMethod  = "\x00method" // checks what is about to be asked for a method
	opKey     = "\x00key"    // makes a key one that tables know
	opTable   = "\x00table"  // counts a new table
	opConcat  = "\x00.."
	opLength  = "\x00#"
	opNegate  = "\x00neg"
	opLoop    = "\x00for"
	opNumber  = "\x00number"
	opFloat   = "\x00float"
)

// floorMark is what the scanner makes of "//": a % floorMark % b has the same place
// among the operators.
const floorMark = "__floor_division__"

// rewriter turns the operators of a syntax tree into calls. It keeps track of names,
// because errors tell what was nil.
type rewriter struct {
	functions []*scope
	library   map[string]bool // global names, and those in global tables as table.name
	depth     int
}

// maxNesting bounds how deeply the source of a module nests: whoever walks the tree
// recurses.
const maxNesting = 1000

// tooDeep is the panic at a tree that is nested too deeply: the line where.
type tooDeep int

// badNumeral is the panic at a numeral that is none: its line.
type badNumeral int

func (r *rewriter) enter(at ast.PositionHolder) {
	if r.depth++; r.depth > maxNesting {
		panic(tooDeep(at.Line()))
	}
}

func (r *rewriter) leave() { r.depth-- }

// scope is a function whose body is being rewritten.
type scope struct {
	blocks []map[string]bool // local names
}

func rewrite(chunk []ast.Stmt, library map[string]bool) {
	r := &rewriter{library: library}
	r.body(nil, chunk)
}

func (r *rewriter) body(parameters []string, stmts []ast.Stmt) {
	r.functions = append(r.functions, &scope{})
	r.open()
	r.declare(parameters...)
	r.stmts(stmts)
	r.functions = r.functions[:len(r.functions)-1]
}

func (r *rewriter) current() *scope { return r.functions[len(r.functions)-1] }

func (r *rewriter) open() {
	f := r.current()
	f.blocks = append(f.blocks, map[string]bool{})
}

func (r *rewriter) close() {
	f := r.current()
	f.blocks = f.blocks[:len(f.blocks)-1]
}

func (r *rewriter) declare(names ...string) {
	f := r.current()
	for _, name := range names {
		f.blocks[len(f.blocks)-1][name] = true
	}
}

// kind tells what a name is: "local", "upvalue" or "global".
func (r *rewriter) kind(name string) string {
	for i := len(r.functions) - 1; i >= 0; i-- {
		for _, block := range r.functions[i].blocks {
			if block[name] {
				if i == len(r.functions)-1 {
					return "local"
				}
				return "upvalue"
			}
		}
	}
	return "global"
}

// describe names an expression the way that the server's errors do.
func (r *rewriter) describe(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.IdentExpr:
		return r.kind(x.Value) + " '" + x.Value + "'"
	case *ast.AttrGetExpr:
		if key, ok := x.Key.(*ast.StringExpr); ok {
			return "field '" + key.Value + "'"
		}
		if key, ok := x.Key.(*ast.NumberExpr); ok && plainInteger(key.Value) && len(key.Value) < 3 {
			return "field 'integer index'"
		}
		return "field '?'"
	case *ast.StringExpr:
		return "constant '" + x.Value + "'"
	}
	return ""
}

// isLibrary reports whether e names something in the libraries that is sure to be
// there.
func (r *rewriter) isLibrary(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.IdentExpr:
		return r.library[x.Value] && r.kind(x.Value) == "global"
	case *ast.AttrGetExpr:
		object, ok1 := x.Object.(*ast.IdentExpr)
		key, ok2 := x.Key.(*ast.StringExpr)
		return ok1 && ok2 && r.library[object.Value+"."+key.Value] && r.kind(object.Value) == "global"
	}
	return false
}

func (r *rewriter) block(stmts []ast.Stmt) {
	r.open()
	r.stmts(stmts)
	r.close()
}

func (r *rewriter) stmts(stmts []ast.Stmt) {
	for _, s := range stmts {
		r.stmt(s)
	}
}

func (r *rewriter) stmt(s ast.Stmt) {
	r.enter(s)
	defer r.leave()
	switch x := s.(type) {
	case *ast.AssignStmt:
		r.exprs(x.Rhs)
		for _, target := range x.Lhs {
			if t, ok := target.(*ast.AttrGetExpr); ok {
				r.attribute(t)
			}
		}
	case *ast.LocalAssignStmt:
		r.localAssign(x)
	case *ast.FuncCallStmt:
		if call, ok := x.Expr.(*ast.FuncCallExpr); ok {
			r.call(call)
		}
	case *ast.DoBlockStmt:
		r.block(x.Stmts)
	case *ast.WhileStmt:
		x.Condition = r.expr(x.Condition)
		r.block(x.Stmts)
	case *ast.RepeatStmt:
		r.open()
		r.stmts(x.Stmts)
		x.Condition = r.expr(x.Condition) // sees the block's locals
		r.close()
	case *ast.IfStmt:
		x.Condition = r.expr(x.Condition)
		r.block(x.Then)
		r.block(x.Else)
	case *ast.NumberForStmt:
		r.numberFor(x)
	case *ast.GenericForStmt:
		r.exprs(x.Exprs)
		switch first := x.Exprs[0].(type) {
		case *ast.FuncCallExpr, *ast.Comma3Expr: // may be all that the loop needs
		default:
			x.Exprs[0] = helper(first, opCalled, first, text(first, "for iterator 'for iterator'"))
		}
		r.open()
		r.declare(x.Names...)
		r.stmts(x.Stmts)
		r.close()
	case *ast.FuncDefStmt:
		if x.Name.Func != nil {
			x.Name.Func = r.target(x.Name.Func)
		}
		parameters := x.Func.ParList.Names
		if x.Name.Receiver != nil {
			x.Name.Receiver = r.expr(x.Name.Receiver)
			parameters = append([]string{"self"}, parameters...)
		}
		r.body(parameters, x.Func.Stmts)
	case *ast.ReturnStmt:
		r.exprs(x.Exprs)
	}
}

// target rewrites the name under which a function is defined.
func (r *rewriter) target(e ast.Expr) ast.Expr {
	if t, ok := e.(*ast.AttrGetExpr); ok {
		r.attribute(t)
	}
	return e
}

// localAssign declares the names: afterwards, except that a local function sees
// itself.
func (r *rewriter) localAssign(x *ast.LocalAssignStmt) {
	if len(x.Exprs) == 1 && len(x.Names) == 1 {
		if f, ok := x.Exprs[0].(*ast.FunctionExpr); ok {
			r.declare(x.Names...)
			r.body(f.ParList.Names, f.Stmts)
			return
		}
	}
	r.exprs(x.Exprs)
	r.declare(x.Names...)
}

func (r *rewriter) numberFor(x *ast.NumberForStmt) {
	bound := func(e ast.Expr, what string) ast.Expr {
		if n, ok := e.(*ast.NumberExpr); ok && plainInteger(n.Value) {
			return e
		}
		return helper(e, opLoop, r.expr(e), text(e, what))
	}
	floats := isFloat(x.Init) || x.Step != nil && isFloat(x.Step)
	x.Init = bound(x.Init, "initial value")
	x.Limit = bound(x.Limit, "limit")
	if x.Step != nil {
		x.Step = bound(x.Step, "step")
	}
	r.open()
	r.declare(x.Name)
	r.stmts(x.Stmts)
	r.close()
	if floats {
		x.Stmts = append([]ast.Stmt{floatVariable(x)}, x.Stmts...)
	}
}

// isFloat reports whether e is a numeral for a float.
func isFloat(e ast.Expr) bool {
	n, ok := e.(*ast.NumberExpr)
	return ok && strings.ContainsAny(n.Value, ".eE") && !strings.HasPrefix(strings.ToLower(n.Value), "0x")
}

// floatVariable is what the body of a loop over floats begins with: the interpreter's
// own numbers are integers where they are whole. Loops whose numerals do not tell that
// they are over floats go without.
func floatVariable(x *ast.NumberForStmt) ast.Stmt {
	id := &ast.IdentExpr{Value: x.Name}
	id.SetLine(x.Line())
	id.SetLastLine(x.Line())
	s := &ast.LocalAssignStmt{Names: []string{x.Name}, Exprs: []ast.Expr{helper(id, opFloat, id)}}
	s.SetLine(x.Line())
	s.SetLastLine(x.Line())
	return s
}

func (r *rewriter) exprs(list []ast.Expr) {
	for i, e := range list {
		list[i] = r.expr(e)
	}
}

// plainInteger reports whether a numeral is an integer that needs no box.
func plainInteger(numeral string) bool {
	return len(numeral) < 16 && strings.Trim(numeral, "0123456789") == ""
}

// helper makes a call of a function in Go in place of the expression at.
func helper(at ast.Expr, name string, args ...ast.Expr) ast.Expr {
	id := &ast.IdentExpr{Value: name}
	id.SetLine(at.Line())
	id.SetLastLine(at.LastLine())
	// AdjustRet keeps a "return" from making a tail call of it, which would forget
	// where it came from.
	call := &ast.FuncCallExpr{Func: id, Args: args, AdjustRet: true}
	call.SetLine(at.Line())
	call.SetLastLine(at.LastLine())
	return call
}

func text(at ast.Expr, s string) ast.Expr {
	e := &ast.StringExpr{Value: s}
	e.SetLine(at.Line())
	e.SetLastLine(at.LastLine())
	return e
}
