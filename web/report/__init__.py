"""A citizen says something: one question per screen."""
