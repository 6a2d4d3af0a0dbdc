"""Placement of instances and the search for credentials, as data."""
