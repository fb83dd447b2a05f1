package wire

import "strconv"

// ResultCode is the server's verdict on a command.
type ResultCode uint8

// Result codes (proto.h, AS_ERR_* and AS_SEC_*).
const (
	ResultOK                   ResultCode = 0
	ResultServerError          ResultCode = 1
	ResultNotFound             ResultCode = 2
	ResultGeneration           ResultCode = 3
	ResultParameter            ResultCode = 4
	ResultRecordExists         ResultCode = 5
	ResultBinExists            ResultCode = 6
	ResultClusterKeyMismatch   ResultCode = 7
	ResultOutOfSpace           ResultCode = 8
	ResultTimeout              ResultCode = 9
	ResultAlwaysForbidden      ResultCode = 10
	ResultUnavailable          ResultCode = 11
	ResultBinType              ResultCode = 12
	ResultRecordTooBig         ResultCode = 13
	ResultKeyBusy              ResultCode = 14
	ResultQueryAbort           ResultCode = 15
	ResultUnsupported          ResultCode = 16
	ResultBinNotFound          ResultCode = 17
	ResultDeviceOverload       ResultCode = 18
	ResultKeyMismatch          ResultCode = 19
	ResultNamespace            ResultCode = 20
	ResultBinName              ResultCode = 21
	ResultForbidden            ResultCode = 22
	ResultElementNotFound      ResultCode = 23
	ResultElementExists        ResultCode = 24
	ResultEnterpriseOnly       ResultCode = 25
	ResultOpNotApplicable      ResultCode = 26
	ResultFilteredOut          ResultCode = 27
	ResultLostConflict         ResultCode = 28
	ResultXDRKeyBusy           ResultCode = 32
	ResultQueryEnd             ResultCode = 50
	ResultSecurityNotSupported ResultCode = 51
	ResultSecurityNotEnabled   ResultCode = 52
	ResultSecurityScheme       ResultCode = 53
	ResultInvalidCommand       ResultCode = 54
	ResultInvalidField         ResultCode = 55
	ResultIllegalState         ResultCode = 56
	ResultInvalidUser          ResultCode = 60
	ResultUserExists           ResultCode = 61
	ResultInvalidPassword      ResultCode = 62
	ResultExpiredPassword      ResultCode = 63
	ResultForbiddenPassword    ResultCode = 64
	ResultInvalidCredential    ResultCode = 65
	ResultExpiredSession       ResultCode = 66
	ResultInvalidRole          ResultCode = 70
	ResultRoleExists           ResultCode = 71
	ResultInvalidPrivilege     ResultCode = 72
	ResultInvalidWhitelist     ResultCode = 73
	ResultQuotasNotEnabled     ResultCode = 74
	ResultInvalidQuota         ResultCode = 75
	ResultNotAuthenticated     ResultCode = 80
	ResultRoleViolation        ResultCode = 81
	ResultNotWhitelisted       ResultCode = 82
	ResultQuotaExceeded        ResultCode = 83
	ResultLDAPNotConfigured    ResultCode = 90
	ResultLDAPSetup            ResultCode = 91
	ResultLDAPTLSSetup         ResultCode = 92
	ResultLDAPAuthentication   ResultCode = 93
	ResultLDAPQuery            ResultCode = 94
	ResultUDF                  ResultCode = 100
	ResultMRTBlocked           ResultCode = 120
	ResultMRTVersionMismatch   ResultCode = 121
	ResultMRTExpired           ResultCode = 122
	ResultMRTTooManyWrites     ResultCode = 123
	ResultMRTCommitted         ResultCode = 124
	ResultMRTAborted           ResultCode = 125
	ResultMRTAlreadyLocked     ResultCode = 126
	ResultMRTMonitorExists     ResultCode = 127
	ResultBatchDisabled        ResultCode = 150
	ResultBatchMaxRequests     ResultCode = 151
	ResultBatchQueuesFull      ResultCode = 152
	ResultInvalidGeoJSON       ResultCode = 160
	ResultIndexFound           ResultCode = 200
	ResultIndexNotFound        ResultCode = 201
	ResultIndexOutOfMemory     ResultCode = 202
	ResultIndexNotReadable     ResultCode = 203
	ResultIndexGeneric         ResultCode = 204
	ResultIndexNameTooLong     ResultCode = 205
	ResultIndexMaxCount        ResultCode = 206
	ResultQueryAborted         ResultCode = 210
	ResultQueryQueueFull       ResultCode = 211
	ResultQueryTimeout         ResultCode = 212
	ResultQueryGeneric         ResultCode = 213
	ResultQueryNetIO           ResultCode = 214
	ResultQueryDuplicate       ResultCode = 215
)

