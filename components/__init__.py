"""A folder for each thing that a reader looks for; `hub.Hub` holds all components.

A ComponentResource is in the file that is named after it.
"""
