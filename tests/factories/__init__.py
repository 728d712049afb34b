"""Nouns for tests: each factory takes only what matters to the test that asks."""
