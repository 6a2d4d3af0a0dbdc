"""What the reader reads about DynamoDB, in Japanese."""
