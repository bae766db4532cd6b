"""What a stack costs as users and videos grow, and where that ends."""
