"""The pictures of section 1-3 on storage."""
