"""What people and machines read: one module for each output. They show results and compute none."""
