"""The simulations of section 1-3 on storage."""
