package policy

import "strconv"

// Toggle is a switch with a third position, the zero value: as the client's default
// has it.
type Toggle uint8

// The positions of a switch.
const (
	Inherit Toggle = iota // as the client's default has it
	On                    //
	Off                   //
)

func (t Toggle) apply(to *bool) {
	switch t {
	case On:
		*to = true
	case Off:
		*to = false
	}
}

// ExistsAction is what a write requires of the record and does with its other bins.
// Zero inherits. It is an option of writes.
type ExistsAction uint8

// The actions. CreateOrUpdate is the default.
const (
	CreateOrUpdate  ExistsAction = iota + 1 // create the record, or change the bins named and keep the others
	UpdateOnly                              // as above, but the record must exist, else ErrRecordNotFound
	CreateOrReplace                         // the record has the bins named and no others afterwards
	ReplaceOnly                             // as above, but the record must exist, else ErrRecordNotFound
	CreateOnly                              // the record must not exist, else ErrRecordExists
)

func (a ExistsAction) String() string {
	return nameOf(uint8(a), "inherit", "create-or-update", "update-only", "create-or-replace", "replace-only", "create-only")
}

// GenerationCheck is how a write compares generations. Zero inherits.
type GenerationCheck uint8

// The comparisons. GenerationIgnore is the default.
const (
	GenerationIgnore  GenerationCheck = iota + 1 // do not compare
	GenerationEqual                              // the record's must equal that of the policy, else ErrGeneration
	GenerationGreater                            // the policy's must be greater than the record's, else ErrGeneration
)

func (g GenerationCheck) String() string {
	return nameOf(uint8(g), "inherit", "ignore", "equal", "greater")
}

// CommitLevel is how many copies a write waits for, in namespaces without strong
// consistency. Zero inherits. It is an option of writes.
type CommitLevel uint8

// The levels. CommitAll is the default.
const (
	CommitAll    CommitLevel = iota + 1 // the master and its replicas
	CommitMaster                        // the master alone; a node lost at the wrong moment takes the write with it
)

func (c CommitLevel) String() string { return nameOf(uint8(c), "inherit", "all", "master") }

// Replica is which copy of a record a read comes from. Zero inherits. It is an option
// of reads. Writes always go to the master.
type Replica uint8

// The choices. ReplicaSequence is the default.
const (
	ReplicaSequence   Replica = iota + 1 // the master; each retry asks the next copy
	ReplicaMaster                        // the master, retries included
	ReplicaAny                           // the copies in turn, to spread the load over them
	ReplicaRandom                        // any node of the cluster, which passes the request on if it has no copy
	ReplicaPreferRack                    // a copy on one of Config.Racks, the first rack first, else by sequence
)

func (r Replica) String() string {
	return nameOf(uint8(r), "inherit", "sequence", "master", "any", "random", "prefer-rack")
}

// ReadModeAP is how a read treats copies that differ, in namespaces without strong
// consistency. Zero inherits. It is an option of reads.
type ReadModeAP uint8

// The modes. ReadAPOne is the default.
const (
	ReadAPOne ReadModeAP = iota + 1 // the node's own copy
	ReadAPAll                       // while copies may differ, the node asks all of them first
)

func (m ReadModeAP) String() string { return nameOf(uint8(m), "inherit", "one", "all") }

// ReadModeSC is how consistent a read is in namespaces with strong consistency
// (Enterprise); the others ignore it. Zero inherits. It is an option of reads.
type ReadModeSC uint8

// The modes. ReadSCSession is the default.
const (
	ReadSCSession          ReadModeSC = iota + 1 // a client sees its own writes
	ReadSCLinearize                              // every client sees every finished write; slower. The Community Edition refuses it
	ReadSCAllowReplica                           // a replica may answer; never an older state than seen before
	ReadSCAllowUnavailable                       // a partition that is not available may answer, with what it has
)

func (m ReadModeSC) String() string {
	return nameOf(uint8(m), "inherit", "session", "linearize", "allow-replica", "allow-unavailable")
}

// nameOf returns the name of an enumeration's value, or its number.
func nameOf(v uint8, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "invalid (" + strconv.Itoa(int(v)) + ")"
}
