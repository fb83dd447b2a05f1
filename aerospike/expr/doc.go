// Package expr builds expressions that the server evaluates on a record: filters of
// calls, computed reads, computed writes, and conditions in path expressions.
//
//	adult := expr.And(
//		expr.Ge(expr.IntBin("age"), expr.Int(18)),
//		expr.Eq(expr.StringBin("country"), expr.String("NL")))
//	rec, err := client.Get(ctx, key, aerospike.Filter(adult))
//
// # Types
//
// An [Exp] knows the type of its value, so that most mistakes do not compile. The server
// converts nothing by itself, and neither does this package: none of these compile.
//
//	expr.Gt(expr.IntBin("age"), expr.Float(21))      // int64 and float64: use expr.ToFloat
//	expr.Add(expr.StringBin("name"), expr.Int(1))    // text is no number
//	expr.And(expr.IntBin("age"))                     // an integer is no condition
//	expr.Eq(expr.GeoJSONBin("at"), expr.GeoJSON(p))  // shapes cannot be compared: use expr.GeoCompare
//	expr.Pow(expr.Int(2), expr.Int(3))               // for floats only
//	expr.When(a, expr.Int(1)).Else(expr.String("x")) // the values of a choice have one type
//	expr.Map(expr.ListBin("l")).ByKey("k").Text()    // a pair has Int, String, ... to say what it holds
//	aerospike.Filter(expr.IntBin("age"))             // a filter is a condition
//	expr.Read("x", e, expr.CreateOnly)               // a flag of writes
//
// What the compiler cannot see, such as a bin's name that is too long, stays with the
// expression and with all that is made of it: [Exp.Err] tells, and so does the call that
// is given it, before anything is sent. errors.Is(err, types.ErrInvalidArg) holds.
//
// # Using an expression again
//
// An Exp holds the packed bytes of the whole expression. Building one copies those of its
// parts; using one appends them to the request, which allocates nothing. So build
// expressions once, keep them, and use them from as many goroutines as you like. They
// can be kept elsewhere as bytes ([Exp.MarshalBinary], [FromBytes]) or in base64
// ([Exp.MarshalText], [FromBase64]), which other clients and the server's configuration
// have too.
//
// # Unknown
//
// An expression may turn out to have no value: its value is unknown. So is that of a bin
// that does not exist or has another type, of an integer divided by zero, of an operation
// on a list or map that would be refused. What is made of it is unknown too, but for [And]
// with something false and [Or] with something true. A filter that is unknown is not
// passed; a computed read or write fails the call with ErrOpNotApplicable unless
// [EvalNoFail] is set. To tell missing bins from others use [BinExists], which is never
// unknown; a default is made with [When]:
//
//	expr.When(expr.BinExists("visits"), expr.IntBin("visits")).Else(expr.Int(0))
//
// # Filters
//
// A filter is evaluated in two phases. First with the record's metadata alone, where all
// bins and the user's key are unknown: if it is true or false already the record is not
// read for it. So begin an [And] with what metadata decides:
//
//	expr.And(expr.Lt(expr.SinceUpdate(), expr.Int(60_000)), expr.Gt(expr.IntBin("n"), expr.Int(5)))
//
// Then, if it was unknown, with the bins as they are before the call. A record that does
// not pass fails the call with ErrFilteredOut. A record that does not exist is not asked:
// reading finds none, and writing creates it whatever the filter says.
//
// # Computed reads and writes
//
// [Read] and [Write] make operations of Operate. They see what the operations before them
// have done.
//
//	ops := []aerospike.Op{
//		aerospike.Add("hits", 1),
//		expr.Write("ratio", expr.Div(expr.ToFloat(expr.IntBin("hits")), expr.ToFloat(expr.IntBin("tries"))), expr.EvalNoFail),
//		expr.Read("best", expr.List(expr.ListBin("scores")).ByRank(-1).Int()),
//	}
//
// # Lists, maps, bits, HyperLogLogs
//
// [List], [Map], [Bit] and [HLL] have the operations of package cdt, with contexts. What
// is GetByRank(r, what) there is ByRank(r) here with a method that says what is wanted of
// the elements and so fixes the type: Int, String and the like for the value of a single
// one, Values, Count, Keys and the like for several, Inverted for all others. What is
// RemoveByRank(r, what) there is ByRank(r).Remove() here. Operations that change return
// the whole target as it would be afterwards, and change nothing by themselves. Their
// arguments are Go values or expressions.
//
//	expr.Gt(expr.Map(expr.MapBin("scores")).ByKey(expr.StringBin("name")).Int(), expr.Int(100))
//	expr.Write("top", expr.List(expr.ListBin("all")).ByRankRange(-3, cdt.ToEnd).Values())
//
// Nothing that is missing is created: an operation on a bin that does not exist is
// unknown.
//
// # Path expressions
//
// [Path] selects or changes elements at many places of a nested list or map at once. The
// conditions in its steps, and what it applies, are expressions about the element they
// are at: [LoopKey], [LoopValue] and [LoopIndex]. The same expressions serve cdt.Path.
//
//	cheap := expr.Lt(expr.Map(expr.LoopValue[expr.MapType]()).ByKey("price").Float(), expr.Float(10))
//	expr.Path(expr.MapBin("store"), cdt.MapKey("books"), cdt.ChildrenWhere(cheap), cdt.MapKey("title")).SelectValues()
//
// # Comparing maps
//
// The server compares maps only if both have an order. [MapOf] and [ListOf] therefore
// make ordered ones of Go's maps; a bin is ordered if it was created so, such as by
// cdt.Map(...).KeyOrdered().
package expr
