"""The function scheduled-ingestion: the standard library and the runtime's boto3 only."""
