"""Pictures of networks: trace in, `Picture` out."""
