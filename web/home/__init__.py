"""The first page of who works at several desks."""
