"""Cost models that are declared in a file: an extra, `pip install .[models]`."""
