"""Commands for who operates a hub: `python -m app.operations`."""
