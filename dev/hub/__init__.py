"""The hub on one machine: what stands in for AWS and TikTok, and what runs beside them."""
