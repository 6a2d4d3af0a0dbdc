"""Foundations (sections 1-1 and 1-2): Regions, zones and edge locations, and the services at a glance."""
