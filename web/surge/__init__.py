"""Surge mode: switched on and off, the form of three fields, missed calls, briefs."""
