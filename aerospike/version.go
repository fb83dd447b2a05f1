package aerospike

// Version is the version of this client, as servers are told it.
const Version = "0.1.0"
