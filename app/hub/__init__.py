"""What the hub's containers and functions share."""
