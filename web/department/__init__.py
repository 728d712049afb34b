"""The desk of a unit: what it has to do, by time left."""
