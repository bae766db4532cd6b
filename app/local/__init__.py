"""What stands in for the rest of the world when the hub runs on one machine, and in tests."""
