"""Searching tickets: for everybody who may read some."""
