// Package policy says how a call is to be made: its time, its retries, what a write
// requires of the record, which copy a read may come from.
//
// There are three layers. [Read] and [Write] are structs of knobs; the zero value of
// each field means "as the client's default has it", and a client's default that is
// zero means the default documented at the field. An option, such as [TTL] or
// [CreateOnly], turns one knob for one call; a whole struct is an option too.
// [Settings] is what comes out: complete, checked, without a zero that needs
// interpretation.
//
// Which option fits which call is checked by the compiler: see [ReadOption],
// [WriteOption] and [OperateOption]. Package aerospike re-exports everything here
// that daily work needs; this package exists so that batches and queries, which
// stand below it, can name the same options.
package policy
