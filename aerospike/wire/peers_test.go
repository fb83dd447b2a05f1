package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// peersExamples are values and what they mean. Parsing and formatting are each
// other's inverse on them.
var peersExamples = []struct {
	name, value string
	want        PeerList
}{
	{"single node, which never had peers", "0,3000,[]", PeerList{DefaultPort: 3000}},
	{
		"one peer of a live cluster", "2,3000,[[BB9A2,,[192.0.2.2:23200]]]",
		PeerList{2, 3000, []Peer{{"BB9A2", "", []Endpoint{{"192.0.2.2", 23200}}}}},
	},
	{
		"change: the peer has left", "3,3000,[[BB9A2,,]]",
		PeerList{3, 3000, []Peer{{ID: "BB9A2"}}},
	},
	{
		"tls name, two addresses, ports left out", "5,4333,[[BB9A2,clusterA,[10.0.0.2,[2001:db8::2]:4433]],[BB9A3,clusterA,[10.0.0.3]]]",
		PeerList{5, 4333, []Peer{
			{"BB9A2", "clusterA", []Endpoint{{"10.0.0.2", 4333}, {"2001:db8::2", 4433}}},
			{"BB9A3", "clusterA", []Endpoint{{"10.0.0.3", 4333}}},
		}},
	},
	{
		"IPv6 address with the default port", "1,3000,[[A1,,[[::1]]]]",
		PeerList{1, 3000, []Peer{{"A1", "", []Endpoint{{"::1", 3000}}}}},
	},
	{
		"host name", "1,3000,[[A1,,[node-1.example.com:3100]]]",
		PeerList{1, 3000, []Peer{{"A1", "", []Endpoint{{"node-1.example.com", 3100}}}}},
	},
	{
		"no default port", "1,,[[A1,,[10.0.0.1:65535]]]",
		PeerList{1, 0, []Peer{{"A1", "", []Endpoint{{"10.0.0.1", 65535}}}}},
	},
}

func TestParsePeers(t *testing.T) {
	for _, tt := range peersExamples {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePeers(tt.value)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestAppendPeers(t *testing.T) {
	for _, tt := range peersExamples {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, "peers\t"+tt.value, string(AppendPeers([]byte("peers\t"), tt.want)))
		})
	}
}

func TestParsePeersTakesAnEmptyListOfAddresses(t *testing.T) {
	got, err := ParsePeers("1,3000,[[A1,,[]]]")
	require.NoError(t, err)
	require.Equal(t, PeerList{1, 3000, []Peer{{ID: "A1"}}}, got)
}

func TestMalformedPeersAreRefused(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"empty", "", "generation is not a number"},
		{"server's error", "ERROR:25:enterprise only", "generation is not a number"},
		{"negative generation", "-1,3000,[]", "generation is not a number"},
		{"generation too large", "99999999999999999999,3000,[]", "generation is not a number"},
		{"no default port", "0", `expected ','`},
		{"default port too large", "0,65536,[]", "port is not a number from 0 to 65535 at offset 2"},
		{"default port 0", "0,0,[]", "port 0 at offset 2"},
		{"no list", "0,3000,", `expected '[' at offset 7`},
		{"list not closed", "0,3000,[", `expected '[' at offset 8`},
		{"peer not closed", "0,3000,[[A1,,[h:1]", `expected ']' at offset 18`},
		{"addresses not closed", "0,3000,[[A1,,[h:1", `expected ']'`},
		{"peer without an id", "0,3000,[[,,[h:1]]]", "empty or illegal node id"},
		{"blank in the id", "0,3000,[[A 1,,[h:1]]]", "empty or illegal node id"},
		{"peer without a tls name", "0,3000,[[A1,[h:1]]]", `expected ','`},
		{"blank in the tls name", "0,3000,[[A1,a b,[h:1]]]", "illegal tls name"},
		{"comma without a peer", "0,3000,[[A1,,[h:1]],]", `expected '['`},
		{"comma without an address", "0,3000,[[A1,,[h:1,]]]", "empty or illegal host"},
		{"empty host", "0,3000,[[A1,,[:1]]]", "empty or illegal host"},
		{"blank in the host", "0,3000,[[A1,,[a b:1]]]", "empty or illegal host"},
		{"escape sequence in the host", "0,3000,[[A1,,[a\x1b[0m:1]]]", "illegal host"},
		{"IPv6 address without brackets", "0,3000,[[A1,,[2001:db8::1:3000]]]", "port is not a number"},
		{"bracket not closed", "0,3000,[[A1,,[[::1:3000]]]", `expected`},
		{"port 0", "0,3000,[[A1,,[h:0]]]", "port 0"},
		{"port too large", "0,3000,[[A1,,[h:65536]]]", "port is not a number"},
		{"no port", "0,,[[A1,,[h]]]", "address without a port"},
		{"text after the list", "0,3000,[]x", "text after the list at offset 9"},
		{"text after the peers", "0,3000,[[A1,,[h:1]]]]", "text after the list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParsePeers(tt.value)
			var fault *Error
			require.ErrorAs(t, err, &fault)
			require.ErrorContains(t, err, tt.want)
			require.Zero(t, got)
		})
	}
}