// resultInfo is what the table below knows of a code.
type resultInfo struct {
	name, meaning string
	// retryable: the command was not carried out and the same one may succeed
	// later, unless doubt is set as well.
	retryable bool
	// doubt: a write answered with this code may have been applied.
	doubt bool
}

var resultCodes = map[ResultCode]resultInfo{
	ResultOK:                   {name: "OK", meaning: "success"},
	ResultServerError:          {name: "SERVER_ERROR", meaning: "generic failure, such as a malformed list or map"},
	ResultNotFound:             {name: "NOT_FOUND", meaning: "record not found"},
	ResultGeneration:           {name: "GENERATION", meaning: "the record's generation is not the expected one"},
	ResultParameter:            {name: "PARAMETER", meaning: "malformed or illegal request"},
	ResultRecordExists:         {name: "RECORD_EXISTS", meaning: "record already exists"},
	ResultBinExists:            {name: "BIN_EXISTS", meaning: "bin already exists"},
	ResultClusterKeyMismatch:   {name: "CLUSTER_KEY_MISMATCH", meaning: "the cluster changed during the command", retryable: true},
	ResultOutOfSpace:           {name: "OUT_OF_SPACE", meaning: "no memory or storage left, or writes are stopped"},
	ResultTimeout:              {name: "TIMEOUT", meaning: "the server ran out of time", retryable: true, doubt: true},
	ResultAlwaysForbidden:      {name: "ALWAYS_FORBIDDEN", meaning: "operation not allowed by the configuration"},
	ResultUnavailable:          {name: "PARTITION_UNAVAILABLE", meaning: "the partition is not available on this node", retryable: true},
	ResultBinType:              {name: "BIN_TYPE", meaning: "the operation does not fit the bin's type"},
	ResultRecordTooBig:         {name: "RECORD_TOO_BIG", meaning: "the record would exceed max-record-size"},
	ResultKeyBusy:              {name: "KEY_BUSY", meaning: "too many commands wait for this record", retryable: true},
	ResultQueryAbort:           {name: "QUERY_ABORT", meaning: "the query was aborted", retryable: true},
	ResultUnsupported:          {name: "UNSUPPORTED_FEATURE", meaning: "the server does not support this"},
	ResultBinNotFound:          {name: "BIN_NOT_FOUND", meaning: "bin not found"},
	ResultDeviceOverload:       {name: "DEVICE_OVERLOAD", meaning: "storage cannot keep up with writes", retryable: true},
	ResultKeyMismatch:          {name: "KEY_MISMATCH", meaning: "the stored key is another one"},
	ResultNamespace:            {name: "INVALID_NAMESPACE", meaning: "no such namespace"},
	ResultBinName:              {name: "BIN_NAME", meaning: "bin name too long or illegal"},
	ResultForbidden:            {name: "FORBIDDEN", meaning: "the server's configuration or state forbids this now", retryable: true},
	ResultElementNotFound:      {name: "ELEMENT_NOT_FOUND", meaning: "list or map element not found"},
	ResultElementExists:        {name: "ELEMENT_EXISTS", meaning: "list or map element already exists"},
	ResultEnterpriseOnly:       {name: "ENTERPRISE_ONLY", meaning: "feature of the Enterprise Edition"},
	ResultOpNotApplicable:      {name: "OP_NOT_APPLICABLE", meaning: "the operation does not apply to the value"},
	ResultFilteredOut:          {name: "FILTERED_OUT", meaning: "the filter expression is false"},
	ResultLostConflict:         {name: "LOST_CONFLICT", meaning: "lost a conflict of cross-datacenter replication"},
	ResultXDRKeyBusy:           {name: "XDR_KEY_BUSY", meaning: "the record waits to be shipped", retryable: true},
	ResultQueryEnd:             {name: "QUERY_END", meaning: "end of a list of users or roles"},
	ResultSecurityNotSupported: {name: "SECURITY_NOT_SUPPORTED", meaning: "the server has no security"},
	ResultSecurityNotEnabled:   {name: "SECURITY_NOT_ENABLED", meaning: "security is switched off"},
	ResultSecurityScheme:       {name: "SECURITY_SCHEME", meaning: "unknown version of the admin protocol"},
	ResultInvalidCommand:       {name: "INVALID_COMMAND", meaning: "unknown admin command"},
	ResultInvalidField:         {name: "INVALID_FIELD", meaning: "missing or malformed admin field"},
	ResultIllegalState:         {name: "ILLEGAL_STATE", meaning: "admin command out of order"},
	ResultInvalidUser:          {name: "INVALID_USER", meaning: "unknown or illegal user"},
	ResultUserExists:           {name: "USER_EXISTS", meaning: "user already exists"},
	ResultInvalidPassword:      {name: "INVALID_PASSWORD", meaning: "illegal password"},
	ResultExpiredPassword:      {name: "EXPIRED_PASSWORD", meaning: "the password has expired"},
	ResultForbiddenPassword:    {name: "FORBIDDEN_PASSWORD", meaning: "the password is not allowed, such as one used before"},
	ResultInvalidCredential:    {name: "INVALID_CREDENTIAL", meaning: "wrong password or token"},
	ResultExpiredSession:       {name: "EXPIRED_SESSION", meaning: "the session token has expired"},
	ResultInvalidRole:          {name: "INVALID_ROLE", meaning: "unknown or illegal role"},
	ResultRoleExists:           {name: "ROLE_EXISTS", meaning: "role already exists"},
	ResultInvalidPrivilege:     {name: "INVALID_PRIVILEGE", meaning: "unknown privilege"},
	ResultInvalidWhitelist:     {name: "INVALID_WHITELIST", meaning: "malformed whitelist"},
	ResultQuotasNotEnabled:     {name: "QUOTAS_NOT_ENABLED", meaning: "quotas are switched off"},
	ResultInvalidQuota:         {name: "INVALID_QUOTA", meaning: "illegal quota"},
	ResultNotAuthenticated:     {name: "NOT_AUTHENTICATED", meaning: "the connection has not logged in"},
	ResultRoleViolation:        {name: "ROLE_VIOLATION", meaning: "the user's roles do not allow this"},
	ResultNotWhitelisted:       {name: "NOT_WHITELISTED", meaning: "the client's address is not on the role's whitelist"},
	ResultQuotaExceeded:        {name: "QUOTA_EXCEEDED", meaning: "the user's quota is used up for now", retryable: true},
	ResultLDAPNotConfigured:    {name: "LDAP_NOT_CONFIGURED", meaning: "external authentication is not configured"},
	ResultLDAPSetup:            {name: "LDAP_SETUP", meaning: "external authentication is set up wrongly"},
	ResultLDAPTLSSetup:         {name: "LDAP_TLS_SETUP", meaning: "TLS to the LDAP server is set up wrongly"},
	ResultLDAPAuthentication:   {name: "LDAP_AUTHENTICATION", meaning: "the LDAP server refused the user"},
	ResultLDAPQuery:            {name: "LDAP_QUERY", meaning: "the LDAP server could not be asked"},
	ResultUDF:                  {name: "UDF", meaning: "a Lua function failed", doubt: true},
	ResultMRTBlocked:           {name: "MRT_BLOCKED", meaning: "another transaction holds the record", retryable: true},
	ResultMRTVersionMismatch:   {name: "MRT_VERSION_MISMATCH", meaning: "a record read by the transaction has changed"},
	ResultMRTExpired:           {name: "MRT_EXPIRED", meaning: "the transaction's deadline has passed"},
	ResultMRTTooManyWrites:     {name: "MRT_TOO_MANY_WRITES", meaning: "the transaction writes too many records"},
	ResultMRTCommitted:         {name: "MRT_COMMITTED", meaning: "the transaction is already committed"},
	ResultMRTAborted:           {name: "MRT_ABORTED", meaning: "the transaction is already aborted"},
	ResultMRTAlreadyLocked:     {name: "MRT_ALREADY_LOCKED", meaning: "this transaction already holds the record"},
	ResultMRTMonitorExists:     {name: "MRT_MONITOR_EXISTS", meaning: "the transaction has already begun"},
	ResultBatchDisabled:        {name: "BATCH_DISABLED", meaning: "batches are switched off"},
	ResultBatchMaxRequests:     {name: "BATCH_MAX_REQUESTS", meaning: "too many rows in one batch"},
	ResultBatchQueuesFull:      {name: "BATCH_QUEUES_FULL", meaning: "the server's batch queues are full", retryable: true},
	ResultInvalidGeoJSON:       {name: "INVALID_GEOJSON", meaning: "malformed GeoJSON"},
	ResultIndexFound:           {name: "INDEX_FOUND", meaning: "an index of that name exists"},
	ResultIndexNotFound:        {name: "INDEX_NOT_FOUND", meaning: "no such index"},
	ResultIndexOutOfMemory:     {name: "INDEX_OUT_OF_MEMORY", meaning: "no memory for the index"},
	ResultIndexNotReadable:     {name: "INDEX_NOT_READABLE", meaning: "the index is still being built", retryable: true},
	ResultIndexGeneric:         {name: "INDEX_GENERIC", meaning: "index failure"},
	ResultIndexNameTooLong:     {name: "INDEX_NAME_TOO_LONG", meaning: "the index's name is too long"},
	ResultIndexMaxCount:        {name: "INDEX_MAX_COUNT", meaning: "too many indexes"},
	ResultQueryAborted:         {name: "QUERY_ABORTED", meaning: "the query was aborted", retryable: true},
	ResultQueryQueueFull:       {name: "QUERY_QUEUE_FULL", meaning: "too many queries", retryable: true},
	ResultQueryTimeout:         {name: "QUERY_TIMEOUT", meaning: "the query ran out of time", retryable: true},
	ResultQueryGeneric:         {name: "QUERY_GENERIC", meaning: "query failure"},
	ResultQueryNetIO:           {name: "QUERY_NET_IO", meaning: "network failure in a query", retryable: true},
	ResultQueryDuplicate:       {name: "QUERY_DUPLICATE", meaning: "a query with the same number is under way"},
}

// String returns the code's name, such as "NOT_FOUND".
func (c ResultCode) String() string {
	if info, ok := resultCodes[c]; ok {
		return info.name
	}
	return "RESULT_" + strconv.Itoa(int(c))
}

// Meaning says in a few words what the code stands for.
func (c ResultCode) Meaning() string {
	if info, ok := resultCodes[c]; ok {
		return info.meaning
	}
	return "unknown result code"
}

// Known reports whether the code is in the table.
func (c ResultCode) Known() bool { _, ok := resultCodes[c]; return ok }

// Retryable reports whether the same command may succeed later, the cause being
// outside it. For a write see also [ResultCode.InDoubt].
func (c ResultCode) Retryable() bool { return resultCodes[c].retryable }

// InDoubt reports whether a write answered with this code may have been applied
// all the same.
func (c ResultCode) InDoubt() bool { return resultCodes[c].doubt }
