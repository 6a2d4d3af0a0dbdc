"""What it looks like: pictures of the traces."""
