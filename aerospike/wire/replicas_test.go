package wire

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func bitmapOf(pids ...int) Bitmap {
	var b Bitmap
	for _, pid := range pids {
		b.Set(pid)
	}
	return b
}

func TestBitmapHoldsPartitions(t *testing.T) {
	var b Bitmap
	for pid := range Partitions {
		require.False(t, b.Has(pid))
		b.Set(pid)
		require.True(t, b.Has(pid))
		require.Equal(t, pid+1, b.Count())
	}
	b.Clear(1000)
	require.False(t, b.Has(1000))
	require.True(t, b.Has(999))
	require.True(t, b.Has(1001))
	require.Equal(t, Partitions-1, b.Count())
}

func TestBitmapHasTheServersOrderOfBits(t *testing.T) {
	b := bitmapOf(0, 9, 4095)
	require.Equal(t, []byte{0x80, 0x40}, b[:2])
	require.EqualValues(t, 0x01, b[511])
}

func TestBitmapIgnoresPartitionsThatDoNotExist(t *testing.T) {
	var b Bitmap
	for _, pid := range []int{-1, -4096, 4096, math.MinInt, math.MaxInt} {
		b.Set(pid)
		b.Clear(pid)
		require.False(t, b.Has(pid))
	}
	require.Zero(t, b.Count())
}

func TestReplicas(t *testing.T) {
	empty, full := bitmapOf(), Bitmap(bytes.Repeat([]byte{0xff}, bitmapSize))
	fullText := strings.Repeat("/", 682) + "8=" // 512 bytes of ones
	emptyText := strings.Repeat("A", 683) + "="
	tests := []struct {
		name, value string
		want        []NamespaceReplicas
	}{
		{"no namespace", "", nil},
		{"one namespace", "test:0,1," + fullText, []NamespaceReplicas{{"test", 0, []Bitmap{full}}}},
		{"node that has not balanced yet", "test:0,1," + emptyText, []NamespaceReplicas{{"test", 0, []Bitmap{empty}}}},
		{"two namespaces with different counts", "test:0,2," + fullText + "," + emptyText + ";bar:7,1," + emptyText, []NamespaceReplicas{
			{"test", 0, []Bitmap{full, empty}}, {"bar", 7, []Bitmap{empty}}}},
		{"largest regime", "test:4294967295,1," + fullText, []NamespaceReplicas{{"test", 1<<32 - 1, []Bitmap{full}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseReplicas(tt.value)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			require.Equal(t, "x"+tt.value, string(AppendReplicas([]byte("x"), got)))
			if tt.value != "" {
				got, err = ParseReplicas(tt.value + ";")
				require.NoError(t, err, "a semicolon at the end")
				require.Equal(t, tt.want, got)
			}
		})
	}
}

func TestMalformedReplicasAreRefused(t *testing.T) {
	good := strings.Repeat("A", 683) + "="
	tests := []struct{ name, value, want string }{
		{"server's error", "ERROR:4:bad 'max'", "the regime is not a number of 32 bits at offset 6"},
		{"no colon", "test", "no namespace at offset 0"},
		{"empty name", ":0,1," + good, "no namespace at offset 0"},
		{"empty entry", "test:0,1," + good + ";;", fmt.Sprintf("no namespace at offset %d", 10+len(good))},
		{"no regime", "test:", "the regime is not"},
		{"negative regime", "test:-1,1," + good, "the regime is not"},
		{"regime of 33 bits", "test:4294967296,1," + good, "the regime is not"},
		{"no columns", "test:0", "the number of columns"},
		{"0 columns", "test:0,0,", "the number of columns is not one from 1 to 256 at offset 7"},
		{"negative columns", "test:0,-1," + good, "the number of columns"},
		{"257 columns", "test:0,257," + good, "the number of columns"},
		{"columns announced and missing", "test:0,256," + good, "want 256 bitmaps of 684 characters at offset 11"},
		{"one column too many", "test:0,1," + good + "," + good, "want 1 bitmaps"},
		{"short bitmap", "test:0,1," + good[4:], "want 1 bitmaps"},
		{"long bitmap", "test:0,1,AAAA" + good, "want 1 bitmaps"},
		{"bitmaps of uneven length", "test:0,2,AAAA" + good + "," + good[4:], "malformed bitmap at offset 9"},
		{"not base64", "test:0,1,*" + good[1:], "malformed bitmap"},
		{"not padded", "test:0,1," + strings.Repeat("A", 684), "malformed bitmap"},
		{"bits after the last partition", "test:0,1," + strings.Repeat("A", 682) + "B=", "malformed bitmap"},
		{"newlines in base64", "test:0,1," + strings.Repeat("A", 680) + "\n\n\n\n", "malformed bitmap"},
		{"fault in the second namespace", "test:0,1," + good + ";bar:0,1,x", fmt.Sprintf("want 1 bitmaps of 684 characters at offset %d", 9+684+9)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseReplicas(tt.value)
			var fault *Error
			require.ErrorAs(t, err, &fault)
			require.ErrorContains(t, err, tt.want)
			require.Nil(t, got)
		})
	}
}

func FuzzParseReplicas(f *testing.F) {
	column := base64.StdEncoding.EncodeToString(make([]byte, bitmapSize))
	f.Add("test:0,1,@")
	f.Add("test:3,2,@,@;bar:0,1,@;")
	f.Add("test:0,256,")
	f.Add("test:0,1," + strings.Repeat("+/", 341) + "8=")
	f.Fuzz(func(t *testing.T, value string) {
		// A sign for a whole column lets the fuzzer play with what surrounds columns.
		value = strings.ReplaceAll(value, "@", column)
		list, err := ParseReplicas(value)
		if err != nil {
			require.Nil(t, list)
			return
		}
		text := string(AppendReplicas(nil, list))
		require.LessOrEqual(t, len(text), len(value))
		again, err := ParseReplicas(text)
		require.NoError(t, err)
		require.Equal(t, list, again)
	})
}
