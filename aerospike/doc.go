// Package aerospike is a client for the Aerospike database.
//
//	client, err := aerospike.Connect(ctx, aerospike.Config{Hosts: []string{"10.0.0.1:3000"}})
//	defer client.Close()
//
//	key := aerospike.NewKey("test", "users", "alice")
//	err = client.Put(ctx, key, aerospike.Bins{"name": "Alice", "age": 30}, aerospike.TTL(24*time.Hour))
//	rec, err := client.Get(ctx, key)
//	age, err := rec.Int("age")
//
// One [Client] serves a whole program, from any number of goroutines. It keeps a few
// connections to each node and pipelines calls over them, so it is cheap to have
// thousands of calls under way at once: write plain blocking code and start as many
// goroutines as the work needs.
//
// # Records
//
// A record lives in a namespace and, optionally, in a set; a [Key] names it. It has
// bins: names of up to 15 bytes with values. Values go in as Go values ([ValueOf] tells
// which) and come out as a [Value], read by the getters of a [Record], such as
// [types.Record.Int], or all at once by [types.Record.Map]. Integers are int64, bytes
// are bytes at any depth, and nothing is converted: a bin of another type is
// [ErrBinType], a bin that does not exist [ErrBinNotFound]. What cannot be stored is
// refused before anything is sent.
//
// [Client.Get], [Client.Exists], [Client.Put], [Client.Add], [Client.Append],
// [Client.Prepend], [Client.RemoveBins], [Client.Touch] and [Client.Delete] do one thing
// to one record. [Client.Operate] does several at once, atomically, with one result for
// each. [GetAs] and [PutFrom] read and write structs.
//
// # Options
//
// A call takes options, and the compiler knows which: [TTL] is a [WriteOption] and
// cannot be given to Get. The last one wins. A [ReadPolicy] or [WritePolicy] turns many
// knobs at once; its zero fields inherit. Without options the client's defaults hold,
// [Config.ReadPolicy] and [Config.WritePolicy], and where those are zero the defaults
// documented at their fields.
//
// # Time
//
// Each call has one budget for everything: waiting for room, dialling, logging in, every
// attempt, every pause. It is [Timeout], one second by default, or what is left until
// the context's deadline, if that is less. The default holds for context.Background()
// too. A node that is silent for a share of the budget is not waited for, which leaves
// time for another try ([AttemptTimeout]). The server is told how long we wait, so that it
// does not work on what nobody waits for.
//
// A call whose context ends returns at once, with an error for which
// errors.Is(err, context.Canceled) or context.DeadlineExceeded holds. The connection
// stays in use: the late reply is read and dropped.
//
// # Retries, and writes in doubt
//
// Reads are repeated, twice by default ([Retries]), on another replica if there is one.
// A write is repeated only if the first attempt is proven not to have been executed:
// it was never sent, or the server refused it for the moment. A write that was sent and
// not answered is not, since adding 1 twice is not adding 1; it fails, and [InDoubt]
// reports true. Then either read the record to find out, or say beforehand with
// [Idempotent] that doing it twice does no harm.
//
// While no node can be reached, or the cluster is moving the record's partition, calls
// wait and try until their budget ends: a restart of a node costs time, not errors.
//
// # Errors
//
// Every failure of a call is an [*Error]: what was called, on which namespace, set and
// node, the server's verdict, every attempt with its node, time and cause. Compare with
// errors.Is and a sentinel, or with its category:
//
//	errors.Is(err, aerospike.ErrRecordNotFound) // then errors.Is(err, aerospike.ErrRecord) holds too
//	aerospike.InDoubt(err)                      // it may have been executed
//	aerospike.Retryable(err)                    // the cause may go away
//	code, ok := aerospike.CodeOf(err)           // the server's verdict
//
// Messages hold no keys, values or passwords.
//
// # Conditional writes
//
// [CreateOnly], [UpdateOnly] and their kin ask for a record to exist or not;
// [IfGeneration] for one that nobody has changed since it was read:
//
//	rec, err := client.Get(ctx, key)
//	err = client.Put(ctx, key, bins, aerospike.IfGeneration(rec.Generation)) // ErrGeneration if someone was faster
//
// # Tuning
//
// The defaults suit most programs. Connections are opened as needed, up to
// [Config.MaxConnsPerNode] to each node, and then shared. A server works on one request
// of a connection at a time: on servers with many cores more connections can help, on a
// far away one more [Config.PipelineDepth]. [Client.Warmup] opens connections before the
// first call needs them. What exceeds all places waits, in order, up to
// [Config.MaxWaiting] calls for each node; beyond that calls fail at once with
// [ErrOverloaded], which is never in doubt. [Client.Nodes] shows what is going on.
//
// # Tests
//
// Package aerospiketest is a server in pure Go that a test starts in milliseconds; every
// example here runs on it.
package aerospike
