"""Accounts for the system administrator, roles and keys for the security administrator."""
