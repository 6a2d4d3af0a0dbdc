"""What happens: pure simulations of Amazon API Gateway."""
