"""What the hub's containers and functions share.

A function is packaged from source, with nothing installed beside it, so of this folder it may use
only what needs the standard library alone:

- `app.hub.environment`
- `app.hub.queue_counts`
- `app.hub.structured_log`
"""
