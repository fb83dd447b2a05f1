// Package aerospiketest is an Aerospike server in pure Go, for tests and for
// trying things out. It speaks the wire protocol over real TCP, so any client in
// any language can use it.
//
//	srv := aerospiketest.Start(t)               // closes itself with the test
//	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{srv.Addr()}})
//
// It answers as the Community Edition 8.1.2 does, byte for byte where a client can
// see it: result codes, generations, expiry, the order of checks, the grammar of
// info commands. [WithSecurity], [WithUsers], [WithTLS] and [WithRacks] make it answer
// as the Enterprise Edition.
//
// What is different on purpose:
//
//   - Records live in memory and are gone after [Server.Close]. The nodes of a
//     cluster share them: a partition changes its owner at once and nothing is lost
//     when a node stops, as if every migration took no time.
//   - Replies never wait for replicas.
//   - The rows of a batch are executed one after the other, in their order, whatever
//     the batch asks for; only rows whose master hangs wait until the end. There is no
//     limit on their number, as by default on the real server.
//   - A query goes through its partitions one after the other, in ascending order, in
//     frames of about 128 KiB; the real server has several threads for it and frames of
//     1 MiB. A stream function may take ten seconds for a partition.
//   - Lua functions run on an interpreter of Lua 5.1 that was taught what functions of
//     5.4 can tell: integers, floats, their operators, texts of errors. Missing are
//     bitwise operators, variables to be closed, coroutines, string.pack, utf8, os.date
//     and all that reaches outside (io, most of os, package). A call may take up 256 MiB
//     and nest 4096 calls; it locks its partition.
//   - Collections may be nested 10000 levels deep, not without limit.
//   - An expired record is gone a fixed time after its expiry
//     ([Namespace].ReapAfter), while the real server looks for them now and then.
//   - A truncation has done its work when it is answered.
//   - What a user may do counts from its next command on, on all nodes; the real server
//     looks again every five minutes (privilege-refresh-period). Quotas are counted by
//     seconds of the clock, not as a moving average. Logins with a password in the clear
//     are checked against the same users; there is no LDAP. The Enterprise Edition is
//     closed: where neither its clients nor its documentation tell, codes are a guess.
//
// Tests can stop, freeze and restart nodes ([Node]), move partitions
// ([Server.MovePartition]), tamper with single requests ([Server.Intercept]) and with
// queries under way ([Server.InterceptQueries]), and let time pass ([Clock]).
package aerospiketest
