"""The queue worker ai-worker, in its own container."""
