// Package types holds the nouns of the client: [Key], [Value], [Bin], [Record],
// [ResultCode], [Error] and the sentinels that errors are compared with.
//
// It is a leaf: it imports package wire and nothing else of this module, so that
// the packages which build requests and those which carry them can name the same
// things. Package aerospike re-exports what daily work needs.
//
// Everything here is a plain value. A [Value], a [Key] and a decoded [Record] are
// never changed by this package once made and may be shared between goroutines.
package types
