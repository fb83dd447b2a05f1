package lua

import (
	"github.com/yuin/gopher-lua/ast"
)

// expr rewrites an expression and returns what stands in its place.
func (r *rewriter) expr(e ast.Expr) ast.Expr {
	r.enter(e)
	defer r.leave()
	switch x := e.(type) {
	case *ast.NumberExpr:
		if !plainInteger(x.Value) {
			if _, ok := parseNumber(x.Value); !ok {
				panic(badNumeral(x.Line()))
			}
			return helper(e, opNumber, text(e, x.Value))
		}
	case *ast.AttrGetExpr:
		r.attribute(x)
	case *ast.TableExpr:
		return r.table(x)
	case *ast.FuncCallExpr:
		r.call(x)
	case *ast.LogicalOpExpr:
		x.Lhs, x.Rhs = r.expr(x.Lhs), r.expr(x.Rhs)
	case *ast.RelationalOpExpr:
		return r.relation(x)
	case *ast.StringConcatOpExpr:
		return r.concat(x)
	case *ast.ArithmeticOpExpr:
		return r.arithmetic(x)
	case *ast.UnaryMinusOpExpr:
		if n, ok := x.Expr.(*ast.NumberExpr); ok && plainInteger(n.Value) {
			return e
		}
		what := r.describe(x.Expr)
		return helper(e, opNegate, r.expr(x.Expr), text(e, what))
	case *ast.UnaryNotOpExpr:
		x.Expr = r.expr(x.Expr)
	case *ast.UnaryLenOpExpr:
		what := r.describe(x.Expr)
		return helper(e, opLength, r.expr(x.Expr), text(e, what))
	case *ast.FunctionExpr:
		r.body(x.ParList.Names, x.Stmts)
	}
	return e
}

// attribute rewrites object.key or object[key]; it stays one, for it may be assigned
// to.
func (r *rewriter) attribute(x *ast.AttrGetExpr) {
	r.object(x)
	switch key := x.Key.(type) {
	case *ast.StringExpr:
	case *ast.NumberExpr:
		if !plainInteger(key.Value) {
			x.Key = helper(key, opKey, r.expr(key))
		}
	default:
		x.Key = helper(x.Key, opKey, r.expr(x.Key))
	}
}

func (r *rewriter) object(x *ast.AttrGetExpr) {
	if r.isLibrary(x.Object) {
		return
	}
	what := r.describe(x.Object)
	x.Object = helper(x.Object, opIndexed, r.expr(x.Object), text(x.Object, what))
}

func (r *rewriter) table(x *ast.TableExpr) ast.Expr {
	for _, f := range x.Fields {
		switch key := f.Key.(type) {
		case nil, *ast.StringExpr:
		case *ast.NumberExpr:
			if !plainInteger(key.Value) {
				f.Key = helper(key, opKey, r.expr(key))
			}
		default:
			f.Key = helper(f.Key, opKey, r.expr(f.Key))
		}
		f.Value = r.expr(f.Value)
	}
	return helper(x, opTable, x)
}

func (r *rewriter) call(x *ast.FuncCallExpr) {
	r.exprs(x.Args)
	if x.Receiver != nil {
		what := r.describe(x.Receiver)
		at := x.Receiver
		x.Receiver = helper(at, opMethod, r.expr(at), text(at, x.Method), text(at, what))
		return
	}
	if r.isLibrary(x.Func) {
		return
	}
	what := r.describe(x.Func)
	x.Func = helper(x.Func, opCalled, r.expr(x.Func), text(x.Func, what))
}

// relation rewrites a comparison, unless it is one for equality with a constant that
// no number is equal to.
func (r *rewriter) relation(x *ast.RelationalOpExpr) ast.Expr {
	plain := simple(x.Lhs) || simple(x.Rhs)
	lhs, rhs := r.expr(x.Lhs), r.expr(x.Rhs)
	if plain && (x.Operator == "==" || x.Operator == "~=") {
		x.Lhs, x.Rhs = lhs, rhs
		return x
	}
	return helper(x, "\x00"+x.Operator, lhs, rhs)
}

func simple(e ast.Expr) bool {
	switch e.(type) {
	case *ast.StringExpr, *ast.NilExpr, *ast.TrueExpr, *ast.FalseExpr:
		return true
	}
	return false
}

// concat rewrites a chain of .. as one call, so that a long one does not copy its
// text again and again.
func (r *rewriter) concat(x *ast.StringConcatOpExpr) ast.Expr {
	const most = 40 // of the registers, of which a function has some 200
	var parts, names []ast.Expr
	var rest ast.Expr = x
	for len(parts) < most {
		c, ok := rest.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		names = append(names, text(x, r.describe(c.Lhs)))
		parts = append(parts, r.expr(c.Lhs))
		rest = c.Rhs
	}
	names = append(names, text(x, r.describe(rest)))
	parts = append(parts, r.expr(rest))
	return helper(x, opConcat, append(parts, names...)...)
}

func (r *rewriter) arithmetic(x *ast.ArithmeticOpExpr) ast.Expr {
	op, lhs, rhs := x.Operator, x.Lhs, x.Rhs
	if inner, ok := lhs.(*ast.ArithmeticOpExpr); ok && op == "%" && inner.Operator == "%" {
		if mark, ok := inner.Rhs.(*ast.IdentExpr); ok && mark.Value == floorMark {
			op, lhs = "//", inner.Lhs
		}
	}
	names := r.describe(lhs) + "\x00" + r.describe(rhs)
	return helper(x, "\x00"+op, r.expr(lhs), r.expr(rhs), text(x, names))
}
