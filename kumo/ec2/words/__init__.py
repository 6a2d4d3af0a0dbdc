"""What the reader reads about EC2, in Japanese."""
