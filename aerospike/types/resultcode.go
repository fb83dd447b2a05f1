package types

import "github.com/aerospike-go/aerospike-go/aerospike/wire"

// ResultCode is the server's verdict on a command.
type ResultCode = wire.ResultCode

// Result codes. What each stands for is told by [ResultCode.Meaning].
const (
	ResultOK                   = wire.ResultOK
	ResultServerError          = wire.ResultServerError
	ResultNotFound             = wire.ResultNotFound
	ResultGeneration           = wire.ResultGeneration
	ResultParameter            = wire.ResultParameter
	ResultRecordExists         = wire.ResultRecordExists
	ResultBinExists            = wire.ResultBinExists
	ResultClusterKeyMismatch   = wire.ResultClusterKeyMismatch
	ResultOutOfSpace           = wire.ResultOutOfSpace
	ResultTimeout              = wire.ResultTimeout
	ResultAlwaysForbidden      = wire.ResultAlwaysForbidden
	ResultUnavailable          = wire.ResultUnavailable
	ResultBinType              = wire.ResultBinType
	ResultRecordTooBig         = wire.ResultRecordTooBig
	ResultKeyBusy              = wire.ResultKeyBusy
	ResultQueryAbort           = wire.ResultQueryAbort
	ResultUnsupported          = wire.ResultUnsupported
	ResultBinNotFound          = wire.ResultBinNotFound
	ResultDeviceOverload       = wire.ResultDeviceOverload
	ResultKeyMismatch          = wire.ResultKeyMismatch
	ResultNamespace            = wire.ResultNamespace
	ResultBinName              = wire.ResultBinName
	ResultForbidden            = wire.ResultForbidden
	ResultElementNotFound      = wire.ResultElementNotFound
	ResultElementExists        = wire.ResultElementExists
	ResultEnterpriseOnly       = wire.ResultEnterpriseOnly
	ResultOpNotApplicable      = wire.ResultOpNotApplicable
	ResultFilteredOut          = wire.ResultFilteredOut
	ResultLostConflict         = wire.ResultLostConflict
	ResultXDRKeyBusy           = wire.ResultXDRKeyBusy
	ResultQueryEnd             = wire.ResultQueryEnd
	ResultSecurityNotSupported = wire.ResultSecurityNotSupported
	ResultSecurityNotEnabled   = wire.ResultSecurityNotEnabled
	ResultSecurityScheme       = wire.ResultSecurityScheme
	ResultInvalidCommand       = wire.ResultInvalidCommand
	ResultInvalidField         = wire.ResultInvalidField
	ResultIllegalState         = wire.ResultIllegalState
	ResultInvalidUser          = wire.ResultInvalidUser
	ResultUserExists           = wire.ResultUserExists
	ResultInvalidPassword      = wire.ResultInvalidPassword
	ResultExpiredPassword      = wire.ResultExpiredPassword
	ResultForbiddenPassword    = wire.ResultForbiddenPassword
	ResultInvalidCredential    = wire.ResultInvalidCredential
	ResultExpiredSession       = wire.ResultExpiredSession
	ResultInvalidRole          = wire.ResultInvalidRole
	ResultRoleExists           = wire.ResultRoleExists
	ResultInvalidPrivilege     = wire.ResultInvalidPrivilege
	ResultInvalidWhitelist     = wire.ResultInvalidWhitelist
	ResultQuotasNotEnabled     = wire.ResultQuotasNotEnabled
	ResultInvalidQuota         = wire.ResultInvalidQuota
	ResultNotAuthenticated     = wire.ResultNotAuthenticated
	ResultRoleViolation        = wire.ResultRoleViolation
	ResultNotWhitelisted       = wire.ResultNotWhitelisted
	ResultQuotaExceeded        = wire.ResultQuotaExceeded
	ResultLDAPNotConfigured    = wire.ResultLDAPNotConfigured
	ResultLDAPSetup            = wire.ResultLDAPSetup
	ResultLDAPTLSSetup         = wire.ResultLDAPTLSSetup
	ResultLDAPAuthentication   = wire.ResultLDAPAuthentication
	ResultLDAPQuery            = wire.ResultLDAPQuery
	ResultUDF                  = wire.ResultUDF
	ResultMRTBlocked           = wire.ResultMRTBlocked
	ResultMRTVersionMismatch   = wire.ResultMRTVersionMismatch
	ResultMRTExpired           = wire.ResultMRTExpired
	ResultMRTTooManyWrites     = wire.ResultMRTTooManyWrites
	ResultMRTCommitted         = wire.ResultMRTCommitted
	ResultMRTAborted           = wire.ResultMRTAborted
	ResultMRTAlreadyLocked     = wire.ResultMRTAlreadyLocked
	ResultMRTMonitorExists     = wire.ResultMRTMonitorExists
	ResultBatchDisabled        = wire.ResultBatchDisabled
	ResultBatchMaxRequests     = wire.ResultBatchMaxRequests
	ResultBatchQueuesFull      = wire.ResultBatchQueuesFull
	ResultInvalidGeoJSON       = wire.ResultInvalidGeoJSON
	ResultIndexFound           = wire.ResultIndexFound
	ResultIndexNotFound        = wire.ResultIndexNotFound
	ResultIndexOutOfMemory     = wire.ResultIndexOutOfMemory
	ResultIndexNotReadable     = wire.ResultIndexNotReadable
	ResultIndexGeneric         = wire.ResultIndexGeneric
	ResultIndexNameTooLong     = wire.ResultIndexNameTooLong
	ResultIndexMaxCount        = wire.ResultIndexMaxCount
	ResultQueryAborted         = wire.ResultQueryAborted
	ResultQueryQueueFull       = wire.ResultQueryQueueFull
	ResultQueryTimeout         = wire.ResultQueryTimeout
	ResultQueryGeneric         = wire.ResultQueryGeneric
	ResultQueryNetIO           = wire.ResultQueryNetIO
	ResultQueryDuplicate       = wire.ResultQueryDuplicate
)
