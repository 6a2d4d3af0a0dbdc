"""What the reader reads about networks, in Japanese."""
