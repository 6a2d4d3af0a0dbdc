"""What the reader reads: labels, help and explanations, in Japanese."""
