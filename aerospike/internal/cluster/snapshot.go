package cluster

// snapshot is all that commands need to know of the cluster at one time. It is not
// changed once published.
type snapshot struct {
	nodes  []*Node // sorted by name
	byName map[string]*Node
	parts  partitionMap
	racks  []int   // preferred, the best first
	closed bool    // the cluster has been closed
	last   []*Node // if so, what nodes were before

	// replaced is closed when a newer snapshot has been published.
	replaced chan struct{}
}

// publish makes s what commands see from now on. Only the tender publishes, and
// Close after it has joined the tender.
func (c *Cluster) publish(s *snapshot) {
	s.replaced = make(chan struct{})
	s.racks = c.cfg.Racks
	old := c.current.Swap(s)
	if old != nil {
		close(old.replaced)
	}
}
