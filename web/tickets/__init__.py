"""The ticket page of staff, and every step that can be taken on it."""
