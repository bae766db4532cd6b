"""What the guard can move of a stack, one kind a module."""
