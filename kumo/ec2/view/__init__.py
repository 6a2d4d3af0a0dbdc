"""Pictures of EC2: trace in, `Picture` out."""
