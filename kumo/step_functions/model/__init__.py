"""What happens: pure simulations of AWS Step Functions."""
