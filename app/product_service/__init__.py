"""The HTTP service product-service, in its own container."""
