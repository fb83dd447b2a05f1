package types

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// Categories. Each error of the client belongs to at least one of them, and
// errors.Is(err, ErrRecord) holds whenever errors.Is(err, ErrRecordNotFound) does.
var (
	// ErrClient: the client itself refused the call.
	ErrClient = category("client error")
	// ErrCluster: no node could be asked, or the connection to it failed.
	ErrCluster = category("cluster error")
	// ErrInvalidArg: an argument is wrong; nothing was sent.
	ErrInvalidArg = condition("invalid argument", permanent)
	// ErrTimeout: the call's time was up, on the client or on the server. It also
	// matches errors that wrap context.DeadlineExceeded.
	ErrTimeout = condition("timeout", temporary)
	// ErrRecord: the record, its bins or their elements are not as required.
	ErrRecord = category("record error")
	// ErrServer: any other verdict of the server, including the five that follow.
	ErrServer = category("server error")
	// ErrIndex: a secondary index is missing, present or not ready.
	ErrIndex = category("index error", ErrServer)
	// ErrQuery: the server gave up a query.
	ErrQuery = category("query error", ErrServer)
	// ErrAdmin: security, users, roles, quotas.
	ErrAdmin = category("admin error", ErrServer)
	// ErrUDF: a Lua function failed. What it had written before may persist.
	ErrUDF = coded(ResultUDF, ErrServer)
	// ErrTransaction: a multi-record transaction (Enterprise).
	ErrTransaction = category("transaction error", ErrServer)
)

// Conditions that the client finds without a server's verdict.
var (
	// ErrClosed: the client has been closed.
	ErrClosed = condition("client is closed", permanent, ErrClient)
	// ErrOverloaded: too many calls wait already. Nothing was sent.
	ErrOverloaded = condition("too many calls in flight", temporary, ErrClient)
	// ErrNoNode: the partition map names no node for the record, or none is left.
	ErrNoNode = condition("no node available", temporary, ErrCluster)
	// ErrNodeDown: the node has left the cluster or is being shut out.
	ErrNodeDown = condition("node is down", temporary, ErrCluster)
	// ErrCircuitOpen: the node failed so often that it is not asked for a while.
	ErrCircuitOpen = condition("circuit breaker is open", temporary, ErrCluster)
	// ErrConnection: a connection could not be made, or broke.
	ErrConnection = condition("connection failed", temporary, ErrCluster)
	// ErrProtocol: a reply made no sense. The connection is given up.
	ErrProtocol = condition("malformed reply", permanent, ErrCluster)
	// ErrCertificate: the node's certificate, or our own, was not accepted. The ones that
	// follow say why.
	ErrCertificate = condition("certificate not accepted", permanent, ErrConnection)
	// ErrCertificateExpired: the node's certificate has expired, or is not valid yet.
	ErrCertificateExpired = condition("the node's certificate has expired", permanent, ErrCertificate)
	// ErrCertificateHost: the node's certificate is for another host.
	ErrCertificateHost = condition("the node's certificate is for another host", permanent, ErrCertificate)
	// ErrCertificateIssuer: nobody whom we trust has signed the node's certificate.
	ErrCertificateIssuer = condition("the node's certificate is signed by an unknown authority", permanent, ErrCertificate)
	// ErrCertificateRefused: the node does not accept our certificate, or wants one.
	ErrCertificateRefused = condition("the node refuses our certificate", permanent, ErrCertificate)
	// ErrCredentials: the function that fetches user and password, or that for TLS, has failed.
	ErrCredentials = condition("no credentials to log in with", temporary, ErrClient)
	// ErrClusterName: the node belongs to a cluster of another name.
	ErrClusterName = condition("cluster name differs", permanent, ErrCluster)
)

