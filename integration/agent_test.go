package integration

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// Each client tells each node once what it is, on the connection of the looks and along
// with its first questions.
func TestServersCountClientsByTheirUserAgent(t *testing.T) {
	srv := secured(t, aerospiketest.WithUsers(bob, aerospiketest.User{Name: "a user, with commas", Password: "x"}))
	var mu sync.Mutex
	var alone int
	srv.Intercept(func(r *aerospiketest.Request) aerospiketest.Action {
		mu.Lock()
		defer mu.Unlock()
		if slices.ContainsFunc(r.Info, func(c string) bool { return strings.HasPrefix(c, "user-agent-set") }) && len(r.Info) == 1 {
			alone++
		}
		return aerospiketest.Pass()
	})
	client := "1,aerospike-go-" + aerospike.Version + ","
	agents := func(want map[string]int) {
		t.Helper()
		require.Eventually(t, func() bool {
			for _, n := range srv.Nodes() {
				got := n.UserAgents()
				if len(got) != len(want) {
					return false
				}
				for agent, count := range want {
					if got[client+agent] != count {
						return false
					}
				}
			}
			return true
		}, 10*time.Second, 5*time.Millisecond, "%v", want)
	}
	shop := as(t, srv, bob.Name, bob.Password, func(c *aerospike.Config) { c.AppName = "shop" })
	require.NoError(t, shop.Warmup(t.Context(), 8))
	agents(map[string]int{"shop": 1})
	as(t, srv, bob.Name, bob.Password)
	second := as(t, srv, bob.Name, bob.Password)
	as(t, srv, "a user, with commas", "x")
	agents(map[string]int{"shop": 1, "bob": 2, "not-set": 1})
	require.NoError(t, second.Close())
	agents(map[string]int{"shop": 1, "bob": 1, "not-set": 1})
	for _, n := range srv.Nodes() {
		require.NoError(t, n.Restart())
	}
	agents(map[string]int{"shop": 1, "bob": 1, "not-set": 1})
	require.Zero(t, alone, "it costs no round trip")

	rows, err := shop.Info(t.Context(), "user-agents")
	require.NoError(t, err)
	require.Contains(t, rows[0].Replies[0].Value, "user-agent=")

	old := secured(t, aerospiketest.WithBuild("8.0.0.4"))
	as(t, old, "admin", "admin", func(c *aerospike.Config) { c.AppName = "shop" })
	require.Empty(t, old.Node(0).UserAgents(), "it does not know the command")
}
