"""Seeing more for a reason, and carrying words to people whom the unit may not know."""
