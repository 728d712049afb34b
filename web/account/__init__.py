"""The own account: sessions, password, second factor."""
