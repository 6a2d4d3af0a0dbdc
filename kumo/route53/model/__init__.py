"""What happens: pure simulations of Amazon Route 53."""
