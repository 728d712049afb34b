"""Signing in and out, the own settings."""
