"""The inbox of every member of staff."""
