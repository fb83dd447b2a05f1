// Package pool keeps the connections to one node and pipelines calls over them.
//
// The server answers the requests of a connection strictly in order, one at a
// time, and replies carry no id (server: service.c, run_service). So a reply
// belongs to the oldest unanswered request, and everything here follows from it:
//
//   - A connection has a writer and a reader goroutine and a queue of calls.
//     Callers append to the queue; the writer sends what has gathered; the reader
//     hands each reply to the head of the queue. See [Pool.Do].
//   - A call that is given up keeps its place in the queue, and its reply is read
//     and dropped. Cancelling costs a slot for a while, never a connection.
//   - A connection that answers nothing for a while is replaced by a watchdog.
//   - Any doubt about the framing closes the connection and fails its calls.
//
// Because a connection works on one command at a time, a lane of the pool spreads
// calls over its connections before it queues them: an idle connection first, then
// a new one, then the least loaded. What finds no room waits in order, and its
// context is heeded.
//
// Each error tells whether the request may have reached the server: [Sent].
package pool
