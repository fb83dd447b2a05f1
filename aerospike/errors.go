package aerospike

import "github.com/aerospike-go/aerospike-go/aerospike/types"

// Categories of errors. Each error belongs to at least one.
var (
	ErrClient      = types.ErrClient      // the client itself refused the call
	ErrCluster     = types.ErrCluster     // no node could be asked, or the connection to it failed
	ErrInvalidArg  = types.ErrInvalidArg  // an argument is wrong; nothing was sent
	ErrTimeout     = types.ErrTimeout     // the call's time was up, on the client or on the server
	ErrRecord      = types.ErrRecord      // the record, its bins or their elements are not as required
	ErrServer      = types.ErrServer      // any other verdict of the server
	ErrIndex       = types.ErrIndex       // a secondary index is missing, present or not ready
	ErrQuery       = types.ErrQuery       // the server gave up a query
	ErrAdmin       = types.ErrAdmin       // security, users, roles, quotas
	ErrUDF         = types.ErrUDF         // a Lua function failed
	ErrTransaction = types.ErrTransaction // a multi-record transaction (Enterprise)
)

// Conditions that the client finds without a verdict of the server.
var (
	ErrClosed      = types.ErrClosed      // the client has been closed
	ErrOverloaded  = types.ErrOverloaded  // too many calls wait already; nothing was sent
	ErrNoNode      = types.ErrNoNode      // the partition map names no node for the record
	ErrNodeDown    = types.ErrNodeDown    // the node has left the cluster
	ErrCircuitOpen = types.ErrCircuitOpen // the node failed so often that it is not asked for a while
	ErrConnection  = types.ErrConnection  // a connection could not be made, or broke
	ErrProtocol    = types.ErrProtocol    // a reply made no sense
	ErrClusterName = types.ErrClusterName // the node belongs to a cluster of another name
	ErrCredentials = types.ErrCredentials // Config.Credentials or Config.TLSSource has failed
)

// Certificates that were not accepted. Calls that meet one are not tried again.
var (
	ErrCertificate        = types.ErrCertificate        // any of those that follow, or another fault
	ErrCertificateExpired = types.ErrCertificateExpired // the node's has expired, or is not valid yet
	ErrCertificateHost    = types.ErrCertificateHost    // the node's is for another host
	ErrCertificateIssuer  = types.ErrCertificateIssuer  // the node's is signed by nobody whom we trust
	ErrCertificateRefused = types.ErrCertificateRefused // the node does not accept ours, or wants one
)

// Verdicts about the record.
var (
	ErrRecordNotFound  = types.ErrRecordNotFound
	ErrRecordExists    = types.ErrRecordExists
	ErrGeneration      = types.ErrGeneration
	ErrRecordTooBig    = types.ErrRecordTooBig
	ErrBinName         = types.ErrBinName
	ErrBinExists       = types.ErrBinExists
	ErrBinNotFound     = types.ErrBinNotFound
	ErrBinType         = types.ErrBinType
	ErrFilteredOut     = types.ErrFilteredOut
	ErrElementNotFound = types.ErrElementNotFound
	ErrElementExists   = types.ErrElementExists
)

// Other verdicts of the server.
var (
	ErrParameter            = types.ErrParameter
	ErrClusterKeyMismatch   = types.ErrClusterKeyMismatch
	ErrOutOfSpace           = types.ErrOutOfSpace
	ErrServerTimeout        = types.ErrServerTimeout
	ErrPartitionUnavailable = types.ErrPartitionUnavailable
	ErrKeyBusy              = types.ErrKeyBusy
	ErrUnsupported          = types.ErrUnsupported
	ErrDeviceOverload       = types.ErrDeviceOverload
	ErrKeyMismatch          = types.ErrKeyMismatch
	ErrNamespace            = types.ErrNamespace
	ErrForbidden            = types.ErrForbidden
	ErrEnterpriseOnly       = types.ErrEnterpriseOnly
	ErrOpNotApplicable      = types.ErrOpNotApplicable
	ErrBatchTooLarge        = types.ErrBatchTooLarge
	ErrBatchQueuesFull      = types.ErrBatchQueuesFull
	ErrInvalidGeoJSON       = types.ErrInvalidGeoJSON
	ErrIndexFound           = types.ErrIndexFound
	ErrIndexNotFound        = types.ErrIndexNotFound
	ErrIndexNotReady        = types.ErrIndexNotReady
	ErrQueryAborted         = types.ErrQueryAborted
	ErrQueryTimeout         = types.ErrQueryTimeout
)

// Verdicts of the server's security.
var (
	ErrSecurityNotSupported = types.ErrSecurityNotSupported
	ErrSecurityNotEnabled   = types.ErrSecurityNotEnabled
	ErrInvalidUser          = types.ErrInvalidUser
	ErrUserExists           = types.ErrUserExists
	ErrInvalidPassword      = types.ErrInvalidPassword
	ErrExpiredPassword      = types.ErrExpiredPassword
	ErrForbiddenPassword    = types.ErrForbiddenPassword
	ErrInvalidCredential    = types.ErrInvalidCredential
	ErrExpiredSession       = types.ErrExpiredSession
	ErrInvalidRole          = types.ErrInvalidRole
	ErrRoleExists           = types.ErrRoleExists
	ErrInvalidPrivilege     = types.ErrInvalidPrivilege
	ErrInvalidWhitelist     = types.ErrInvalidWhitelist
	ErrQuotasNotEnabled     = types.ErrQuotasNotEnabled
	ErrInvalidQuota         = types.ErrInvalidQuota
	ErrNotAuthenticated     = types.ErrNotAuthenticated
	ErrRoleViolation        = types.ErrRoleViolation
	ErrNotWhitelisted       = types.ErrNotWhitelisted
	ErrQuotaExceeded        = types.ErrQuotaExceeded
)

// Result codes worth comparing with [Error.Code]. The others are in package types.
const (
	ResultOK             = types.ResultOK
	ResultNotFound       = types.ResultNotFound
	ResultGeneration     = types.ResultGeneration
	ResultParameter      = types.ResultParameter
	ResultRecordExists   = types.ResultRecordExists
	ResultOutOfSpace     = types.ResultOutOfSpace
	ResultTimeout        = types.ResultTimeout
	ResultUnavailable    = types.ResultUnavailable
	ResultBinType        = types.ResultBinType
	ResultRecordTooBig   = types.ResultRecordTooBig
	ResultKeyBusy        = types.ResultKeyBusy
	ResultDeviceOverload = types.ResultDeviceOverload
	ResultKeyMismatch    = types.ResultKeyMismatch
	ResultForbidden      = types.ResultForbidden
	ResultEnterpriseOnly = types.ResultEnterpriseOnly
	ResultFilteredOut    = types.ResultFilteredOut
)

// InDoubt reports whether err is the failure of a write that may have been applied
// all the same: it was sent, and no verdict came back. To find out, read the record.
func InDoubt(err error) bool { return types.InDoubt(err) }

// Retryable reports whether the cause of err is temporary. Whether repeating is safe
// is another question: for a write ask [InDoubt] as well.
func Retryable(err error) bool { return types.Retryable(err) }

// CodeOf returns the server's verdict that err holds; ok is false if it holds none.
func CodeOf(err error) (code ResultCode, ok bool) { return types.CodeOf(err) }
