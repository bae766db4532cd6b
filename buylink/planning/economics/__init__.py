"""What a bill means for a business: unit costs, margin, break-even, payback."""
