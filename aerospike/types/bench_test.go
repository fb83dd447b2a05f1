package types

import (
	"testing"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
)

func BenchmarkDecodeRecord(b *testing.B) {
	list := make([]Value, 100)
	for i := range list {
		list[i] = Int(int64(i) * 1000)
	}
	for name, bins := range map[string][]Bin{
		"5 scalars":   typicalBins(),
		"list of 100": {{"l", List(list...)}},
	} {
		b.Run(name, func(b *testing.B) {
			body := reply(b, wire.Header{Generation: 1}, nil, bins...)
			key, names := NewKey("test", "users", "alice"), NewInterner()
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				msg, _ := wire.ParseMessage(body)
				if _, err := DecodeRecord(&msg, key, names); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendValue(b *testing.B) {
	buf := make([]byte, 0, 4096)
	for name, v := range map[string]any{
		"int": 1 << 40, "string": "Alice Liddell", "Value": Int(5),
		"[]any of 4":         []any{1, "a", 2.5, true},
		"map[string]any(4)":  map[string]any{"theme": "dark", "size": 12, "ratio": 1.5, "on": true},
		"reflected [][]int8": [][]int8{{1, 2}, {3}},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := AppendValue(buf, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewKey(b *testing.B) {
	b.Run("string", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = NewKey("test", "users", "alice")
		}
	})
	b.Run("int", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = NewKey("test", "users", 42)
		}
	})
}

type flatUser struct {
	Name   string  `as:"name"`
	City   string  `as:"city"`
	Age    int     `as:"age"`
	Visits int64   `as:"visits"`
	Score  float64 `as:"score"`
}

// The mapping against the code that a user would write by hand.
func BenchmarkMapping(b *testing.B) {
	in := flatUser{"Alice", "Oxford", 30, 1 << 40, 2.5}
	bins := make([]Bin, 0, 5)
	rec := &Record{Bins: mustBins(b, &in)}
	b.Run("write mapped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := AppendBins(bins, &in); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("write by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_ = append(bins, Bin{"name", String(in.Name)}, Bin{"city", String(in.City)}, Bin{"age", Int(int64(in.Age))},
				Bin{"visits", Int(in.Visits)}, Bin{"score", Float(in.Score)})
		}
	})
	b.Run("read mapped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out flatUser
			if err := ScanRecord(rec, &out); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out flatUser
			var errs [5]error
			var age int64
			out.Name, errs[0] = rec.String("name")
			out.City, errs[1] = rec.String("city")
			age, errs[2] = rec.Int("age")
			out.Age = int(age)
			out.Visits, errs[3] = rec.Int("visits")
			out.Score, errs[4] = rec.Float("score")
			if errs != [5]error{} {
				b.Fatal(errs)
			}
		}
	})
}

// Records of a stream, of which each shares memory with its neighbours.
func BenchmarkBlockDecode(b *testing.B) {
	key := NewKey("test", "users", "alice")
	fields := []wire.Field{{Type: wire.FieldNamespace, Data: []byte("test")}, {Type: wire.FieldSet, Data: []byte("users")}}
	for name, fields := range map[string][]wire.Field{"batch": nil, "scan": fields} {
		b.Run(name, func(b *testing.B) {
			const records = 500
			var body []byte
			for i := range records {
				if fields != nil {
					digest := NewKey("test", "users", i).Digest()
					fields = append(fields[:2:2], wire.Field{Type: wire.FieldDigest, Data: digest[:]})
				}
				body = append(body, reply(b, wire.Header{Generation: 1}, fields, typicalBins()...)...)
			}
			names, block := NewInterner(), Block{}
			kept := make([]*Record, records)
			b.ReportAllocs()
			i, rest := 0, body
			for b.Loop() {
				var msg wire.Message
				if err := msg.Parse(rest); err != nil {
					b.Fatal(err)
				}
				rec, err := block.Decode(&msg, &key, names)
				if err != nil {
					b.Fatal(err)
				}
				kept[i] = rec
				if i, rest = i+1, msg.Rest(); i == records {
					i, rest = 0, body
				}
			}
		})
	}
}
