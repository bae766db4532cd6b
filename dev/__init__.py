"""The hub on one machine, and benchmarks: for whoever develops it. Nothing here ships."""
