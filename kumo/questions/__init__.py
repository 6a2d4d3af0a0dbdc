"""The question bank of the book, and its questions as exercises in pages and notebooks."""
