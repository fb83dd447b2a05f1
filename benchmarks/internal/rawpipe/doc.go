// Package rawpipe is the ceiling that the benchmarks hold a client against: requests
// encoded beforehand, pipelined over a fixed number of connections to one node. It
// has a writer and a reader goroutine for each connection, and none of what makes a
// client: no routing, no retries, no limits, no timeouts, no records handed out. Of a
// reply it reads the result code and steps over the bins.
package rawpipe
