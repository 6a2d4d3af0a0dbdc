"""Networks as data: what they are made of, and what becomes of a packet in them."""
