package wire

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// infoExchanges are info commands that a single node is asked.
func infoExchanges() []exchange {
	return []exchange{
		{
			name:    "info_node",
			request: AppendInfo(nil, "node", "build", "edition", "partition-generation", "peers-generation", "namespaces", "status"),
			check: func(t *testing.T, r recording) {
				v := r.info(t)
				require.Regexp(t, "^[1-9A-F][0-9A-F]*$", v[0])
				require.Equal(t, r.server, v[1])
				require.Equal(t, "Aerospike Community Edition", v[2])
				require.Regexp(t, "^[0-9]+$", v[3])
				require.Equal(t, "0", v[4], "never had peers")
				require.Equal(t, []string{"test", "ok"}, v[5:])
			},
		},
		{
			name:    "info_addresses",
			request: AppendInfo(nil, "service-clear-std", "service-clear-alt", "service-tls-std", "peers-clear-std", "peers-clear-alt"),
			check: func(t *testing.T, r recording) {
				v := r.info(t)
				list, err := ParseEndpoints(v[0])
				require.NoError(t, err)
				require.NotEmpty(t, list)
				require.Equal(t, v[0], string(AppendEndpoints(nil, list)))
				require.Empty(t, v[1])
				requireInfoFault(t, v[2], ResultEnterpriseOnly, "enterprise only")
				for _, value := range v[3:] {
					peers, err := ParsePeers(value)
					require.NoError(t, err)
					require.Equal(t, PeerList{Generation: 0, DefaultPort: 3000}, peers)
					require.Equal(t, value, string(AppendPeers(nil, peers)))
				}
			},
		},
		{
			name:    "info_replicas",
			request: AppendInfo(nil, "partition-generation", "replicas", "replicas:max=1"),
			check: func(t *testing.T, r recording) {
				for _, value := range r.info(t)[1:] {
					list, err := ParseReplicas(value)
					require.NoError(t, err)
					require.Len(t, list, 1)
					require.Equal(t, "test", list[0].Namespace)
					require.Zero(t, list[0].Regime)
					require.Len(t, list[0].Columns, 1)
					require.Equal(t, Partitions, list[0].Columns[0].Count(), "a single node is master of all")
					require.Equal(t, value, string(AppendReplicas(nil, list)))
				}
			},
		},
		{
			name: "info_errors",
			request: AppendInfo(nil, "", "no-such-command", "racks:namespace=test", "sindex-create:indexname=i",
				"sindex-stat:namespace=test;indexname=none", "udf-get:filename=none.lua", "query-show:id=1", "cluster-stable:size=77"),
			check: func(t *testing.T, r recording) {
				v := r.info(t)
				requireInfoFault(t, v[0], ResultParameter, "unrecognized command")
				requireInfoFault(t, v[1], ResultParameter, "unrecognized command")
				requireInfoFault(t, v[2], ResultEnterpriseOnly, "enterprise only")
				requireInfoFault(t, v[3], ResultNamespace, "missing 'namespace'")
				requireInfoFault(t, v[4], ResultIndexNotFound, "no index")
				requireInfoFault(t, v[5], ResultServerError, "not_found")
				requireInfoFault(t, v[6], ResultNotFound, "job not found")
				requireInfoFault(t, v[7], ResultClusterKeyMismatch, "cluster not specified size")
			},
		},
		{
			name:    "info_values_like_errors",
			request: AppendInfo(nil, "statistics"),
			check: func(t *testing.T, r recording) {
				v := r.info(t)
				require.True(t, strings.HasPrefix(v[0], "failed_best_practices="))
				require.NoError(t, InfoError(v[0]))
				require.Contains(t, v[0], ";cluster_size=1;")
			},
		},
		{
			name:    "admin_login",
			request: AppendLogin(nil, "admin", adminHash),
			check: func(t *testing.T, r recording) {
				reply, err := ParseAdmin(frameBody(t, r.reply, FrameAdmin))
				require.NoError(t, err)
				require.Equal(t, AdminReply{Result: ResultSecurityNotSupported}, reply)
			},
		},
	}
}

func requireInfoFault(t *testing.T, value string, code ResultCode, message string) {
	t.Helper()
	require.Equal(t, &InfoFault{Code: code, Message: message}, InfoError(value))
}

// clusterExchanges are info commands that a node of a cluster is asked.
func clusterExchanges() []exchange {
	return []exchange{
		{
			name:    "cluster_peers",
			request: AppendInfo(nil, "peers-clear-std", "peers-clear-std:generation=1", "peers-generation"),
			check: func(t *testing.T, r recording) {
				v := r.info(t)
				list, err := ParsePeers(v[0])
				require.NoError(t, err)
				require.Equal(t, v[0], string(AppendPeers(nil, list)))
				require.NotEmpty(t, list.Peers)
				require.Positive(t, list.Generation)
				for _, p := range list.Peers {
					require.Regexp(t, "^[1-9A-F][0-9A-F]*$", p.ID)
					require.Empty(t, p.TLSName)
					require.NotEmpty(t, p.Endpoints)
				}
				changes, err := ParsePeers(v[1])
				require.NoError(t, err)
				require.Equal(t, v[1], string(AppendPeers(nil, changes)))
			},
		},
		{
			name:    "cluster_replicas",
			request: AppendInfo(nil, "partition-generation", "replicas"),
			check: func(t *testing.T, r recording) {
				v := r.info(t)
				list, err := ParseReplicas(v[1])
				require.NoError(t, err)
				require.Equal(t, v[1], string(AppendReplicas(nil, list)))
				require.Len(t, list, 1)
				require.Len(t, list[0].Columns, 2, "replication factor")
				master, replica := &list[0].Columns[0], &list[0].Columns[1]
				require.Positive(t, master.Count())
				require.Less(t, master.Count(), Partitions)
				require.Positive(t, replica.Count())
				for pid := range Partitions {
					require.False(t, master.Has(pid) && replica.Has(pid), "both copies of partition %d", pid)
				}
			},
		},
	}
}
