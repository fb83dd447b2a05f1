package cluster

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseSeed(t *testing.T) {
	for text, want := range map[string]Seed{
		"db":                      {Host: "db", Port: 3000},
		" db:4000 ":               {Host: "db", Port: 4000},
		"10.0.0.1":                {Host: "10.0.0.1", Port: 3000},
		"10.0.0.1:65535":          {Host: "10.0.0.1", Port: 65535},
		"db:cluster-a:4333":       {Host: "db", TLSName: "cluster-a", Port: 4333},
		"2001:db8::1":             {Host: "2001:db8::1", Port: 3000},
		"[2001:db8::1]":           {Host: "2001:db8::1", Port: 3000},
		"[2001:db8::1]:3100":      {Host: "2001:db8::1", Port: 3100},
		"[2001:db8::1]:name:3100": {Host: "2001:db8::1", TLSName: "name", Port: 3100},
	} {
		t.Run(text, func(t *testing.T) {
			got, err := ParseSeed(text)
			require.NoError(t, err)
			require.Equal(t, want, got)
			again, err := ParseSeed(got.String())
			require.NoError(t, err)
			require.Equal(t, got, again)
		})
	}
}

func TestParseSeedRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", ":3000", "db:", "db:0", "db:65536", "db:-1", "db:x", "host::3000", "db:a:b:3000",
		"[2001:db8::1", "[db]:3000", "[2001:db8::1]3000", "a b:3000", "a,b:3000", "http://db:3000",
	} {
		t.Run(text, func(t *testing.T) {
			_, err := ParseSeed(text)
			require.ErrorContains(t, err, "seed")
		})
	}
}

func TestParseSeedTellsNoPassword(t *testing.T) {
	for _, text := range []string{"aerospike://bob:secret@db:3000", "bob:secret@db", "bob@secret@db:3000"} {
		_, err := ParseSeed(text)
		require.ErrorContains(t, err, "seed")
		require.NotContains(t, err.Error(), "secret")
	}
}

func FuzzParseSeed(f *testing.F) {
	for _, s := range []string{"db:name:3000", "[::1]:3000", "::1", "a:1", "[", "]", ":::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSeed(text)
		if err != nil {
			return
		}
		again, err := ParseSeed(s.String())
		if err != nil || again != s {
			t.Fatalf("%q is %+v, and %q is %+v, %v", text, s, s.String(), again, err)
		}
	})
}

func TestParseSeedsReportsEveryFault(t *testing.T) {
	_, err := parseSeeds([]string{"good", "bad:0", ":1"})
	require.ErrorContains(t, err, `"bad:0"`)
	require.ErrorContains(t, err, `":1"`)
	_, err = parseSeeds(nil)
	require.Error(t, err)
}

func TestResolveTakesEveryAddressOfAName(t *testing.T) {
	c := &Cluster{cfg: Config{LookupHost: func(_ context.Context, host string) ([]string, error) {
		switch host {
		case "db":
			return []string{"10.0.0.1", "2001:db8::1"}, nil
		case "empty":
			return nil, nil
		}
		return nil, errors.New("no such host")
	}}}
	got, err := c.resolve(t.Context(), Seed{Host: "db", Port: 3100})
	require.NoError(t, err)
	require.Equal(t, []target{
		{host: "10.0.0.1", port: "3100", tlsName: "db"}, {host: "2001:db8::1", port: "3100", tlsName: "db"},
	}, got)
	require.Equal(t, "[2001:db8::1]:3100", got[1].addr())

	got, err = c.resolve(t.Context(), Seed{Host: "10.0.0.9", Port: 3000, TLSName: "name"})
	require.NoError(t, err, "an address needs no resolver")
	require.Equal(t, []target{{host: "10.0.0.9", port: "3000", tlsName: "name"}}, got)

	_, err = c.resolve(t.Context(), Seed{Host: "empty", Port: 1})
	require.Error(t, err)
	_, err = c.resolve(t.Context(), Seed{Host: "unknown", Port: 1})
	require.Error(t, err)
}

func TestTranslateByAddressOrByHost(t *testing.T) {
	c := &Cluster{cfg: Config{AddressMap: map[string]string{
		"10.0.0.1:3000": "localhost:13000", "10.0.0.1": "gateway", "2001:db8::1": "::1", "[2001:db8::2]:3000": "[::1]:4000",
	}}}
	for _, test := range []struct {
		host         string
		port         int
		wantH, wantP string
	}{
		{"10.0.0.1", 3000, "localhost", "13000"},
		{"10.0.0.1", 3001, "gateway", "3001"},
		{"10.0.0.2", 3000, "10.0.0.2", "3000"},
		{"2001:db8::1", 3000, "::1", "3000"},
		{"2001:db8::2", 3000, "::1", "4000"},
	} {
		host, port := c.translate(test.host, test.port)
		require.Equal(t, []string{test.wantH, test.wantP}, []string{host, port})
	}
	require.NoError(t, checkAddressMap(c.cfg.AddressMap))
	require.ErrorContains(t, checkAddressMap(map[string]string{"a:1": "b"}), "no port")
}

func TestAtLeast(t *testing.T) {
	for build, want := range map[string]bool{
		"8.1.2.0": true, "8.1": true, "8.1-rc1": true, "9.0": true, "10.0.0.1": true, "8.0.9.9": false,
		"7.2": false, "development": true, "": true,
	} {
		require.Equal(t, want, atLeast(build, 8, 1), build)
	}
}