// Verdicts of the server that callers branch on. Codes without a sentinel of their
// own match their category only.
var (
	ErrRecordNotFound  = coded(ResultNotFound, ErrRecord)
	ErrRecordExists    = coded(ResultRecordExists, ErrRecord)
	ErrGeneration      = coded(ResultGeneration, ErrRecord)
	ErrRecordTooBig    = coded(ResultRecordTooBig, ErrRecord)
	ErrBinName         = coded(ResultBinName, ErrRecord)
	ErrBinExists       = coded(ResultBinExists, ErrRecord)
	ErrBinNotFound     = coded(ResultBinNotFound, ErrRecord)
	ErrBinType         = coded(ResultBinType, ErrRecord)
	ErrFilteredOut     = coded(ResultFilteredOut, ErrRecord)
	ErrElementNotFound = coded(ResultElementNotFound, ErrRecord)
	ErrElementExists   = coded(ResultElementExists, ErrRecord)

	ErrParameter            = coded(ResultParameter, ErrServer)
	ErrClusterKeyMismatch   = coded(ResultClusterKeyMismatch, ErrServer)
	ErrOutOfSpace           = coded(ResultOutOfSpace, ErrServer)
	ErrServerTimeout        = coded(ResultTimeout, ErrServer, ErrTimeout)
	ErrPartitionUnavailable = coded(ResultUnavailable, ErrServer)
	ErrKeyBusy              = coded(ResultKeyBusy, ErrServer)
	ErrUnsupported          = coded(ResultUnsupported, ErrServer)
	ErrDeviceOverload       = coded(ResultDeviceOverload, ErrServer)
	ErrKeyMismatch          = coded(ResultKeyMismatch, ErrServer)
	ErrNamespace            = coded(ResultNamespace, ErrServer)
	ErrForbidden            = coded(ResultForbidden, ErrServer)
	ErrEnterpriseOnly       = coded(ResultEnterpriseOnly, ErrServer)
	ErrOpNotApplicable      = coded(ResultOpNotApplicable, ErrServer)
	ErrBatchTooLarge        = coded(ResultBatchMaxRequests, ErrServer)
	ErrBatchQueuesFull      = coded(ResultBatchQueuesFull, ErrServer)
	ErrInvalidGeoJSON       = coded(ResultInvalidGeoJSON, ErrServer)

	ErrIndexFound    = coded(ResultIndexFound, ErrIndex)
	ErrIndexNotFound = coded(ResultIndexNotFound, ErrIndex)
	ErrIndexNotReady = coded(ResultIndexNotReadable, ErrIndex)

	ErrQueryAborted = coded(ResultQueryAbort, ErrQuery)
	ErrQueryTimeout = coded(ResultQueryTimeout, ErrQuery, ErrTimeout)

	ErrSecurityNotSupported = coded(ResultSecurityNotSupported, ErrAdmin)
	ErrSecurityNotEnabled   = coded(ResultSecurityNotEnabled, ErrAdmin)
	ErrInvalidUser          = coded(ResultInvalidUser, ErrAdmin)
	ErrUserExists           = coded(ResultUserExists, ErrAdmin)
	ErrInvalidPassword      = coded(ResultInvalidPassword, ErrAdmin)
	ErrExpiredPassword      = coded(ResultExpiredPassword, ErrAdmin)
	ErrForbiddenPassword    = coded(ResultForbiddenPassword, ErrAdmin)
	ErrInvalidCredential    = coded(ResultInvalidCredential, ErrAdmin)
	ErrExpiredSession       = coded(ResultExpiredSession, ErrAdmin)
	ErrInvalidRole          = coded(ResultInvalidRole, ErrAdmin)
	ErrRoleExists           = coded(ResultRoleExists, ErrAdmin)
	ErrInvalidPrivilege     = coded(ResultInvalidPrivilege, ErrAdmin)
	ErrInvalidWhitelist     = coded(ResultInvalidWhitelist, ErrAdmin)
	ErrQuotasNotEnabled     = coded(ResultQuotasNotEnabled, ErrAdmin)
	ErrInvalidQuota         = coded(ResultInvalidQuota, ErrAdmin)
	ErrNotAuthenticated     = coded(ResultNotAuthenticated, ErrAdmin)
	ErrRoleViolation        = coded(ResultRoleViolation, ErrAdmin)
	ErrNotWhitelisted       = coded(ResultNotWhitelisted, ErrAdmin)
	ErrQuotaExceeded        = coded(ResultQuotaExceeded, ErrAdmin)
)

