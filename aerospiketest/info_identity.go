package aerospiketest

import (
	"fmt"
	"strings"
)

// features is what 8.1 tells; clients of older servers decide by it what they may
// use.
const features = "batch-any;batch-index;blob-bits;cdt-index;cdt-list;cdt-map;cluster-stable;float;geo;" +
	"sindex-exists;peers;pipelining;pquery;pscans;query-show;relaxed-sc;replicas;replicas-all;" +
	"replicas-master;replicas-max;truncate-namespace;udf"

// identityCommands tell who a node is.
var identityCommands = map[string]infoCommand{
	"node":             {answer: func(c *infoCall) string { return c.node.id }},
	"name":             {answer: func(c *infoCall) string { return c.node.id }},
	"build":            {answer: func(c *infoCall) string { return c.server.config.build }},
	"version":          {answer: func(c *infoCall) string { return c.server.edition() + " build " + c.server.config.build }},
	"edition":          {answer: func(c *infoCall) string { return c.server.edition() }},
	"release":          {answer: release},
	"status":           fixed(infoOK),
	"cluster-name":     {answer: func(c *infoCall) string { return c.server.config.clusterName }},
	"compatibility-id": fixed(compatibilityID),
	"build_ee_sha":     fixed(""),
	"build_sha":        fixed(""),
	"build_arch":       fixed("embedded"),
	"build_os":         fixed("embedded"),
	"build_time":       {answer: func(c *infoCall) string { return c.server.started.UTC().Format("Mon Jan 2 15:04:05 UTC 2006") }},
	"logs":             fixed(""),
	"best-practices":   fixed("failed_best_practices=none"),
	"health-stats":     fixed(""),
	"health-outliers":  fixed(""),
}

const compatibilityID = "15"

func (s *Server) edition() string {
	if s.config.enterprise {
		return "Aerospike Enterprise Edition"
	}
	return "Aerospike Community Edition"
}

func release(c *infoCall) string {
	return fmt.Sprintf("edition=%s;version=%s;os=embedded;arch=embedded;sha=", c.server.edition(), c.server.config.build)
}

// joined puts lists together as the server does.
func joined(list []string) string { return strings.Join(list, ";") }