func TestPeersAreBounded(t *testing.T) {
	peers := func(n int) string { return "0,3000,[" + strings.Repeat("[A,,],", n-1) + "[A,,]]" }
	got, err := ParsePeers(peers(maxEndpoints))
	require.NoError(t, err)
	require.Len(t, got.Peers, maxEndpoints)
	_, err = ParsePeers(peers(maxEndpoints + 1))
	require.ErrorContains(t, err, "more than 16384 peers")

	half := "[A,,[" + strings.Repeat("h,", maxEndpoints/2-1) + "h]]"
	_, err = ParsePeers("0,3000,[" + half + "," + half + "]")
	require.NoError(t, err)
	_, err = ParsePeers("0,3000,[" + half + "," + half + ",[A,,[h]]]")
	require.ErrorContains(t, err, "more than 16384 addresses")
}

func TestServiceLists(t *testing.T) {
	tests := []struct {
		name, value string
		want        []Endpoint
	}{
		{"none", "", nil},
		{"one", "127.0.0.1:3000", []Endpoint{{"127.0.0.1", 3000}}},
		{"several", "10.0.0.1:3000,[2001:db8::1]:3000,node.example.com:4000", []Endpoint{
			{"10.0.0.1", 3000}, {"2001:db8::1", 3000}, {"node.example.com", 4000}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseEndpoints(tt.value)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
			require.Equal(t, "x"+tt.value, string(AppendEndpoints([]byte("x"), got)))
			for _, e := range got {
				require.Contains(t, tt.value, e.String())
			}
		})
	}
	for value, want := range map[string]string{
		"10.0.0.1":                 "address without a port",
		"10.0.0.1:":                "port is not a number",
		"10.0.0.1:3000,":           "empty or illegal host",
		"10.0.0.1:3000;h:1":        "port is not a number",
		"10.0.0.1:3000]":           "text after the last address",
		"[::1:3000":                `expected ']'`,
		"ERROR:25:enterprise only": "text after the last address",
	} {
		_, err := ParseEndpoints(value)
		require.ErrorContains(t, err, want, "%q", value)
	}
}

func FuzzParsePeers(f *testing.F) {
	for _, e := range peersExamples {
		f.Add(e.value)
	}
	f.Add("127.0.0.1:3000,[::1]:3000")
	f.Fuzz(func(t *testing.T, value string) {
		if list, err := ParseEndpoints(value); err == nil {
			again, err := ParseEndpoints(string(AppendEndpoints(nil, list)))
			require.NoError(t, err)
			require.Equal(t, list, again)
		}
		list, err := ParsePeers(value)
		if err != nil {
			require.Zero(t, list)
			return
		}
		again, err := ParsePeers(string(AppendPeers(nil, list)))
		require.NoError(t, err)
		require.Equal(t, list, again)
	})
}
