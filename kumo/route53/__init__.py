"""Amazon Route 53: names, zones, routing policies, failover, resolvers."""
