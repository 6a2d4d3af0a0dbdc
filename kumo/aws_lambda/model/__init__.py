"""What happens: pure simulations of AWS Lambda."""
