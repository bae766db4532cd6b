"""What the hub's two APIs share: it needs FastAPI, so no function and no worker imports it."""
