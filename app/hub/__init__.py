"""What the hub's containers and functions share.

A function is packaged from source, with nothing installed beside it: everything here needs the
standard library and boto3 alone, but for `app.hub.web`, which functions don't get.
"""
