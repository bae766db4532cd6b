"""The HTTP service ingestion-api, in its own container."""
