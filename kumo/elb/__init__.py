"""Elastic Load Balancing (section 2-6): algorithms, zones, listener rules, health, draining, sticky sessions."""
