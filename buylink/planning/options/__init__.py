"""What would be cheaper, each option previewed and priced, and the best of them together."""
