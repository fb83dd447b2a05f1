package wire

// Epoch is the Unix time of 2010-01-01 00:00:00 UTC, from which void times in
// replies count seconds (server: cf_clock.h, CITRUSLEAF_EPOCH).
const Epoch = 1262304000

// Special values of Header.TTL in a write.
const (
	TTLDefault     uint32 = 0          // the set's, else the namespace's default
	TTLNeverExpire uint32 = 0xFFFFFFFF // never expire
	TTLDontUpdate  uint32 = 0xFFFFFFFE // keep the record's void time
	// MaxTTL is ten years. The server answers a longer one with ResultParameter.
	MaxTTL uint32 = 315360000
)

// Special values of Header.TTL in a read; 1 to 100 is a percentage.
const (
	ReadTouchDefault uint32 = 0          // the server's default-read-touch-ttl-pct
	ReadTouchNever   uint32 = 0xFFFFFFFF // a read does not touch the record
)
