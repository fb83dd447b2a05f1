// Package security keeps the users, roles and sessions of a server and says who may do
// what, as the Enterprise Edition does. It knows of no connection: the server has a
// [Login] for each of them and asks it before each command.
//
// The Enterprise Edition is closed. What is known of it comes from as/include/base
// (security.h, proto.h), the calls of it in the open source, the official clients with
// their tests, and the public documentation. A comment says where something was decided
// without any of them.
package security
