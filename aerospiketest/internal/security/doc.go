// Package security keeps the users, roles and sessions of a server and says who may do
// what, as the Enterprise Edition does. It knows of no connection: the server has a
// [Login] for each of them and asks it before each command.
//
// The Enterprise Edition is closed. What is known of it comes from
//
//   - as/include/base (security.h, proto.h) and the calls of it in the open source: the
//     permissions, which of them each command needs, in which order checks are made;
//   - the official clients and the tests of their authors that run against it, above all
//     those of asadm and of the Python client: what an unknown or present user or role, a
//     wrong password, privilege or whitelist are answered with; that a revocation of what
//     was never granted succeeds, that a quota which is not named stays, that users need
//     no roles; that users with a certificate have no password to change (64) nor to log
//     in with (65);
//   - the documentation: the largest quota of a user's roles counts, on each node by
//     itself, and a query needs a rate of its own if its user has a quota.
//
// Decided without any of them: whitelists of several roles add up; a dropped role is
// taken from its users; users may ask about themselves; a set counts as a command names
// it; tokens are good on every node; names have no separators.
package security
