"""What happens: places, distances and failures; the services and how they relate."""