// sentinels of the codes. A code that is missing has that of its range, see
// sentinelOf. Never changed after the package is initialised.
var sentinels = map[ResultCode]error{
	ResultNotFound: ErrRecordNotFound, ResultRecordExists: ErrRecordExists, ResultGeneration: ErrGeneration,
	ResultRecordTooBig: ErrRecordTooBig, ResultBinName: ErrBinName, ResultBinExists: ErrBinExists,
	ResultBinNotFound: ErrBinNotFound, ResultBinType: ErrBinType, ResultFilteredOut: ErrFilteredOut,
	ResultElementNotFound: ErrElementNotFound, ResultElementExists: ErrElementExists,

	ResultParameter: ErrParameter, ResultClusterKeyMismatch: ErrClusterKeyMismatch, ResultOutOfSpace: ErrOutOfSpace,
	ResultTimeout: ErrServerTimeout, ResultUnavailable: ErrPartitionUnavailable,
	ResultKeyBusy: ErrKeyBusy, ResultXDRKeyBusy: ErrKeyBusy, ResultUnsupported: ErrUnsupported,
	ResultDeviceOverload: ErrDeviceOverload, ResultKeyMismatch: ErrKeyMismatch, ResultNamespace: ErrNamespace,
	ResultForbidden: ErrForbidden, ResultAlwaysForbidden: ErrForbidden, ResultEnterpriseOnly: ErrEnterpriseOnly,
	ResultOpNotApplicable: ErrOpNotApplicable, ResultUDF: ErrUDF,
	ResultBatchMaxRequests: ErrBatchTooLarge, ResultBatchQueuesFull: ErrBatchQueuesFull, ResultInvalidGeoJSON: ErrInvalidGeoJSON,

	ResultIndexFound: ErrIndexFound, ResultIndexNotFound: ErrIndexNotFound, ResultIndexNotReadable: ErrIndexNotReady,
	ResultQueryAbort: ErrQueryAborted, ResultQueryAborted: ErrQueryAborted, ResultQueryTimeout: ErrQueryTimeout,

	ResultSecurityNotSupported: ErrSecurityNotSupported, ResultSecurityNotEnabled: ErrSecurityNotEnabled,
	ResultInvalidUser: ErrInvalidUser, ResultUserExists: ErrUserExists, ResultInvalidPassword: ErrInvalidPassword,
	ResultExpiredPassword: ErrExpiredPassword, ResultForbiddenPassword: ErrForbiddenPassword,
	ResultInvalidCredential: ErrInvalidCredential, ResultExpiredSession: ErrExpiredSession,
	ResultInvalidRole: ErrInvalidRole, ResultRoleExists: ErrRoleExists, ResultInvalidPrivilege: ErrInvalidPrivilege,
	ResultInvalidWhitelist: ErrInvalidWhitelist, ResultQuotasNotEnabled: ErrQuotasNotEnabled, ResultInvalidQuota: ErrInvalidQuota,
	ResultNotAuthenticated: ErrNotAuthenticated, ResultRoleViolation: ErrRoleViolation,
	ResultNotWhitelisted: ErrNotWhitelisted, ResultQuotaExceeded: ErrQuotaExceeded,
}

// sentinelOf returns what an error with this code is compared as; nil for success.
func sentinelOf(code ResultCode) error {
	if s, ok := sentinels[code]; ok {
		return s
	}
	switch {
	case code == ResultOK:
		return nil
	case code >= 50 && code <= 99: // security and LDAP (server: proto.h, AS_SEC_*)
		return ErrAdmin
	case code >= 120 && code <= 127:
		return ErrTransaction
	case code >= 200 && code <= 209:
		return ErrIndex
	case code >= 210 && code <= 219:
		return ErrQuery
	}
	return ErrServer
}

// verdict says whether repeating what failed may help.
type verdict uint8

const (
	unknown   verdict = iota // the error says nothing about it
	temporary                // the cause may go away
	permanent                // it will fail again
)

// sentinel is an error that others are compared with. It belongs to its parents.
type sentinel struct {
	text    string
	verdict verdict
	parents []error
}

// IsSentinel reports whether err is one of the errors above, not one that wraps them.
func IsSentinel(err error) bool {
	_, ok := err.(*sentinel)
	return ok
}

func category(text string, parents ...error) error {
	return &sentinel{text: text, parents: parents}
}

func condition(text string, v verdict, parents ...error) error {
	return &sentinel{text: text, verdict: v, parents: parents}
}

func coded(code wire.ResultCode, parents ...error) error {
	return &sentinel{text: code.Meaning(), verdict: verdictOf(code), parents: parents}
}

func verdictOf(code wire.ResultCode) verdict {
	if code.Retryable() {
		return temporary
	}
	return permanent
}

func (s *sentinel) Error() string { return s.text }

// Is reports whether target is one of the categories of s.
func (s *sentinel) Is(target error) bool {
	for _, p := range s.parents {
		if p == target || p.(*sentinel).Is(target) {
			return true
		}
	}
	return false
}
