package store

// What expressions see of the record. While a write runs its operations, the times
// are those that the record is going to have, and the rest is still what was stored.

// LastUpdate returns when the record was last written.
func (x *Execution) LastUpdate() Now { return x.metadata().LastUpdate }

// VoidTime returns when the record expires, 0 for never.
func (x *Execution) VoidTime() uint32 { return x.metadata().VoidTime }

// SetName returns the name of the record's set, empty for none.
func (x *Execution) SetName() string {
	if s := x.metadata().Set; s != nil {
		return s.Name
	}
	return ""
}

func (x *Execution) metadata() *Record {
	if x.next != nil {
		return x.next
	}
	return x.Record
}

// StoredKey returns the user key in the record's storage, nil for none. A write that
// replaces the record does not read it.
func (x *Execution) StoredKey() []byte {
	if x.Record == nil || x.next != nil && x.Request.replaces() {
		return nil
	}
	return x.Record.Key
}

// HasStoredKey reports whether there is a user key in the record's storage.
func (x *Execution) HasStoredKey() bool { return x.Record != nil && x.Record.Key != nil }

// StoredSize returns what the record takes in the real server's storage, in bytes. A
// new record already takes the least that there is.
func (x *Execution) StoredSize() int {
	if x.Record == nil {
		return storageBlock
	}
	return x.Record.StoredSize()
}

// storageBlock is what the real server's storage hands out at a time, in bytes.
const storageBlock = 16

// StoredSize returns what the record takes in the real server's storage, in bytes.
func (r *Record) StoredSize() int {
	size := flatSize(r, r.appendBins(nil))
	return (size + storageBlock - 1) / storageBlock * storageBlock
}
