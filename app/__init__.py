"""The hub's containers and functions; imports nothing of ours from outside this folder."""
