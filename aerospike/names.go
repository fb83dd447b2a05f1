package aerospike

import (
	"strings"

	"github.com/aerospike-go/aerospike-go/aerospike/types"
)

// Limits of names in commands of administration (server: datamodel.h, sindex.h,
// udf_cask.c).
const (
	maxIndexName  = 63
	maxModuleName = 127
)

// An info command is a text in which ";", ":" and "=" stand between its parts. A name
// that has them, or a line's end, would be taken for parts of its own: so the checks
// below are what keeps one command from becoming another.

// checkName refuses a name that cannot stand in an info command.
func checkName(what, name string, limit int) error {
	switch {
	case name == "":
		return invalidArg("the name of the %s is empty", what)
	case len(name) > limit:
		return invalidArg("the name of the %s has %d bytes, the limit is %d", what, len(name), limit)
	}
	return checkText(what, name)
}

func checkText(what, name string) error {
	if at := strings.IndexFunc(name, func(r rune) bool { return isControl(r) || strings.ContainsRune(";:=", r) }); at >= 0 {
		return invalidArg("the name of the %s has the character %q, which cannot be part of an info command", what, name[at])
	}
	return nil
}

func checkNamespace(name string) error {
	if err := checkName("namespace", name, types.MaxNamespaceLen); err != nil {
		return err
	}
	if strings.Contains(name, "/") { // the names of namespaces stand in paths such as sets/test
		return invalidArg("the name of the namespace has a slash")
	}
	return nil
}

// checkSet lets the empty name pass: no set, or all of them.
func checkSet(name string) error {
	if name == "" {
		return nil
	}
	return checkName("set", name, types.MaxSetLen)
}
