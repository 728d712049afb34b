"""Requests for time at the centre: extensions, suspensions, and what stands still."""
