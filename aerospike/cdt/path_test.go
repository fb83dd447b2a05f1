package cdt

import (
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func TestPathOperationsAreTheseBytes(t *testing.T) {
	requireBytes(t, PathBin{}, []golden{
		{`Path("p", MapKey("book"), AllChildren(), MapKey("p")).SelectValues()`, Path("p", MapKey("book"), AllChildren(), MapKey("p")).SelectValues(), wire.OpCDTRead, "93ccfe9622a503626f6f6b04c322a2037001"},
		{`Path("p", ChildrenWhere(above1)).SelectTree()`, Path("p", ChildrenWhere(above1)).SelectTree(), wire.OpCDTRead, "93ccfe92049303937a02010100"},
		{`Path("p", ChildrenWhere(anyOf)).NoFail().SelectKeys()`, Path("p", ChildrenWhere(anyOf)).NoFail().SelectKeys(), wire.OpCDTRead, "93ccfe9204c312"},
		{`Path("p", AllChildren()).Modify(doubled)`, Path("p", AllChildren()).Modify(doubled), wire.OpCDTModify, "94ccfe9204c3049316937a0701cb4000000000000000"},
		{`Path("p", ChildrenWhere(above2)).Remove()`, Path("p", ChildrenWhere(above2)).Remove(), wire.OpCDTModify, "94ccfe92049303937a020102049164"},
		{`Path("p", AllChildren()).NoFail().Modify(doubled)`, Path("p", AllChildren()).NoFail().Modify(doubled), wire.OpCDTModify, "94ccfe9204c3149316937a0701cb4000000000000000"},
		{`Path("p", MapKeys("a", "c"), And(above1)).SelectPairs()`, Path("p", MapKeys("a", "c"), And(above1)).SelectPairs(), wire.OpCDTRead, "93ccfe942a92a20361a20363cd02049303937a02010103"},
	})
}
