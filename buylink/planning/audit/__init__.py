"""Recomputes every figure of a model that can be derived, and says which hold."""
