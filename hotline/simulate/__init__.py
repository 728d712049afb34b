"""A city for the house to serve: drives a running system from outside, by its real channels and desks.

Knows the public interface and nothing else: no database, no use case.
"""
