package security

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Permission is a set of what a command needs and a privilege gives (security.h).
type Permission uint64

// Permissions, by the server's bits.
const (
	None         Permission = 0
	Read         Permission = 0x0001
	Query        Permission = 0x0002
	Write        Permission = 0x0004
	Delete       Permission = 0x0008
	UDFApply     Permission = 0x0010
	UDFQuery     Permission = 0x0020
	OpsQuery     Permission = 0x0040
	MaskingAdmin Permission = 0x0080
	ReadMasked   Permission = 0x0100
	WriteMasked  Permission = 0x0200
	UDFAdmin     Permission = 0x00010000
	IndexAdmin   Permission = 0x00020000
	QueryAdmin   Permission = 0x00040000
	Truncate     Permission = 0x00080000
	EvictAdmin   Permission = 0x00100000
	RecordInfo   Permission = 0x00200000
	SetConfig    Permission = 0x01000000
	LoggingCtrl  Permission = 0x02000000
	ServiceCtrl  Permission = 0x04000000
	SetXDRFilter Permission = 0x08000000
	UserAdmin    Permission = 0x100000000000
)

// permissionNames is what the server calls them in errors of info commands.
var permissionNames = map[Permission]string{
	None: "none", Read: "read", Query: "query", Write: "write", Delete: "delete", UDFApply: "udf-apply",
	UDFQuery: "udf-query", OpsQuery: "ops-query", MaskingAdmin: "masking-admin", ReadMasked: "read-masked",
	WriteMasked: "write-masked", UDFAdmin: "udf-admin", IndexAdmin: "sindex-admin", QueryAdmin: "query-admin",
	Truncate: "truncate", EvictAdmin: "evict-admin", RecordInfo: "record-info", SetConfig: "set-config",
	LoggingCtrl: "logging-ctrl", ServiceCtrl: "service-ctrl", SetXDRFilter: "xdr-set-filter", UserAdmin: "user-admin",
}

// String returns the name of a single permission.
func (p Permission) String() string { return permissionNames[p] }

// What the privileges give. The server's header groups the permissions: those of data,
// of its metadata, of the deployment, of users.
const (
	reads       = Read | Query
	writes      = Write | Delete | OpsQuery
	administers = UDFAdmin | IndexAdmin | QueryAdmin | Truncate | EvictAdmin | RecordInfo
	operates    = SetConfig | LoggingCtrl | ServiceCtrl | SetXDRFilter
)

var given = map[wire.PrivilegeCode]Permission{
	wire.PrivilegeUserAdmin:    UserAdmin,
	wire.PrivilegeSysAdmin:     operates,
	wire.PrivilegeDataAdmin:    administers,
	wire.PrivilegeUDFAdmin:     UDFAdmin,
	wire.PrivilegeIndexAdmin:   IndexAdmin,
	wire.PrivilegeRead:         reads,
	wire.PrivilegeReadWrite:    reads | writes,
	wire.PrivilegeReadWriteUDF: reads | writes | UDFApply | UDFQuery,
	wire.PrivilegeWrite:        writes,
	wire.PrivilegeTruncate:     Truncate,
	wire.PrivilegeMaskingAdmin: MaskingAdmin,
	wire.PrivilegeReadMasked:   ReadMasked,
	wire.PrivilegeWriteMasked:  WriteMasked,
}

// predefined are the privileges that are roles of the same name from the start. Those of
// masking are not: the official Go client cannot read an answer with them.
var predefined = []wire.PrivilegeCode{
	wire.PrivilegeUserAdmin, wire.PrivilegeSysAdmin, wire.PrivilegeDataAdmin, wire.PrivilegeUDFAdmin,
	wire.PrivilegeIndexAdmin, wire.PrivilegeRead, wire.PrivilegeReadWrite, wire.PrivilegeReadWriteUDF,
	wire.PrivilegeWrite, wire.PrivilegeTruncate,
}
