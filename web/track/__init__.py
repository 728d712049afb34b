"""A citizen follows an appeal."""
