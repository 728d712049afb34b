"""The leader's board and the tickets behind its figures."""
