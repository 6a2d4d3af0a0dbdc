"""Values, expressions and tables of DynamoDB, as data."""
