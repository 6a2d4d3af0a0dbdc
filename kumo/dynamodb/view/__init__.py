"""Pictures of DynamoDB: trace in, `Picture` out."""
