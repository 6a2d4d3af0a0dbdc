"""What happens: pure simulations of Elastic Load Balancing."""
